"""The formula while it is written: what may follow, what is wrong, and what it gives for some records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.http import JsonResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guanxi.access.errors import ForbiddenError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.conditions.lexer import quote_name
from guanxi.formulas.completion import SIGNS, awaited_at
from guanxi.formulas.errors import FormulaError
from guanxi.formulas.functions import FUNCTIONS
from guanxi.records.completion import OFFERED, Offer
from guanxi.records.custom.computing import Computing, explain_formula, readable, result_of
from guanxi.records.custom.definition import CustomKind, Definition
from guanxi.records.custom.fields import declarations_of
from guanxi.records.declaration import RecordType
from guanxi.records.pages.fields.kinds import KINDS
from guanxi.records.presentation import shown
from guanxi.records.queries import list_page
from guanxi.records.services.fields import may_define
from guanxi.records.values import shows_sensitive

SHOWN = 3


@signed_in
@require_GET
def complete_formula(request: ActorRequest, known: RecordType) -> JsonResponse:
    """Answer what may follow at the cursor `at` of the formula `where`, in the form of a condition's completion."""
    if not may_define(request.actor):
        raise ForbiddenError
    text, at = request.GET.get("where", ""), request.GET.get("at", "")
    cursor = int(at) if at.isascii() and at.isdigit() and len(at) < 10 else len(text)
    awaited = awaited_at(text, cursor)
    if awaited is None:
        return JsonResponse({"start": cursor, "items": [], "fault": fault_at(text, known)})
    offers = _signs(awaited.typed) if awaited.sign else _values(awaited.typed, known)
    items = [
        {"insert": offer.insert, "label": offer.label, "kind": offer.kind}
        for offer in islice(offers, OFFERED)
    ]
    return JsonResponse({"start": awaited.start, "items": items, "fault": fault_at(text, known)})


def _signs(typed: str) -> list[Offer]:
    return [Offer(sign, sign, "word") for sign in SIGNS if sign.startswith(typed)]


def _values(typed: str, known: RecordType) -> list[Offer]:
    """Fields by their label or name, then functions."""
    wanted = typed.casefold()
    fields = [
        Offer(quote_name(field.name), str(capfirst(str(field.label))), "field")
        for field in readable(known.fields).values()
        if wanted in str(field.label).casefold() or field.name.startswith(wanted)
    ]
    functions = [Offer(f"{name}(", f"{name}()", "word") for name in FUNCTIONS if name.startswith(wanted)]
    return [*functions[: OFFERED // 2], *fields] if wanted else [*fields, *functions]


def fault_at(text: str, known: RecordType) -> dict[str, object] | None:
    """Return what is wrong with a formula, and where."""
    try:
        result_of(text, "", readable(known.fields))
    except FormulaError as error:
        position = len(text) if error.position is None else error.position
        return {"position": position, "sentence": explain_formula(error)}
    return None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a formula gives: in words, and for some records; or why it gives nothing."""

    fault: str = ""
    result: Any = ""
    rows: tuple[tuple[str, str], ...] = ()
    follows_the_day: bool = False


def preview_of(request: ActorRequest, known: RecordType, definition: Definition) -> Preview:
    """Compute the formula for the first records the actor sees; nothing is kept."""
    if not definition.formula:
        return Preview(fault=_("Write what the field shall be."))
    name = definition.name or "preview"
    try:
        result = CustomKind(result_of(definition.formula, definition.name, readable(known.fields)).value)
    except FormulaError as error:
        return Preview(fault=explain_formula(error))
    declared = tuple(declarations_of(replace(definition, name=name, result=result)))
    names = {field.name for field in declared}
    computing = Computing((*(field for field in known.fields if field.name not in names), *declared))
    field = next(field for field in computing.fields if field.name == name)
    context = Context(now=timezone.now(), zone=request.actor.zone)
    told = []
    for row in list_page(known, request.actor, context=context, limit=SHOWN, fields=known.fields).rows:
        computing(row)
        told.append((str(row), shown(row, field, unmasked=shows_sensitive(row, request.actor))))
    return Preview("", KINDS[result].label, tuple(told), computing.follows_the_day)
