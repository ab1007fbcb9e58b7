"""The page of one record: head, facts to edit in place, what belongs to it, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError, NotFoundError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.queries import people_visible_to, teams_visible_to
from guanxi.access.signin import signed_in
from guanxi.records.cells import Cell, cell_of
from guanxi.records.custom.references import name_references
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, record_types
from guanxi.records.pages.audience import own_grounds
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.pages.sections import drawn_sections
from guanxi.records.presentation import shown_day
from guanxi.records.queries import count_rows, get_record, related
from guanxi.records.services import delete_record, undo_changeset
from guanxi.records.successors import successor_of
from guanxi.records.timeline import Entry, Timeline, parts_of, references_to, timeline_of
from guanxi.records.values import may_change, raw_value, shows_sensitive

PANEL_LENGTH = 5
STATS = 6
TIMES = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Item:
    """A record in a panel: its name, what else is worth a line, marks, and an amount."""

    row: Any
    line: Sequence[Cell]
    marks: Sequence[str]
    amount: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Records of one type that point to the record of the page."""

    part: RecordType
    field: FieldDeclaration
    items: Sequence[Item]
    count: int | None
    more: str


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of a timeline on one day."""

    name: str
    entries: Sequence[Entry]


@signed_in
@require_GET
def show(request: ActorRequest, known: RecordType, record_id: int) -> HttpResponse:
    """Show a record; one that became another leads there."""
    try:
        row = get_record(known, request.actor, record_id)
    except NotFoundError:
        into = successor_of(known, request.actor, record_id)
        if into is None:
            raise
        say(request, _("The record you asked for became this one."))
        return redirect("records:record", known, into)
    unmasked, changeable = shows_sensitive(row, request.actor), may_change(row, request.actor)
    offered: dict[str, Sequence[tuple[str, str]]] = {}
    cells = [
        _cell(known, row, field, request.actor, offered, unmasked=unmasked, changeable=changeable)
        for field in known.fields
    ]
    stats = [cell for cell in cells if _is_stat(cell)]
    given = {"known": known, "row": row, "may_change": changeable, "unmasked": unmasked}
    return render(
        request,
        "records/record.html",
        {
            **given,
            "title": str(row) or f"#{row.pk}",
            "parent": _cell_named(cells, known.parent),
            "owner": _cell_named(cells, "owner"),
            "tiers": [cell for cell in cells if cell.tier],
            "stats": stats[:STATS],
            "figures": stats[STATS:],
            "facts": [cell for cell in cells if _is_fact(known, cell)],
            "created": _cell_named(cells, "created_at"),
            "changed": _cell_named(cells, "updated_at"),
            "panels": panels_of(known, row, request.actor),
            "own_grounds": own_grounds(known, row, request.actor),
            "sections": drawn_sections(request, known, row, given),
            **timeline_context(request, known, row),
        },
    )


def _cell(
    known: RecordType,
    row: Any,
    field: FieldDeclaration,
    actor: Actor,
    offered: dict[str, Sequence[tuple[str, str]]],
    *,
    unmasked: bool,
    changeable: bool,
) -> Cell:
    """A fact of the record; `offered` keeps people and teams for the other facts."""
    if changeable and field.target not in offered:
        offered[field.target] = people_choices(field, actor)
    choices = offered.get(field.target, ())
    return cell_of(known, row, field, unmasked=unmasked, changeable=changeable, choices=choices, tag="dd")


def people_choices(field: FieldDeclaration, actor: Actor) -> list[tuple[str, str]]:
    """Return the people or teams that a reference may name; none for other fields."""
    if field.target == "user":
        return [(str(person.pk), str(person)) for person in people_visible_to(actor)]
    if field.target == "team":
        return [(str(team.pk), str(team)) for team in teams_visible_to(actor)]
    return []


def _cell_named(cells: Sequence[Cell], name: str) -> Cell | None:
    return next((cell for cell in cells if cell.field.name == name), None)


def _is_stat(cell: Cell) -> bool:
    """Numbers and dates that stand beside the record (metrics)."""
    field = cell.field
    return field.join is not None and bool(cell.text) and field.kind not in (Kind.CHOICE, Kind.TEXT)


def _is_fact(known: RecordType, cell: Cell) -> bool:
    """What stands in the details: not what the head says, nor empty things nobody can fill in."""
    field = cell.field
    if field.name in (known.title, *TIMES) or field.join is not None:
        return field.name == known.title and bool(cell.editor)
    return bool(cell.text or cell.editor)


def panels_of(known: RecordType, row: Any, actor: Actor) -> list[Panel]:
    """Return what belongs to a record, type by type; what has no amount and a moment is told by the timeline."""
    return [
        _panel(part, known, row, actor)
        for part in record_types()
        if references_to(part, known) and (not part.moment or any(f.kind is Kind.MONEY for f in part.listed))
    ]


def _panel(part: RecordType, known: RecordType, row: Any, actor: Actor) -> Panel:
    field = references_to(part, known)[0]
    order = f"-{part.by_name[part.moment].column}" if part.moment else "pk"
    rows = parts_of(part, known, row, actor).select_related(*related(part)).order_by(order)
    found = list(rows[:PANEL_LENGTH])
    count = count_rows(rows)
    name_references(found, part.listed, actor)
    every = ListQuery(part, where=f"{field.name} = {row.pk}").address()
    items = [_item(part, one, field, actor) for one in found]
    return Panel(part, field, items, count, every if count != len(found) else "")


def _item(part: RecordType, row: Any, parent: FieldDeclaration, actor: Actor) -> Item:
    unmasked = shows_sensitive(row, actor)
    worth = [
        field for field in part.listed if field.join is None and field.name not in (part.title, parent.name)
    ]
    line, marks, amount = [], [], ""
    for field in worth:
        drawn = cell_of(part, row, field, unmasked=unmasked, changeable=False)
        if field.kind is Kind.BOOLEAN:
            marks += [str(field.label)] if raw_value(row, field) else []
        elif field.kind is Kind.MONEY:
            amount = drawn.text
        elif drawn.text:
            line.append(drawn)
    return Item(row, line[:3], marks, amount)


def timeline_context(request: ActorRequest, known: RecordType, row: Any) -> dict[str, Any]:
    """Return what `records/timeline.html` needs; the address may carry where the part before ended."""
    places = {name: request.GET[name] for name in request.GET} if request.method == "GET" else {}
    found = timeline_of(known, row, request.actor, places)
    return {"days": _days(found), "timeline": found, "known": known, "row": row}


def _days(found: Timeline) -> list[Day]:
    today = timezone.localdate()
    days: dict[str, list[Entry]] = {}
    for entry in found.entries:
        days.setdefault(shown_day(timezone.localtime(entry.at).date(), today=today), []).append(entry)
    return [Day(name, entries) for name, entries in days.items()]


@signed_in
@require_GET
def older(request: ActorRequest, known: RecordType, record_id: int) -> HttpResponse:
    """Answer the next part of the timeline."""
    row = get_record(known, request.actor, record_id)
    return render(request, "records/timeline.html", timeline_context(request, known, row))


@signed_in
@require_POST
def delete(request: ActorRequest, known: RecordType, record_id: int) -> HttpResponse:
    """Remove a record and offer to take it back."""
    row = get_record(known, request.actor, record_id)
    changeset = delete_record(
        actor=request.actor, known=known, record_id=record_id, version=None, now=timezone.now()
    )
    say(request, _("“%(name)s” was deleted.") % {"name": str(row) or f"#{row.pk}"}, changeset=changeset)
    return redirect("records:list", known)


@signed_in
@require_POST
def undo(request: ActorRequest, changeset_id: int) -> HttpResponseBase:
    """Take a change set back, for a script (JSON) or a form (`next`: where to go on)."""
    asks_json = "application/json" in request.headers.get("Accept", "")
    try:
        undone = undo_changeset(actor=request.actor, changeset_id=changeset_id, now=timezone.now())
    except ConflictError as error:
        message = str(error)
        if asks_json:
            return JsonResponse({"detail": message}, status=409)
        say(request, message, bad=True)
        return redirect(_next(request))
    kept = sum(len(ids) for ids in undone.kept.values())
    message = _("Undone.")
    if kept:
        message = _("Undone, but for %(count)s records that were changed since.") % {"count": kept}
    say(request, message)
    return JsonResponse({"kept": kept}) if asks_json else redirect(_next(request))


def _next(request: ActorRequest) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
