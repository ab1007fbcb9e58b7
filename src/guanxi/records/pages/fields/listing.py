"""The fields of a record type: those it has from the start, and those the team has defined."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanxi.access.errors import ForbiddenError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.records.custom.computing import computed_in, explain_formula
from guanxi.records.custom.definition import CustomKind, Definition
from guanxi.records.custom.fields import custom_field, custom_fields, definition_of
from guanxi.records.declaration import FieldDeclaration, RecordType, record_types
from guanxi.records.pages.fields.kinds import KINDS
from guanxi.records.services.fields import FIELD_LIMIT, may_define, order_fields, remove_field
from guanxi.records.usage import uses_of

SHOWN = 100


@signed_in
@require_GET
def all_fields(request: ActorRequest) -> HttpResponse:
    """Open the fields of the first type."""
    if not may_define(request.actor):
        raise ForbiddenError
    return redirect("records:fields", known=record_types()[0])


@signed_in
@require_GET
def fields_of_type(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Show the fields of a type; `q` narrows by label or name."""
    if not may_define(request.actor):
        raise ForbiddenError
    return render(request, "records/fields/list.html", _context(known, request.GET.get("q", "").strip()))


def _context(known: RecordType, wanted: str) -> dict[str, Any]:
    own = [definition_of(row) for row in custom_fields(known.name)]
    faults = _faults(known)
    found = [definition for definition in own if _is_meant(wanted, definition.label, definition.name)]
    names = {definition.name for definition in own}
    declared = [
        field
        for field in known.fields
        if not field.stored and not field.join and _is_meant(wanted, str(field.label), field.name)
    ]
    return {
        "known": known,
        "types": record_types(),
        "own": [_line(definition, faults) for definition in found[:SHOWN]],
        "more": max(len(found) - SHOWN, 0),
        "count": len(names),
        "limit": FIELD_LIMIT,
        "declared": [{"field": field, "kind": kind_label(field)} for field in declared],
        "q": wanted,
    }


def _is_meant(wanted: str, *texts: str) -> bool:
    return any(wanted.casefold() in text.casefold() for text in texts)


def _line(definition: Definition, faults: dict[str, str]) -> dict[str, Any]:
    result = KINDS[definition.result] if definition.result else None
    return {
        "definition": definition,
        "kind": KINDS[definition.kind].label,
        "gives": result.label if result else "",
        "choices": [choice for choice in definition.choices if not choice.removed][:6],
        "fault": faults.get(definition.name, ""),
    }


def _faults(known: RecordType) -> dict[str, str]:
    """Why formulas give nothing now."""
    computing = computed_in(known.fields)
    faults = computing.faults if computing else {}
    return {name: explain_formula(error) for name, error in faults.items()}


def kind_label(field: FieldDeclaration) -> str:
    """Return what the kind of a declared field is called."""
    return str(KINDS[CustomKind(field.kind.value)].label)


@signed_in
@require_POST
def move_field(request: ActorRequest, known: RecordType, name: str) -> HttpResponse:
    """Put a field one place before, or behind (`by` is `up` or `down`)."""
    names = [row.name for row in custom_fields(known.name)]
    custom_field(known.name, name)
    place = names.index(name)
    other = place + (1 if request.POST.get("by") == "down" else -1)
    if 0 <= other < len(names):
        names[place], names[other] = names[other], names[place]
    order_fields(actor=request.actor, record_type=known.name, names=names, now=timezone.now())
    if "HX-Request" in request.headers:
        return render(request, "records/fields/own.html", _context(known, request.POST.get("q", "").strip()))
    return redirect("records:fields", known=known)


@signed_in
@require_http_methods(("GET", "HEAD", "POST"))
def remove(request: ActorRequest, known: RecordType, name: str) -> HttpResponse:
    """Say where the field is spoken of, and take it out of use; undo brings it back with all values."""
    if not may_define(request.actor):
        raise ForbiddenError
    row = custom_field(known.name, name)
    if request.method != "POST":
        uses = uses_of(request.actor, known, name)
        context = {"known": known, "definition": definition_of(row), "uses": uses}
        return render(request, "records/fields/remove.html", context)
    changeset = remove_field(actor=request.actor, record_type=known.name, name=name, now=timezone.now())
    say(request, _("%(name)s was removed.") % {"name": row}, changeset=changeset)
    return redirect("records:fields", known=known)
