"""A note in ten seconds: what was said, written down on the customer's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say_at_once
from guanxi.access.signin import signed_in
from guanxi.customers.models import InteractionKind
from guanxi.customers.records import CONTACT, CUSTOMER, INTERACTION
from guanxi.records.declaration import RecordType
from guanxi.records.pages.record import timeline_context
from guanxi.records.pages.sections import Section, Slot, register_section
from guanxi.records.queries import get_record
from guanxi.records.services import create_record
from guanxi.records.values import may_change

ICONS = {
    InteractionKind.NOTE: "note",
    InteractionKind.CALL: "phone",
    InteractionKind.VISIT: "map-pin",
    InteractionKind.MEETING: "users",
    InteractionKind.MESSAGE: "message",
    InteractionKind.MAIL: "mail",
}
SUMMARY = 300


def _kinds() -> list[tuple[str, str, str]]:
    return [(kind.value, str(kind.label), icon) for kind, icon in ICONS.items()]


def note_box(request: ActorRequest, _known: RecordType, row: Any) -> Mapping[str, object] | None:
    """Return the box for whoever may write to the record; None for others."""
    return {"kinds": _kinds(), "kind": InteractionKind.NOTE.value} if may_change(row, request.actor) else None


def split_note(text: str) -> tuple[str, str]:
    """Return the first line as the summary and the rest as the note; an overlong line is told in full in the note.

    >>> split_note("Called.\\nWants a quote by Friday.")
    ('Called.', 'Wants a quote by Friday.')
    """
    first, _newline, rest = text.strip().partition("\n")
    first = first.strip()
    if len(first) <= SUMMARY:
        return first, rest.strip()
    return f"{first[: SUMMARY - 1]}…", text.strip()


@signed_in
@require_POST
def write_note(request: ActorRequest, known: RecordType, record_id: int) -> HttpResponse:
    """Add an interaction with a customer, or with a contact; answer the empty box and the timeline as it is now."""
    if known.name not in (CUSTOMER.name, CONTACT.name):
        raise Http404
    row = get_record(known, request.actor, record_id)
    summary, note = split_note(request.POST.get("text", ""))
    is_contact = known.name == CONTACT.name
    values = {
        "customer": row.customer_id if is_contact else row.pk,
        "contact": row.pk if is_contact else None,
        "kind": request.POST.get("kind", InteractionKind.NOTE.value),
        "summary": summary,
        "note": note,
        "happened_at": request.POST.get("happened_at") or timezone.now().isoformat(),
    }
    box = {"known": known, "row": row, "kinds": _kinds()}
    try:
        written = create_record(actor=request.actor, known=INTERACTION, values=values, now=timezone.now())
    except InvalidError as error:
        faults = [text for found in error.errors.values() for text in found]
        faults = [_("Write what was said.")] if "summary" in error.errors else faults
        given = {"faults": faults, "text": request.POST.get("text", ""), "kind": values["kind"]}
        return render(request, "customers/note_box.html", {**box, **given}, status=422)
    except ForbiddenError:
        response = HttpResponse(status=403)
        say_at_once(response, _("You may see this, but not change it."), bad=True)
        return response
    context = {**box, "kind": values["kind"], **timeline_context(request, known, row), "fresh": True}
    response = render(request, "customers/note_box.html", context)
    say_at_once(response, _("Kept"), changeset=written.changeset)
    return response


_box = Section(template="customers/note_box.html", slot=Slot.TOP, context=note_box)
register_section(CUSTOMER.name, _box)
register_section(CONTACT.name, _box)

urlpatterns: list[URLPattern | URLResolver] = [
    path("<record_type:known>/<int:record_id>/note/", write_note, name="write_note"),
]
