"""Groups of a list with how many rows are in each and what they come to: one aggregate query, within scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError
from guanxi.conditions.context import Context
from guanxi.conditions.lexer import quote_name, quote_text
from guanxi.conditions.tree import Condition
from guanxi.records.cleaning import referable
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.presentation import choice_label, shown_date, shown_money, shown_number
from guanxi.records.queries import matching, search

MONTH = ".month"
MOST_GROUPS = 200
MOST_TOTALS = 6
Aggregate = Callable[[Any], Any]
AGGREGATES: Mapping[str, Aggregate] = {"sum": Sum, "mean": Avg, "min": Min, "max": Max, "count": Count}
AGGREGATE_LABELS = {
    "sum": gettext_lazy("sum"),
    "mean": gettext_lazy("mean"),
    "min": gettext_lazy("least"),
    "max": gettext_lazy("greatest"),
    "count": gettext_lazy("filled in"),
}
_GROUPED = frozenset({Kind.CHOICE, Kind.REFERENCE, Kind.BOOLEAN})
_TIMES = frozenset({Kind.DATE, Kind.DATETIME})


@dataclass(frozen=True, slots=True)
class Grouping:
    """By which field rows are grouped; dates by their month."""

    field: FieldDeclaration

    @property
    def name(self) -> str:
        """How an address says it: `owner`, `birthday.month`."""
        return f"{self.field.name}{MONTH}" if self.field.kind in _TIMES else self.field.name


@dataclass(frozen=True, slots=True)
class Total:
    """A column and what is computed of its values."""

    field: FieldDeclaration
    aggregate: str

    @property
    def name(self) -> str:
        """How an address says it: `amount:sum`."""
        return f"{self.field.name}:{self.aggregate}"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows alike in one field: the value (`""`: none), its name, the condition that means them, count and totals.

    `totals` are texts in the order asked for; amounts in several moneys stand beside each other, never added.
    """

    value: str
    label: str
    where: str
    count: int
    totals: tuple[str, ...] = ()


def groupable(known: RecordType) -> list[Grouping]:
    """Return what a list may be grouped by: choices, references, tiers, yes and no, months; nothing that is masked."""
    return [
        Grouping(field)
        for field in known.fields
        if not field.sensitive and (field.kind in _GROUPED or (field.kind in _TIMES and not field.stored))
    ]


def summable(known: RecordType) -> list[FieldDeclaration]:
    """Return the fields that totals are made of: numbers that are not masked."""
    return [field for field in known.fields if field.kind.is_numeric and not field.sensitive]


def read_grouping(known: RecordType, name: str) -> Grouping | None:
    """Return the grouping called so. Raises InvalidError when there is none; None for an empty name."""
    if not name:
        return None
    found = next((each for each in groupable(known) if each.name == name), None)
    if found is None:
        raise InvalidError({"group": [_("“%(name)s” is nothing to group by.") % {"name": name[:100]}]})
    return found


def read_totals(known: RecordType, names: Iterable[str]) -> tuple[Total, ...]:
    """Return the totals called so (`amount:sum`); unknown ones are dropped."""
    fields = {field.name: field for field in summable(known)}
    split = [name.partition(":")[::2] for name in dict.fromkeys(names)]
    found = [
        Total(fields[name], aggregate)
        for name, aggregate in split
        if name in fields and aggregate in AGGREGATES
    ]
    return tuple(found[:MOST_TOTALS])


def groups_of(
    known: RecordType,
    actor: Actor,
    grouping: Grouping | None,
    *,
    where: Condition,
    text: str,
    totals: Sequence[Total],
    context: Context,
) -> list[Group]:
    """Return the groups of a list in their natural order, the empty one last; without a grouping one group of all.

    At most `MOST_GROUPS`, the largest of them.
    """
    fields = [total.field for total in totals] + ([grouping.field] if grouping else [])
    rows = search(matching(known, actor, where, context, also=_distinct(fields)), known, actor, text)
    key = _key(grouping, actor) if grouping else None
    counted = _counted(rows, key)
    shown = _totals(known, rows, key, totals, set(counted))
    names = _names(grouping, counted, actor) if grouping else {}
    found = [
        Group(
            value=_plain(value),
            label=_label(grouping, value, names),
            where=_where(grouping, value),
            count=count,
            totals=tuple(shown.get((place, value), "") for place in range(len(totals))),
        )
        for value, count in counted.items()
    ]
    return sorted(found, key=_order(grouping))


def _distinct(fields: Iterable[FieldDeclaration]) -> list[FieldDeclaration]:
    return list({field.name: field for field in fields}.values())


def _column(field: FieldDeclaration) -> str:
    return field.name if field.join or field.stored else field.attribute


def _key(grouping: Grouping, actor: Actor) -> Any:
    column = F(_column(grouping.field))
    if grouping.field.kind is Kind.DATETIME:
        return TruncMonth(column, tzinfo=actor.zone)
    return TruncMonth(column) if grouping.field.kind is Kind.DATE else column


def _counted(rows: QuerySet[Any], key: Any) -> dict[Any, int]:
    if key is None:
        return {None: rows.order_by().values("pk").count()}
    found = rows.order_by().annotate(group_key=key).values("group_key").annotate(group_count=Count("pk"))
    counted: dict[Any, int] = {}
    for line in found.order_by("-group_count")[:MOST_GROUPS]:
        value = None if line["group_key"] == "" else line["group_key"]
        counted[value] = counted.get(value, 0) + line["group_count"]
    return counted


def _money_of(known: RecordType, total: Total) -> str:
    """The column that says in which money a total's amounts are; "" where there is none, or where rows are counted."""
    field = known.by_name.get(total.field.currency) if total.field.kind is Kind.MONEY else None
    return _column(field) if field and not (field.stored or field.join) and total.aggregate != "count" else ""


def _totals(
    known: RecordType, rows: QuerySet[Any], key: Any, totals: Sequence[Total], groups: set[Any]
) -> dict[tuple[int, Any], str]:
    """The totals as texts, by their place and group; one query for each column of moneys."""
    asked = rows.order_by().annotate(group_key=key) if key is not None else rows.order_by()
    texts: dict[tuple[int, Any], list[str]] = {}
    for money in sorted({_money_of(known, total) for total in totals}):
        here = [(place, total) for place, total in enumerate(totals) if _money_of(known, total) == money]
        by = [*(("group_key",) if key is not None else ()), *((money,) if money else ())]
        values = {
            f"total_{place}": AGGREGATES[total.aggregate](F(_column(total.field))) for place, total in here
        }
        for line in asked.values(*by).annotate(**values) if by else [asked.aggregate(**values)]:
            _say(texts, here, line, money, groups)
    return {at: " · ".join(sorted(said)) for at, said in texts.items()}


def _say(
    texts: dict[tuple[int, Any], list[str]],
    here: Sequence[tuple[int, Total]],
    line: Mapping[str, Any],
    money: str,
    groups: set[Any],
) -> None:
    value = None if line.get("group_key") == "" else line.get("group_key")
    if value not in groups:
        return
    for place, total in here:
        found = line[f"total_{place}"]
        if found is not None:
            texts.setdefault((place, value), []).append(_shown(total, found, line.get(money) or ""))


def _shown(total: Total, value: Any, currency: str) -> str:
    if total.aggregate == "count":
        return shown_number(value)
    if total.field.kind is Kind.MONEY:
        return shown_money(round(Decimal(str(value)), 2), currency)
    return shown_number(round(Decimal(str(value)), 2))


def _names(grouping: Grouping, values: Iterable[Any], actor: Actor) -> dict[Any, str]:
    if grouping.field.kind is not Kind.REFERENCE:
        return {}
    keys = [value for value in values if value is not None]
    return {row.pk: str(row) for row in referable(grouping.field, actor).filter(pk__in=keys)}


def _label(grouping: Grouping | None, value: Any, names: Mapping[Any, str]) -> str:
    if grouping is None:
        return _("All")
    if value is None:
        return _("empty")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if grouping.field.kind is Kind.REFERENCE:
        return names.get(value) or f"#{value}"
    if isinstance(value, date):
        return f"{value:%Y-%m}" if value.day == 1 else shown_date(value)
    return choice_label(grouping.field, value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)


def _where(grouping: Grouping | None, value: Any) -> str:
    """The condition by which a list is narrowed to a group."""
    if grouping is None:
        return ""
    name = quote_name(grouping.field.name)
    if value is None:
        return f"{name} is empty"
    if isinstance(value, date):
        first = value.date() if isinstance(value, datetime) else value
        return f"{name} >= {first:%Y-%m-%d} and {name} < {_next_month(first):%Y-%m-%d}"
    if grouping.field.kind is Kind.CHOICE:
        return f"{name} = {quote_text(value)}"
    return f"{name} = {_plain(value)}"


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _order(grouping: Grouping | None) -> Callable[[Group], Any]:
    choices = (
        {value: place for place, (value, _label) in enumerate(grouping.field.choices)} if grouping else {}
    )
    by_time = grouping is not None and grouping.field.kind in _TIMES

    def place(group: Group) -> Any:
        return (
            not group.value,
            choices.get(group.value, len(choices)),
            group.value if by_time else group.label,
        )

    return place
