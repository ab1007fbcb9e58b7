"""The list of a record type: one bar, one table, one page of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from guanxi.access.calc import Actor, may_create
from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.queries import people_visible_to
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.conditions.tree import Condition, Everything
from guanxi.records.cells import PEOPLE, cell_of, column_options, record_address
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.habits import Arranged, arranged_for, widths_of
from guanxi.records.models import SavedView
from guanxi.records.pages.arranging import arranged
from guanxi.records.pages.facets import facets_of
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.pages.record import people_choices
from guanxi.records.presentation import shown
from guanxi.records.queries import Page, list_page, parse_where
from guanxi.records.saved import views_visible_to
from guanxi.records.values import may_change, shows_sensitive

PAGE_SIZE = 50
CHECK_WIDTH = 44
ON_PHONE = 4
Choices = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: its label, how it is sorted now, the address that sorts by it, what its cells offer.

    `width` is in CSS pixels.
    """

    field: FieldDeclaration
    sorted: str
    address: str
    options: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its name and address, and the other cells, drawn."""

    row: Any
    address: str
    title: str
    cells: Sequence[SafeString]
    may_change: bool


@signed_in
@require_GET
@vary_on_headers("HX-Request")
def list_records(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Show a page of the list; with htmx only the table and what changes with it.

    Both stand at one address: caches, and the way back, must tell them apart.
    """
    asked = ListQuery.read(known, request.GET)
    views = list(views_visible_to(request.actor, known))
    first = next((view for view in views if view.is_default and view.owner_id == request.actor.id), None)
    if asked.is_plain and first is not None and not request.htmx:
        return redirect(address_of(first, known))
    current = next((view for view in views if str(view.pk) == asked.view), None)
    asked, habit = _as_arranged(asked, current, request.actor)
    shown: dict[str, Any] = {"known": known, "asked": asked, "views": views, "current_view": current}
    try:
        where = parse_where(asked.where, known)
        page = _page(asked, where, request.actor)
        shown |= arranged(asked, where, request.actor)
    except ConditionError as error:
        return _refuse(request, shown, explain(error))
    except InvalidError as error:
        return _refuse(request, shown, " ".join(text for found in error.errors.values() for text in found))
    template = "records/list_part.html" if request.htmx else "records/list.html"
    return render(request, template, {**shown, **_context(request.actor, asked, where, page, habit)})


@signed_in
@require_GET
def list_rows(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer the next rows of a list that grows while it is scrolled; `rows` says how many."""
    asked = ListQuery.read(known, request.GET)
    view = next((v for v in views_visible_to(request.actor, known) if str(v.pk) == asked.view), None)
    wanted = request.GET.get("rows", "")
    limit = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else PAGE_SIZE
    try:
        where = parse_where(asked.where, known)
        page = _page(asked, where, request.actor, limit=limit)
    except (ConditionError, InvalidError) as error:
        raise Http404 from error
    asked, habit = _as_arranged(asked, view, request.actor)
    context = _context(request.actor, asked, where, page, habit)
    return render(request, "records/list_rows.html", {"known": known, "asked": asked, **context})


def _as_arranged(asked: ListQuery, view: SavedView | None, actor: Actor) -> tuple[ListQuery, Arranged]:
    """What was asked for with the columns that the actor has put here, unless other ones were asked for."""
    habit = arranged_for(actor, asked.known, view)
    is_usual = asked.columns in ((), tuple(view.columns) if view else ())
    return (replace(asked, columns=habit.columns) if habit.columns and is_usual else asked), habit


@signed_in
@require_GET
def list_group(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer the first rows of one group, for the list that is drawn in groups."""
    asked = ListQuery.read(known, request.GET)
    try:
        where = parse_where(asked.where, known)
        page = _page(asked, where, request.actor)
    except (ConditionError, InvalidError) as error:
        raise Http404 from error
    view = next((v for v in views_visible_to(request.actor, known) if str(v.pk) == asked.view), None)
    asked, habit = _as_arranged(asked, view, request.actor)
    context = _context(request.actor, asked, where, page, habit)
    more = asked.address(shape="", group="") if page.next else ""
    return render(
        request, "records/group_rows.html", {"known": known, "asked": asked, "more": more, **context}
    )


def _refuse(request: ActorRequest, shown: dict[str, Any], fault: str) -> HttpResponse:
    """Show the fault where it can be mended: in the filter, with what was written."""
    template = "records/list_part.html" if request.htmx else "records/list.html"
    may = may_create(request.actor, shown["known"].sharing)
    context = {**shown, "fault": fault, "lines": (), "columns": (), "facets": (), "may_create": may}
    return render(request, template, context, status=422)


def _page(asked: ListQuery, where: Condition, actor: Actor, *, limit: int = PAGE_SIZE) -> Page:
    return list_page(
        asked.known,
        actor,
        context=Context(now=timezone.now(), zone=actor.zone),
        where=where,
        text=asked.text,
        order=asked.order,
        limit=limit,
        exact_count=asked.counts_all,
        after=asked.after,
        before=asked.before,
        fields=_with_currencies(asked),
    )


def _with_currencies(asked: ListQuery) -> list[FieldDeclaration]:
    """The fields to read: the record's own, and of those beside it what is shown and in which money."""
    currencies = {field.currency for field in asked.fields}
    return [
        field
        for field in asked.known.fields
        if field.join is None or field in asked.fields or field.name in currencies
    ]


def _context(actor: Actor, asked: ListQuery, where: Condition, page: Page, habit: Arranged) -> dict[str, Any]:
    known = asked.known
    may_bulk = any(may_change(row, actor) for row in page.rows)
    owned = "owner" in known.by_name
    choices = choices_of(asked.fields, actor) if may_bulk else {}
    widths = widths_of(known, asked.fields, habit.widths)
    return {
        "page": page,
        "columns": [
            replace(
                column_of(asked, page.order, field, choices.get(field.name, ())), width=widths[field.name]
            )
            for field in asked.fields
        ],
        "table_width": sum(widths.values()) + (CHECK_WIDTH if may_bulk else 0),
        "is_sized": bool(habit.widths),
        "lines": [line_of(known, row, asked.fields, actor, choices) for row in page.rows],
        "facets": facets_of(known, where, actor),
        "may_create": may_create(actor, known.sharing),
        "may_bulk": may_bulk,
        "owners": people_visible_to(actor) if may_bulk and owned else (),
        "is_empty": not page.rows and isinstance(where, Everything) and not asked.text and not asked.after,
        "first": asked.start,
        "last": asked.start + len(page.rows) - 1,
        "pager": _pager(asked, page),
    }


def _pager(asked: ListQuery, page: Page) -> dict[str, str]:
    """Addresses of the first, previous and next page; empty where there is none."""
    later, earlier = asked.start + len(page.rows), max(1, asked.start - PAGE_SIZE)
    return {
        "first": asked.address(after="", before="", start=1) if page.previous else "",
        "previous": asked.address(before=page.previous, after="", start=earlier) if page.previous else "",
        "next": asked.address(after=page.next, before="", start=later) if page.next else "",
        "rows": asked.rows_address(after=page.next, before="", start=later) if page.next else "",
    }


def column_of(
    asked: ListQuery, order: str, field: FieldDeclaration, choices: Sequence[tuple[str, str]] = ()
) -> Column:
    """Return the head of a column; a click sorts by it, a second one the other way round."""
    leading = order.split(",", maxsplit=1)[0]
    state = {field.name: "ascending", f"-{field.name}": "descending"}.get(leading, "")
    large_first = field.kind.is_numeric or field.kind in (Kind.DATE, Kind.DATETIME)
    wanted = f"-{field.name}" if (state == "ascending" or (large_first and not state)) else field.name
    address = asked.address(order=wanted) if field.sortable else ""
    return Column(field, state, address, column_options(field, choices))


def choices_of(fields: Sequence[FieldDeclaration], actor: Actor) -> Choices:
    """Return the people and teams that the columns' cells offer, one query a column."""
    return {field.name: people_choices(field, actor) for field in fields if field.target in PEOPLE}


def line_of(
    known: RecordType, row: Any, fields: Sequence[FieldDeclaration], actor: Actor, choices: Choices
) -> Line:
    """Return a row of the table. On a phone a tap opens the record instead of changing a cell."""
    unmasked, changeable = shows_sensitive(row, actor), may_change(row, actor)
    on_phone = _on_phone(known, fields)
    cells = []
    for field in fields[1:]:
        found = cell_of(
            known,
            row,
            field,
            unmasked=unmasked,
            changeable=changeable,
            choices=choices.get(field.name, ()),
        )
        cells.append(found.draw("td", classes=on_phone.get(field.name, "")))
    title = shown(row, fields[0], unmasked=unmasked) or str(row) or f"#{row.pk}"
    return Line(row, record_address(known, row.pk), title, cells, changeable)


def _on_phone(known: RecordType, fields: Sequence[FieldDeclaration]) -> dict[str, str]:
    """The classes of the cells that a phone shows: tier at the right, then parent, phone and the first few."""
    classes = {known.title: "on-phone phone-title"}
    for field in fields:
        if field.is_tier and "phone-end" not in str(classes):
            classes[field.name] = "on-phone phone-end"
    for field in fields:
        if len(classes) < ON_PHONE and (field.name == known.parent or field.kind is Kind.PHONE):
            classes.setdefault(field.name, "on-phone")
    return classes


def address_of(view: SavedView, known: RecordType) -> str:
    """Return the address of the list as a saved view has it."""
    kept = QueryDict(mutable=True)
    kept.update({**view.layout, "columns": ",".join(view.columns)})
    asked = ListQuery.read(known, kept)
    return replace(asked, where=view.where, order=view.order, view=str(view.pk)).address()
