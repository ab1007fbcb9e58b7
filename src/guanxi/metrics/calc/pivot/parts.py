"""From what an engine adds up (sums, counts …) to the values of measures, exactly. Pure.

A mean is a sum and a count, a share a part of another group's: so totals follow from what was added up, not from
other values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import isfinite

from guanxi.conditions.schema import FieldType
from guanxi.metrics.calc.money import decimals_of
from guanxi.metrics.calc.pivot.fields import PivotField
from guanxi.metrics.calc.pivot.request import COUNTED, Measure, Summary

Number = int | float | Decimal
Value = Number | str | bool | date | datetime | None


class Adding(StrEnum):
    """What an engine is asked to make of a column."""

    ROWS = "rows"
    COUNT = "count"
    SUM = "sum"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    MEDIAN = "median"
    DISTINCT = "distinct"


NOT_FROM_PARTS = frozenset({Adding.MEDIAN, Adding.DISTINCT})
"""What cannot be made of the same of smaller groups."""


@dataclass(frozen=True, slots=True)
class Part:
    """One number an engine adds up for each group; `field` None: its rows."""

    adding: Adding
    field: PivotField | None = None


_PARTS: Mapping[Summary, tuple[Adding, ...]] = {
    Summary.SUM: (Adding.SUM,),
    Summary.MEAN: (Adding.SUM, Adding.COUNT),
    Summary.MEDIAN: (Adding.MEDIAN,),
    Summary.DISTINCT: (Adding.DISTINCT,),
    Summary.MINIMUM: (Adding.MINIMUM,),
    Summary.MAXIMUM: (Adding.MAXIMUM,),
    Summary.COUNT: (Adding.COUNT,),
    Summary.SHARE: (Adding.SUM,),
}


def parts_of(measure: Measure) -> tuple[Part, ...]:
    """Return what has to be added up for a measure."""
    if measure.field is None:
        return (Part(Adding.ROWS),)
    return tuple(Part(adding, measure.field) for adding in _PARTS[measure.summary])


def all_parts(measures: Iterable[Measure]) -> tuple[Part, ...]:
    """Return what has to be added up for all measures, each once."""
    return tuple(dict.fromkeys(part for measure in measures for part in parts_of(measure)))


Group = Sequence[Number | date | datetime | None]
"""What was added up for a group of rows, in the order of `all_parts`."""


Reader = Callable[[Group | None, str | None, Group | None], Value]
"""Takes a group, the currency of its amounts, and the group a share is a part of; returns a value."""


def reader_of(measure: Measure, places: Mapping[Part, int]) -> Reader:
    """Return what makes the values of a measure, of a group (None: it has no rows) told in `places`.

    Amounts in major units of the currency; None stands for several. Nothing where there is nothing to make it of: a
    mean of no values, a share of nothing, amounts in several currencies.
    """
    first, *rest = (places[part] for part in parts_of(measure))
    nothing = 0 if measure.summary in COUNTED else None
    read = _MAKERS.get(measure.summary, _read_plain)(measure, first, *rest)
    is_money = measure.is_money

    def reader(group: Group | None, currency: str | None, whole: Group | None) -> Value:
        if group is None or (is_money and currency is None) or group[first] is None:
            return nothing
        return read(group, currency or "", whole)

    return reader


Read = Callable[[Group, str, Group | None], Value]


def _read_plain(measure: Measure, place: int) -> Read:
    if measure.is_minor:
        return lambda group, currency, _whole: _amount(group[place], currency)
    return lambda group, _currency, _whole: _plain(group[place])


def _read_mean(measure: Measure, place: int, counted: int) -> Read:
    return lambda group, currency, _whole: _mean(measure, group[place], group[counted], currency)


def _read_share(_measure: Measure, place: int) -> Read:
    return lambda group, _currency, whole: _share(group[place], None if whole is None else whole[place])


_MAKERS: Mapping[Summary, Callable[..., Read]] = {Summary.MEAN: _read_mean, Summary.SHARE: _read_share}


def _share(part: Number | date | None, whole: Number | date | None) -> float | None:
    assert part is not None and not isinstance(part, date)  # noqa: S101, PT018 - shares are of numbers
    if not whole or isinstance(whole, date):
        return None
    if isinstance(part, float) or isinstance(whole, float):
        return float(part) / float(whole)
    return float(Fraction(part) / Fraction(whole))


def _mean(measure: Measure, total: Number | date | None, count: Number | date | None, currency: str) -> Value:
    """Of amounts: rounded half up to a whole minor unit, as the metrics are."""
    assert total is not None and not isinstance(total, date) and isinstance(count, int)  # noqa: S101, PT018 - as added up
    if measure.is_minor:
        return _amount((2 * int(total) + count) // (2 * count), currency)
    if isinstance(total, float):
        return total / count
    return float(Fraction(total) / count)


def _plain(value: Number | date | None) -> Value:
    """A decimal without idle zeros; nothing for what is no number at all."""
    if isinstance(value, float) and not isfinite(value):
        return None
    return value.normalize() if isinstance(value, Decimal) else value


def _amount(minor: Number | date | None, currency: str) -> Value:
    """Whole minor units, or the middle of two, as major units."""
    assert minor is not None and not isinstance(minor, date)  # noqa: S101, PT018 - amounts are numbers
    if not isinstance(minor, int):
        minor = int((2 * Fraction(minor) + 1) // 2)
    return Decimal(minor).scaleb(-decimals_of(currency))


def kind_of(measure: Measure) -> str:
    """Return what the values of a measure are: integer, number, money, ratio, date or datetime."""
    if measure.field is None or measure.summary in COUNTED:
        return "ratio" if measure.summary is Summary.SHARE else FieldType.INTEGER.value
    if measure.summary is Summary.SHARE:
        return "ratio"
    if measure.field.kind is FieldType.INTEGER and measure.summary in (Summary.MEAN, Summary.MEDIAN):
        return FieldType.NUMBER.value
    return measure.field.kind.value
