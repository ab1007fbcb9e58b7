"""All cells of one kind mended at once, and senders whose lists are known."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.imports.models import Import
from guanxi.imports.pages.running import begin_check
from guanxi.imports.queries import get_import
from guanxi.imports.services import (
    NEW,
    add_rule,
    choice_field,
    drop_rule,
    forget_sender,
    settle_words,
    use_sender,
)
from guanxi.imports.texts import fault_text, rule_text
from guanxi.records.services.fields import may_define

_WITH_PREFIX = frozenset({"phone_invalid"})
_NOT_FOR_NOTES = frozenset({"name_missing"})


def kinds_and_rules(source: Import, actor: Actor) -> dict[str, Any]:
    """Return the kinds of faults, each with what may be done about it, and the rules that hold."""
    kinds = [
        {
            **kind,
            "name": source.header[kind["column"]],
            "text": fault_text(kind),
            "takes_prefix": kind["code"] in _WITH_PREFIX,
            "takes_note": kind["code"] not in _NOT_FOR_NOTES,
            **_choices(source, kind, actor),
        }
        for kind in (source.checked or {}).get("kinds", [])
    ]
    rules = [
        {"place": place, "text": rule_text(rule, source.header[rule["column"]])}
        for place, rule in enumerate(source.options.get("rules", []))
    ]
    return {"kinds": kinds, "rules": rules}


def _choices(source: Import, kind: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The words of a column that are no choices, what they may become, and whether by this actor."""
    field = choice_field(source, kind["column"]) if kind.get("words") else None
    if field is None:
        return {}
    return {
        "unknown": sorted(kind["words"].items(), key=lambda found: -found[1]),
        "choices": [label for _value, label in field.choices],
        "may_add": field.stored and may_define(actor),
        "new": NEW,
    }


@signed_in
@require_POST
def choices(request: ActorRequest, import_id: int) -> HttpResponse:
    """Take what unknown words of a choice column become, and look again."""
    given = request.POST
    column = given.get("column", "")
    becomes = given.getlist("becomes")
    if "all-new" in given:
        becomes = [text or NEW for text in becomes]
    try:
        settle_words(
            actor=request.actor,
            import_id=import_id,
            column=int(column) if column.isdecimal() and len(column) < 6 else -1,
            words=dict(zip(given.getlist("word"), becomes, strict=False)),
            now=timezone.now(),
        )
        begin_check(request.actor, import_id, now=timezone.now())
    except InvalidError as error:
        say(request, " ".join(error.texts), bad=True)
    except ConflictError as error:
        say(request, str(error), bad=True)
    return redirect("imports-check", import_id)


@signed_in
@require_POST
def add(request: ActorRequest, import_id: int) -> HttpResponse:
    """Mend all cells that have one kind of fault, and look again."""
    given = request.POST
    column = given.get("column", "")
    rule = {
        "column": int(column) if column.isdecimal() and len(column) < 6 else -1,
        "action": given.get("action", ""),
        "fault": given.get("fault", ""),
    }
    if given.get("action") == "prefix":
        rule["text"] = given.get("text", "").strip()
    try:
        add_rule(actor=request.actor, import_id=import_id, rule=rule)
        begin_check(request.actor, import_id, now=timezone.now())
    except InvalidError as error:
        say(request, " ".join(error.texts), bad=True)
    except ConflictError as error:
        say(request, str(error), bad=True)
    return redirect("imports-check", import_id)


@signed_in
@require_POST
def drop(request: ActorRequest, import_id: int, place: int) -> HttpResponse:
    """Take a rule away, and look again."""
    try:
        drop_rule(actor=request.actor, import_id=import_id, place=place)
        begin_check(request.actor, import_id, now=timezone.now())
    except ConflictError as error:
        say(request, str(error), bad=True)
    return redirect("imports-check", import_id)


@signed_in
@require_POST
def sender(request: ActorRequest, import_id: int) -> HttpResponse:
    """Read the list as those of a sender."""
    try:
        use_sender(actor=request.actor, import_id=import_id, name=request.POST.get("sender", ""))
    except (InvalidError, ConflictError) as error:
        say(request, " ".join(error.texts) if isinstance(error, InvalidError) else str(error), bad=True)
    return redirect("imports-columns", import_id)


@signed_in
@require_POST
def forget(request: ActorRequest, import_id: int) -> HttpResponse:
    """Forget how the lists of this list's sender are read; this list keeps what it has."""
    source = get_import(request.actor, import_id)
    known = source.head.get("sender")
    if known is not None:
        forget_sender(actor=request.actor, sender_id=known["id"])
    return redirect("imports-columns", import_id)
