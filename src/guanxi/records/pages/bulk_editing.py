"""Changing fields of many records: say what, look at what would happen, let it run, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from guanxi.access.calc import Actor, may_create
from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.jobs.calc import percent
from guanxi.jobs.queries import get_job, pace_of
from guanxi.records.bulk_preview import preview_bulk
from guanxi.records.declaration import Kind, RecordType
from guanxi.records.forms import FormField, form_field, read_form
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.services.bulk import (
    KIND,
    BulkChange,
    Joining,
    bulk_rows,
    changeable_rows,
    check_bulk,
    request_bulk,
)

JOINING: Mapping[str, Joining] = {"add": "add", "remove": "remove"}


@dataclass(frozen=True, slots=True)
class Line:
    """A field that may be changed: whether it is chosen, its widget, and for several choices how they are joined."""

    form: FormField
    is_chosen: bool
    joining: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form says: of which rows, and which values."""

    asked: ListQuery
    ids: tuple[int, ...]
    means_all: bool
    given: QueryDict

    @classmethod
    def read(cls, known: RecordType, given: QueryDict) -> Wish:
        """Read it; rows that were selected are meant unless all that match are."""
        keys = [int(key) for key in given.getlist("ids") if key.isascii() and key.isdigit() and len(key) < 18]
        ids = tuple(dict.fromkeys(keys))
        return cls(ListQuery.read(known, given), ids, not ids or given.get("rows") == "all", given)

    @property
    def chosen(self) -> list[str]:
        """The names of the fields to change."""
        return [name for name in self.given.getlist("change") if name in self.asked.known.by_name]

    def change(self) -> BulkChange:
        """The bulk change it asks for."""
        given = read_form(self.asked.known, self.given)
        values = {name: given.get(name, "") for name in self.chosen}
        joining = {
            name: JOINING[how] for name in values if (how := self.given.get(f"joining.{name}", "")) in JOINING
        }
        change = BulkChange(self.asked.known, values, joining=joining)
        if self.means_all:
            return replace(change, where=self.asked.where, text=self.asked.text)
        return replace(change, ids=self.ids)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit_many(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Ask which fields become what, for the selected rows or all that match; show what would happen; begin."""
    if not may_create(request.actor, known.sharing):
        raise ForbiddenError
    wish = Wish.read(known, request.POST if request.method == "POST" else request.GET)
    step = request.POST.get("step", "")
    if not step:
        return _form(request, wish)
    change, now = wish.change(), timezone.now()
    try:
        if step == "run":
            job = request_bulk(actor=request.actor, change=change, now=now)
            return redirect("records:bulk_work", known, job.pk)
        cleaned = check_bulk(actor=request.actor, change=change, now=now)
        preview = preview_bulk(change, cleaned, request.actor, now=now)
    except InvalidError as error:
        return _form(request, wish, errors=error.errors)
    except ConditionError as error:
        return _form(request, wish, errors={"where": [explain(error)]})
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name != "step"]
    shown = {"known": known, "asked": wish.asked, "preview": preview, "kept": kept}
    return render(request, "records/bulk_preview.html", shown)


def _form(
    request: ActorRequest, wish: Wish, *, errors: Mapping[str, list[str]] | None = None
) -> HttpResponse:
    known, found = wish.asked.known, dict(errors or {})
    if "set" in found:
        found["set"] = [_("Choose at least one field to change.")]
    matched, fault = _matched(wish, request.actor)
    shown = {
        "known": known,
        "asked": wish.asked,
        "ids": wish.ids,
        "means_all": wish.means_all,
        "matched": matched,
        "lines": _lines(wish, request.actor, found),
        "joinings": (("set", _("Exactly these")), ("add", _("Add these")), ("remove", _("Take these away"))),
        "faults": [*([fault] if fault else []), *found.get("set", ()), *found.get("ids", ())],
    }
    return render(request, "records/bulk_edit.html", shown, status=422 if shown["faults"] or found else 200)


def _matched(wish: Wish, actor: Actor) -> tuple[int, str]:
    """How many rows match that the actor may change, or what is wrong with the condition."""
    everything = BulkChange(wish.asked.known, {}, where=wish.asked.where, text=wish.asked.text)
    try:
        rows = bulk_rows(everything, actor, now=timezone.now())
    except ConditionError as error:
        return 0, explain(error)
    return changeable_rows(rows, everything, actor).count(), ""


def _lines(wish: Wish, actor: Actor, errors: Mapping[str, list[str]]) -> list[Line]:
    known, offered = wish.asked.known, dict[str, list[tuple[str, str]]]()
    values, chosen = read_form(known, wish.given), set(wish.chosen)
    return [
        Line(
            form_field(
                field,
                actor,
                value=values.get(field.name, ""),
                errors=errors.get(field.name, ()),
                offered=offered,
            ),
            field.name in chosen,
            wish.given.get(f"joining.{field.name}", "set") if field.kind is Kind.CHOICES else "",
        )
        for field in known.editable
        if field.kind is not Kind.FILE and field.name != known.parent
    ]


@signed_in
@require_GET
def work(request: ActorRequest, known: RecordType, job_id: int) -> HttpResponse:
    """Show how far a bulk change is, then what it did, with undo. Polls itself with htmx."""
    job = get_job(request.actor, job_id)
    if job.kind != KIND or job.parameters.get("type") != known.name:
        raise NotFoundError
    going = pace_of(job, timezone.now())
    shown: dict[str, Any] = {
        "known": known,
        "job": job,
        "percent": percent(job.done, job.total),
        "rate": round(going.rate) if going.rate else None,
        "left": timedelta(seconds=going.left) if going.left else None,
        "is_undone": job.changeset is not None and job.changeset.undone_by_id is not None,
    }
    template = "records/bulk_work_part.html" if request.htmx else "records/bulk_work.html"
    return render(request, template, shown)
