"""Which rows are behind a cell: its values as a condition, in the words of the condition language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from guanxi.conditions.schema import FieldType
from guanxi.conditions.tree import (
    Compare,
    Condition,
    IsEmpty,
    Literal,
    Operator,
    all_of,
    any_of,
    negate,
)
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.request import Axis, Period, Pivot
from guanxi.metrics.calc.pivot.values import OTHER_WORD, write_band, write_value

_MONTHS = {Period.YEAR: 12, Period.QUARTER: 3, Period.MONTH: 1}


def cell_condition(pivot: Pivot, cell: Mapping[str, Any], rankings: Mapping[int, Sequence[Any]]) -> Condition:
    """Return the condition of the rows behind a cell of an answer: by an axis' key its value, as the answer wrote it.

    Axes that are not named are not told apart. Bands are given by their edges. Raises PivotError `unknown_cell`.
    """
    axes = {axis.key: (place, axis) for place, axis in enumerate(pivot.axes)}
    parts = []
    for key, value in cell.items():
        if key not in axes:
            raise PivotError("unknown_cell", "cell", tuple(axes), name=key[:100])
        place, axis = axes[key]
        parts.append(_part(axis, value, rankings.get(place, ())))
    return all_of(*parts)


def _part(axis: Axis, value: Any, ranking: Sequence[Any]) -> Condition:
    if isinstance(value, str) and axis.top and value == _other_word(axis, ranking):
        named = any_of(*(_part(axis, write_value(axis, found), ()) for found in ranking))
        return negate(named)
    if value is None:
        return IsEmpty(axis.field.name)
    try:
        if axis.edges:
            return _band(axis, value)
        if axis.period is not None:
            return _period(axis.field.name, axis.period, str(value))
        return Compare(axis.field.name, Operator.EQ, _literal(axis, value))
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise PivotError("unknown_cell", "cell", name=f"{axis.key} = {value}"[:200]) from error


def _other_word(axis: Axis, ranking: Sequence[Any]) -> str:
    word = OTHER_WORD
    while word in {write_value(axis, found) for found in ranking}:
        word += "*"
    return word


def _literal(axis: Axis, value: Any) -> Literal:
    kind = axis.field.kind
    if kind is FieldType.BOOLEAN:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    if kind in (FieldType.INTEGER, FieldType.REFERENCE):
        return int(value)
    if kind in (FieldType.NUMBER, FieldType.MONEY):
        return Decimal(str(value))
    return str(value)


def _band(axis: Axis, value: Any) -> Condition:
    name, edges = axis.field.name, axis.edges
    written = [write_band(number, edges) for number in range(len(edges) + 1)]
    number = written.index(str(value))
    low = [Compare(name, Operator.GE, edges[number - 1])] if number else []
    high = [Compare(name, Operator.LT, edges[number])] if number < len(edges) else []
    return all_of(*low, *high)


def _period(name: str, period: Period, text: str) -> Condition:
    first, after = period_days(period, text)
    if period is Period.DAY:
        return Compare(name, Operator.EQ, first)
    return all_of(Compare(name, Operator.GE, first), Compare(name, Operator.LT, after))


def period_days(period: Period, text: str) -> tuple[date, date]:
    """Return the first day of a period as it is written, and the day after its last one. Raises ValueError.

    >>> period_days(Period.QUARTER, "2026-Q4")
    (datetime.date(2026, 10, 1), datetime.date(2027, 1, 1))
    """
    if period is Period.DAY:
        day = date.fromisoformat(text)
        return day, day + timedelta(days=1)
    if period is Period.WEEK:
        year, week = text.split("-W")
        day = date.fromisocalendar(int(year), int(week), 1)
        return day, day + timedelta(days=7)
    if period is Period.QUARTER:
        year, quarter = text.split("-Q")
        month = 3 * int(quarter) - 2
    else:
        year, _dash, written = text.partition("-")
        month = int(written) if period is Period.MONTH else 1
    first = date(int(year), month, 1)
    years, months = divmod(first.month - 1 + _MONTHS[period], 12)
    return first, date(first.year + years, months + 1, 1)
