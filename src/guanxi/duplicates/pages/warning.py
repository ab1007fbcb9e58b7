"""The warning beside the form of a new customer or contact, and what becomes of those it showed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.access.calc import Actor, may_create
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.duplicates.pages.merging import read_ids
from guanxi.duplicates.services import keep_apart
from guanxi.duplicates.texts import REASONS
from guanxi.duplicates.warning import SHOWN, TYPED, Likely, Warned, warned_of_contact, warned_of_customer
from guanxi.records.declaration import RecordType
from guanxi.records.forms import touched
from guanxi.records.pages.sections import Section, Slot, follow_adding, register_section
from guanxi.records.queries import get_record
from guanxi.records.services import update_record
from guanxi.records.values import may_change, raw_value

_LOOKS: Mapping[str, Callable[[Actor, Mapping[str, str]], Warned]] = {
    "customer": warned_of_customer,
    "contact": warned_of_contact,
}


@signed_in
@require_POST
def warn(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer what may be there already. It is posted: a phone number does not belong into an address."""
    if known.name not in _LOOKS:
        raise Http404
    if not may_create(request.actor, known.sharing):
        raise ForbiddenError
    return render(request, "duplicates/warned.html", _context(request.actor, known, request.POST))


def warning_section(request: ActorRequest, known: RecordType, _row: Any) -> Mapping[str, object]:
    """Return the empty warning of an empty form, or what is known of values it begins with."""
    given = request.POST if request.method == "POST" else request.GET
    return {**_context(request.actor, known, given), "typed": TYPED[known.name]}


def _context(actor: Actor, known: RecordType, given: QueryDict) -> dict[str, object]:
    typed = {name: given.get(name, "") for name in TYPED[known.name]}
    warned = _LOOKS[known.name](actor, typed) if any(typed.values()) else Warned()
    return {
        "known": known,
        "warned": warned,
        "likely": [_shown(one, actor) for one in warned.likely],
    }


def _shown(one: Likely, actor: Actor) -> dict[str, object]:
    return {
        "row": one.row,
        "known": one.known,
        "reasons": [REASONS[code] for code in one.reasons],
        "owner": getattr(one.row, "owner", None),
        "customer": getattr(one.row, "customer", None),
        "may_change": may_change(one.row, actor),
    }


@signed_in
@require_POST
def use(request: ActorRequest, known: RecordType, record_id: int) -> HttpResponse:
    """Go on with a record that is there: what was typed fills its gaps, and nothing that it says is overwritten."""
    if known.name not in _LOOKS:
        raise Http404
    row = get_record(known, request.actor, record_id)
    if may_change(row, request.actor):
        _fill_gaps(request, known, row)
    return redirect("records:record", known, record_id)


def _fill_gaps(request: ActorRequest, known: RecordType, row: Any) -> None:
    values = {
        name: value
        for name, value in touched(known, request.POST).items()
        if value.strip() and raw_value(row, known.by_name[name]) in (None, "")
    }
    try:
        written = update_record(
            actor=request.actor,
            known=known,
            record_id=row.pk,
            values=values,
            version=row.version,
            now=timezone.now(),
        )
    except InvalidError as error:
        say(request, " ".join(error.texts), bad=True)
        return
    if written.changeset:
        say(request, _("What was missing here was filled in."), changeset=written.changeset)


def remember_not_same(request: ActorRequest, row: Any) -> None:
    """Keep that a customer saved in spite of the warning is none of those it named."""
    shown = read_ids(request.POST.getlist("not_same"))[:SHOWN]
    if shown:
        keep_apart(actor=request.actor, customer_id=row.pk, others=shown, now=timezone.now())


follow_adding("customer", remember_not_same)
for _name in _LOOKS:
    register_section(
        _name, Section(template="duplicates/warning.html", slot=Slot.FORM, context=warning_section)
    )
