"""The values of an axis: how they are written and in which order they stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from guanxi.conditions.schema import FieldType
from guanxi.metrics.calc.pivot.request import Axis, Period


class Rest(Enum):
    """Stands for all values that are not among the top few."""

    OTHER = "other"


OTHER = Rest.OTHER
OTHER_WORD = "(other)"


def write_period(day: date, period: Period) -> str:
    """Return the period that begins on a day.

    >>> [write_period(date(2026, 4, 1), period) for period in (Period.YEAR, Period.QUARTER, Period.MONTH)]
    ['2026', '2026-Q2', '2026-04']
    >>> write_period(date(2024, 12, 30), Period.WEEK)
    '2025-W01'
    """
    if period is Period.YEAR:
        return f"{day.year:04}"
    if period is Period.QUARTER:
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    if period is Period.MONTH:
        return f"{day.year:04}-{day.month:02}"
    if period is Period.WEEK:
        year, week, _weekday = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return day.isoformat()


def write_band(number: int, edges: Sequence[Decimal]) -> str:
    """Return the band of that number, counted from 0 below the first edge.

    >>> [write_band(number, [Decimal(10), Decimal("20.5")]) for number in range(3)]
    ['< 10', '10 … < 20.5', '≥ 20.5']
    """
    low, high = (
        f"{edges[place].normalize():f}" for place in (max(number, 1) - 1, min(number, len(edges) - 1))
    )
    if number == 0:
        return f"< {low}"
    return f"≥ {low}" if number == len(edges) else f"{low} … < {high}"


def write_value(axis: Axis, value: Any, other: str = OTHER_WORD) -> Any:
    """Return a value of an axis as an answer holds it: periods and bands as text, the empty one as None."""
    if value is OTHER:
        return other
    if value is None:
        return None
    if axis.period is not None:
        return write_period(value, axis.period)
    if axis.edges:
        return write_band(value, axis.edges)
    return value.normalize() if isinstance(value, Decimal) else value


def order_of(axis: Axis, labels: Mapping[Any, str], ranking: Sequence[Any]) -> Any:
    """Return the key to sort an axis' values by: as ranked, else in their own order; then the rest, then the empty one.

    Choices stand as they are declared, references by their labels, texts by their letters.
    """
    choices = {code: place for place, (code, _label) in enumerate(axis.field.choices)}
    ranks = {value: place for place, value in enumerate(ranking)}

    def key(value: Any) -> tuple[Any, ...]:
        if value is OTHER:
            return (1,)
        if value in ranks:
            return (0, ranks[value])
        if value is None:
            return (2,)
        if choices:
            return (0, choices.get(value, len(choices)), value)
        if axis.field.kind is FieldType.REFERENCE:
            return (0, labels.get(value, "").casefold(), value)
        return (0, value)

    return key
