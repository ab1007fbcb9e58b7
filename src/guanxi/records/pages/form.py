"""The form by which a record is added or changed as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.access.calc import may_create
from guanxi.access.errors import ForbiddenError, InvalidError, StaleError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.records.declaration import RecordType
from guanxi.records.forms import form_fields, initial_values, read_form, touched, with_defaults
from guanxi.records.pages.files import uploaded
from guanxi.records.pages.sections import drawn_sections, tell_added
from guanxi.records.queries import get_record
from guanxi.records.services import create_record, update_record
from guanxi.records.values import may_change


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Add a record; `?customer=3` begins with a field filled in."""
    if not may_create(request.actor, known.sharing):
        raise ForbiddenError
    empty = with_defaults(
        known, known.model(**({"owner_id": request.actor.id} if "owner" in known.by_name else {}))
    )
    initial = initial_values(known, empty)
    if request.method != "POST":
        return _form(request, known, {**initial, **read_form(known, request.GET)}, initial)
    # What was emptied is told where it would otherwise be filled in again.
    values = {
        name: value
        for name, value in read_form(known, request.POST).items()
        if value != "" or known.by_name[name].default is not None
    }
    try:
        with uploaded(request, known) as files, transaction.atomic():
            written = create_record(
                actor=request.actor, known=known, values={**values, **files}, now=timezone.now()
            )
            tell_added(request, known, written.row)
    except InvalidError as error:
        return _form(request, known, read_form(known, request.POST), initial, errors=error.errors)
    except ForbiddenError:
        faults = {known.parent: [_("You may only add to a record that you may change.")]}
        return _form(request, known, read_form(known, request.POST), initial, errors=faults)
    name = str(written.row) or f"#{written.row.pk}"
    say(request, _("“%(name)s” was added.") % {"name": name}, changeset=written.changeset)
    return redirect("records:record", *_back_to(known, written.row))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, known: RecordType, record_id: int) -> HttpResponse:
    """Change a record. Only what the person touched is written; a stale form shows both values."""
    row = get_record(known, request.actor, record_id)
    if not may_change(row, request.actor):
        raise ForbiddenError
    initial = initial_values(known, row)
    if request.method != "POST":
        return _form(request, known, initial, initial, row=row)
    mine = touched(known, request.POST)
    version = request.POST.get("version", "")
    try:
        with uploaded(request, known) as files:
            written = update_record(
                actor=request.actor,
                known=known,
                record_id=record_id,
                values={**mine, **files},
                version=int(version) if version.isascii() and version.isdigit() else 0,
                now=timezone.now(),
                why=request.POST.get("why", ""),
            )
    except InvalidError as error:
        return _form(request, known, {**initial, **mine}, initial, row=row, errors=error.errors)
    except StaleError:
        theirs = {name: initial[name] for name, value in mine.items() if initial[name] != value}
        return _form(request, known, {**initial, **mine}, initial, row=row, theirs=theirs, stale=True)
    if written.changeset:
        say(request, _("Saved"), changeset=written.changeset)
    return redirect("records:record", known, record_id)


def _back_to(known: RecordType, row: Any) -> tuple[str | RecordType, int]:
    """After adding a part, the record it belongs to is looked at again."""
    if not known.parent:
        return known, row.pk
    parent = known.by_name[known.parent]
    return parent.target, getattr(row, parent.attribute)


def _form(
    request: ActorRequest,
    known: RecordType,
    values: Mapping[str, str],
    initial: Mapping[str, str],
    *,
    row: Any = None,
    errors: Mapping[str, list[str]] | None = None,
    theirs: Mapping[str, str] | None = None,
    stale: bool = False,
) -> HttpResponse:
    fields = form_fields(known, request.actor, values=values, initial=initial, errors=errors, theirs=theirs)
    context = {
        "known": known,
        "row": row,
        "fields": fields,
        "other_errors": [
            text for name, found in (errors or {}).items() if name not in values for text in found
        ],
        "stale": stale,
        "has_errors": bool(errors),
        "why": request.POST.get("why", ""),
        "title": (str(row) or f"#{row.pk}") if row is not None else "",
        "sections": {} if row is not None else drawn_sections(request, known, None, {"known": known}),
    }
    return render(request, "records/form.html", context, status=422 if errors or stale else 200)
