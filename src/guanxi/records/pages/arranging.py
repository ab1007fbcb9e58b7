"""A list in another arrangement: in groups with totals, or as a board of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from guanxi.access.calc import Actor
from guanxi.conditions.context import Context
from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Condition, Everything, all_of
from guanxi.records.cells import record_address
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.grouping import (
    AGGREGATE_LABELS,
    MOST_GROUPS,
    Group,
    Grouping,
    Total,
    groupable,
    groups_of,
    read_grouping,
    read_totals,
    summable,
)
from guanxi.records.pages.calendar import dated_fields, month_of
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.presentation import shown
from guanxi.records.queries import list_page, parse_where
from guanxi.records.values import may_change, shows_sensitive

MOST_COLUMNS = 60
FILLED_COLUMNS = 12
CARDS = 20
LINES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """A record on a board: name, up to three lines, and where a move is posted to ("" where it may not move)."""

    title: str
    address: str
    lines: Sequence[str]
    move: str
    version: int


@dataclass(frozen=True, slots=True)
class Cards:
    """A part of a column's cards, where the next part is ("" after the last), and where all of them stand as a list."""

    shown: Sequence[Card] = ()
    next: str = ""
    all: str = ""


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """The records of one value: how many there are, what they come to, and the first of them."""

    value: str
    label: str
    count: int
    total: str
    cards: Cards


def arranged(asked: ListQuery, where: Condition, actor: Actor) -> dict[str, Any]:
    """Return what templates need to draw a list in groups or as a board. Raises InvalidError for an unknown field."""
    known = asked.known
    totals = read_totals(known, asked.totals)
    movable = movable_fields(known)
    context: dict[str, Any] = {
        "shapes": movable,
        "group_choices": [(each.name, each.field.label) for each in groupable(known)],
        "total_choices": _total_choices(known),
        "most_groups": MOST_GROUPS,
    }
    dated = dated_fields(known)
    context["dated"] = dated
    if asked.shape == "calendar" and dated:
        field = next((found for found in dated if found.name == asked.by), dated[0])
        return {**context, "month": month_of(asked, where, actor, field)}
    if asked.shape == "kanban" and movable:
        field = next((found for found in movable if found.name == asked.by), movable[0])
        begun = replace(asked, after="", before="", start=1)
        return {**context, "board": _board(begun, where, actor, field, totals)}
    if totals:
        (all_rows,) = _groups(asked, where, actor, None, totals)
        context["summary"] = _headed(totals, all_rows)
    grouping = read_grouping(known, asked.group)
    if grouping is not None:
        found = _groups(asked, where, actor, grouping, totals)
        context["groups"] = [_drawn(asked, where, group, totals) for group in found]
    return context


def movable_fields(known: RecordType) -> list[FieldDeclaration]:
    """Return the fields whose values make the columns of a board: a card that moves is given another."""
    return [
        each.field
        for each in groupable(known)
        if each.field.editable
        and each.field.join is None
        and each.field.kind in (Kind.CHOICE, Kind.REFERENCE)
    ]


def _total_choices(known: RecordType) -> list[tuple[str, str]]:
    return [
        (f"{field.name}:{name}", f"{field.label} · {label}")
        for field in summable(known)
        for name, label in AGGREGATE_LABELS.items()
    ]


def _groups(
    asked: ListQuery, where: Condition, actor: Actor, grouping: Grouping | None, totals: Sequence[Total]
) -> list[Group]:
    return groups_of(
        asked.known,
        actor,
        grouping,
        where=where,
        text=asked.text,
        totals=totals,
        context=Context(now=timezone.now(), zone=actor.zone),
    )


def _headed(totals: Sequence[Total], group: Group) -> list[tuple[str, str]]:
    heads = [f"{capfirst(str(total.field.label))} · {AGGREGATE_LABELS[total.aggregate]}" for total in totals]
    return list(zip(heads, group.totals, strict=True))


def _narrowed(known: RecordType, where: Condition, group: Group) -> Condition:
    return all_of(where, parse_where(group.where, known))


def _drawn(asked: ListQuery, where: Condition, group: Group, totals: Sequence[Total]) -> dict[str, Any]:
    narrowed = format_condition(_narrowed(asked.known, where, group))
    parameters = asked.parameters(where=narrowed, group="", totals=(), view="all")
    rows = f"{reverse('records:group', args=[asked.known])}?{urlencode(parameters)}"
    return {"label": group.label, "count": group.count, "totals": _headed(totals, group), "rows": rows}


@dataclass(frozen=True, slots=True)
class Board:
    """A board: by which field, and its columns."""

    label: str
    columns: Sequence[BoardColumn]


def _board(
    asked: ListQuery, where: Condition, actor: Actor, field: FieldDeclaration, totals: Sequence[Total]
) -> Board:
    """The columns of a board: every choice, or of references those that most records have."""
    money = [Total(found, "sum") for found in summable(asked.known) if found.listed][:1]
    grouping = Grouping(field)
    found = _groups(asked, where, actor, grouping, totals[:1] or money)
    if field.kind is Kind.CHOICE:
        present = {group.value for group in found}
        empty = [
            Group(value, str(label), "", 0, ("",)) for value, label in field.choices if value not in present
        ]
        order = {value: place for place, (value, _label) in enumerate(field.choices)}
        found = sorted([*found, *empty], key=lambda group: order.get(group.value, len(order)))
    return Board(
        capfirst(str(field.label)),
        [
            _column(asked, where, actor, field, group, filled=place < FILLED_COLUMNS)
            for place, group in enumerate(found[:MOST_COLUMNS])
        ],
    )


def _column(
    asked: ListQuery,
    where: Condition,
    actor: Actor,
    field: FieldDeclaration,
    group: Group,
    *,
    filled: bool,
) -> BoardColumn:
    """A column; one that stands far to the right fetches its first cards when it is scrolled to."""
    total = group.totals[0] if group.totals else ""
    cards = Cards()
    if group.count:
        narrowed = _narrowed(asked.known, where, group)
        if filled:
            cards = cards_of(asked, narrowed, actor, field)
        else:
            cards = Cards(next=_part(asked, _written(narrowed), field))
    return BoardColumn(group.value, group.label, group.count, total, cards)


def cards_of(asked: ListQuery, where: Condition, actor: Actor, field: FieldDeclaration) -> Cards:
    """Return the cards of a column that follow `asked.after`; `where` means the rows of the column."""
    page = list_page(
        asked.known,
        actor,
        context=Context(now=timezone.now(), zone=actor.zone),
        where=where,
        text=asked.text,
        order=asked.order,
        limit=CARDS,
        after=asked.after,
    )
    text = _written(where)
    return Cards(
        shown=[_card(asked, row, actor, field) for row in page.rows],
        next=_part(asked, text, field, after=page.next) if page.next else "",
        all=asked.address(where=text, shape="", by="", view="all"),
    )


def _written(where: Condition) -> str:
    return "" if isinstance(where, Everything) else format_condition(where)


def _part(asked: ListQuery, where: str, field: FieldDeclaration, *, after: str = "") -> str:
    """The address of more cards of a column."""
    parameters = asked.parameters(where=where, by=field.name, view="all", after=after, before="", start=1)
    return f"{reverse('records:cards', args=[asked.known])}?{urlencode(parameters)}"


def _card(asked: ListQuery, row: Any, actor: Actor, field: FieldDeclaration) -> Card:
    unmasked = shows_sensitive(row, actor)
    texts = [shown(row, each, unmasked=unmasked) for each in asked.fields[1:] if each.name != field.name]
    address = record_address(asked.known, row.pk)
    return Card(
        title=str(row) or f"#{row.pk}",
        address=address,
        lines=list(filter(None, texts))[:LINES],
        move=f"{address}cell/{field.name}/" if may_change(row, actor) else "",
        version=row.version,
    )
