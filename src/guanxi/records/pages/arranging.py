"""A list in another arrangement: in groups with totals, or as a board of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.presentation import shown
from guanxi.records.queries import list_page, parse_where
from guanxi.records.values import may_change, shows_sensitive

MOST_COLUMNS = 12
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
class BoardColumn:
    """The records of one value: how many there are, what they come to, the first of them, and where the rest is."""

    value: str
    label: str
    count: int
    total: str
    cards: Sequence[Card]
    more: str


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
    if asked.shape == "kanban" and movable:
        field = next((found for found in movable if found.name == asked.by), movable[0])
        return {**context, "board": _board(asked, where, actor, field, totals)}
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
        [_column(asked, where, actor, field, group) for group in found[:MOST_COLUMNS]],
    )


def _column(
    asked: ListQuery, where: Condition, actor: Actor, field: FieldDeclaration, group: Group
) -> BoardColumn:
    total = group.totals[0] if group.totals else ""
    if not group.count:
        return BoardColumn(group.value, group.label, 0, "", (), "")
    narrowed = _narrowed(asked.known, where, group)
    page = list_page(
        asked.known,
        actor,
        context=Context(now=timezone.now(), zone=actor.zone),
        where=narrowed,
        text=asked.text,
        order=asked.order,
        limit=CARDS,
    )
    text = "" if isinstance(narrowed, Everything) else format_condition(narrowed)
    more = asked.address(where=text, shape="", by="", view="all") if page.next else ""
    cards = [_card(asked, row, actor, field) for row in page.rows]
    return BoardColumn(group.value, group.label, group.count, total, cards, more)


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
