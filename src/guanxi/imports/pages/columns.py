"""Which column is what: as guessed, to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from guanxi.access.errors import ConflictError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.imports.calc.rules import Action
from guanxi.imports.calc.targets import TARGETS
from guanxi.imports.models import Import
from guanxi.imports.own_fields import target_labels
from guanxi.imports.pages.running import begin_check
from guanxi.imports.queries import get_import, sender_names
from guanxi.imports.services import choose_sheet, choose_type, remember_sender, set_mapping, set_options
from guanxi.imports.texts import Text, note_text, refusal_text
from guanxi.records.declaration import record_type

REGIONS = (
    ("CN", _("Mainland China")),
    ("TW", _("Taiwan")),
    ("HK", _("Hong Kong")),
    ("MO", _("Macau")),
    ("KR", _("Korea")),
    ("JP", _("Japan")),
    ("SG", _("Singapore")),
    ("US", _("United States")),
    ("GB", _("United Kingdom")),
)
DATE_ORDERS = (
    ("", _("as written")),
    ("dmy", _("day first")),
    ("mdy", _("month first")),
    ("ymd", _("year first")),
)
KEYS = (
    ("", _("phone, e-mail, tax number, or name and place")),
    ("external_id", _("customer number")),
    ("tax_number", _("tax number")),
    ("phone", _("phone")),
    ("email", _("e-mail")),
    ("name", _("name")),
)
ON_FAULT = (("reject", _("leave the row out")), ("blank", _("leave the cell out")))
CURRENCIES = ("CNY", "TWD", "HKD", "MOP", "KRW", "USD", "EUR", "JPY", "GBP", "SGD")


@signed_in
@require_http_methods(["GET", "POST"])
def columns_page(request: ActorRequest, import_id: int) -> HttpResponse:
    """Show the columns; take what was chosen and go on to the check."""
    source = get_import(request.actor, import_id)
    if source.job_id is not None:
        return redirect("imports-result", source.pk)
    fault = ""
    if request.method == "POST":
        try:
            if request.POST.get("sheet", source.sheet) != source.sheet:
                source = choose_sheet(actor=request.actor, import_id=source.pk, sheet=request.POST["sheet"])
                return redirect("imports-columns", source.pk)
            if request.POST.get("type", source.record_type) != source.record_type:
                choose_type(actor=request.actor, import_id=source.pk, record_type=request.POST["type"])
                return redirect("imports-columns", source.pk)
            _take(request, source)
            begin_check(request.actor, source.pk, now=timezone.now())
            return redirect("imports-check", source.pk)
        except (InvalidError, ConflictError) as error:
            fault = refusal_text(error.__cause__, _said(error))
    return render(request, "imports/columns.html", _context(source, fault), status=422 if fault else 200)


def _said(error: InvalidError | ConflictError) -> str:
    return " ".join(error.texts) if isinstance(error, InvalidError) else str(error)


def _take(request: ActorRequest, source: Import) -> None:
    mapping = {column: request.POST.get(f"column-{column}", "") for column in range(len(source.header))}
    set_mapping(actor=request.actor, import_id=source.pk, mapping=mapping)
    set_options(actor=request.actor, import_id=source.pk, options=_options(source, request.POST))
    if sender := request.POST.get("sender", "").strip():
        remember_sender(actor=request.actor, import_id=source.pk, name=sender, now=timezone.now())


def _options(source: Import, given: QueryDict) -> dict[str, Any]:
    names = ("region", "currency", "date_order", "key", "on_fault", "city")
    found: dict[str, Any] = {name: str(given[name]) for name in names if name in given}
    found["update"] = given.get("update") == "1"
    found["constants"] = dict(zip(given.getlist("constant"), given.getlist("constant-text"), strict=False))
    found["constants"].pop("", None)
    found["rules"] = [rule for rule in source.options.get("rules", []) if not _is_translation(rule)]
    found["rules"] += _translations(source, given)
    return found


def _is_translation(rule: Mapping[str, Any]) -> bool:
    return rule["action"] == Action.REPLACE and not rule.get("fault")


def _translations(source: Import, given: QueryDict) -> list[dict[str, Any]]:
    """What the words of a column become, as the form says it beside each."""
    return [
        {"column": column, "action": Action.REPLACE.value, "match": word, "text": text}
        for column in range(len(source.header))
        for word, text in zip(
            given.getlist(f"word-{column}"), given.getlist(f"becomes-{column}"), strict=False
        )
        if text.strip() and text.strip() != word
    ]


def _context(source: Import, fault: str) -> dict[str, Any]:
    head = source.head
    labels = target_labels(source.record_type)
    columns = [
        {
            "index": index,
            "name": name,
            "samples": head["samples"][index],
            "field": source.mapping.get(str(index), ""),
            "words": _words(source, index),
            "is_taken": source.mapping.get(str(index)) in labels,
            "sure": _sureness(head["guesses"][index], labels),
        }
        for index, name in enumerate(source.header)
    ]
    return {
        "source": source,
        "fault": fault,
        "notes": [note_text(note) for note in head["notes"]],
        "columns": columns,
        "fields": labels.items(),
        "types": [(name, record_type(name).label_plural) for name in TARGETS],
        "sheets": [sheet for sheet in head["sheets"] if sheet["name"]],
        "regions": REGIONS,
        "currencies": CURRENCIES,
        "date_orders": DATE_ORDERS,
        "keys": KEYS,
        "on_fault": ON_FAULT,
        "senders": sender_names(),
        "constants": [*source.options.get("constants", {}).items(), ("", "")],
        "step": 2,
    }


def _words(source: Import, column: int) -> list[tuple[str, str]]:
    """The words of a column and what each becomes: those of its first rows, and those that have a rule."""
    becomes = {
        rule["match"]: rule["text"]
        for rule in source.options.get("rules", [])
        if rule["column"] == column and _is_translation(rule)
    }
    seen = source.head.get("words", [[]] * (column + 1))[column]
    return [(word, becomes.get(word, "")) for word in dict.fromkeys([*seen, *becomes])]


def _sureness(guess: dict[str, Any], labels: Mapping[str, Text]) -> list[bool]:
    """Three bars: how sure the guess is; none for a column that is left out."""
    confidence = guess["confidence"] if guess["field"] in labels else 0
    return [confidence > 0, confidence >= 0.6, confidence >= 0.9]
