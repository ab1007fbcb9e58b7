"""Metrics that are computed from a customer's rows of one fact, in Ibis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guanxi.conditions.schema import FieldType
from guanxi.metrics.calc.definitions import Aggregate, Counted, FromRows, OwnRhythm, Unit, Window
from guanxi.metrics.calc.shapes import FactShape, measure_of, type_of_measure
from guanxi.metrics.calc.windows import one_before
from guanxi.metrics.engine.measures import both, half_up, in_currency, measured, meeting, within

DAY = "day_of_row"
OWN = "own_currency"
INTERVALS = (Aggregate.INTERVAL_MEAN, Aggregate.INTERVAL_MEDIAN)
_MOST_KEYS = 10**12


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a fact up to `today`: `table` has their day as `DAY` and, where money is asked for, `OWN`."""

    table: Any
    shape: FactShape
    today: date

    def counting(self, metric: FromRows, window: Window | None, condition: str) -> Any:
        """Which rows count for a metric; None for all of them. Money counts in the customer's currency only."""
        days = within(self.table[DAY], window, self.today)
        found = both(days, meeting(self.table, self.shape, condition, self.today))
        if isinstance(metric, Counted) and is_money(metric, self.shape):
            found = both(found, in_currency(self.table, self.shape, metric.measure, self.table[OWN]))
        return found

    def measure(self, metric: Counted) -> Any:
        """The measure of a row, as the unit of the metric keeps it."""
        value = measured(self.table, self.shape, metric.measure)
        return value.cast("float64") if value.type().is_decimal() and not metric.unit.is_whole else value


def is_money(metric: FromRows, shape: FactShape) -> bool:
    """Whether a metric is taken from money; a share or a trend of money is, though it is a ratio."""
    if isinstance(metric, OwnRhythm) or not metric.measure:
        return False
    return type_of_measure(measure_of(metric.measure), shape) is FieldType.MONEY


def aggregated(rows: Rows, metrics: Sequence[Counted]) -> dict[str, Any]:
    """Return the aggregates of all metrics over the rows of one customer, by name."""
    return {metric.name: _AGGREGATES[metric.aggregate](rows, metric) for metric in metrics}


def _count(rows: Rows, metric: Counted) -> Any:
    return rows.table.count(where=rows.counting(metric, metric.window, metric.condition))


def _added_up(rows: Rows, metric: Counted, where: Any) -> Any:
    """Nothing to add up is zero; nothing known of what there is to add up is no value."""
    import ibis  # noqa: PLC0415 - heavy

    value = measured(rows.table, rows.shape, metric.measure)
    return ibis.ifelse(rows.table.count(where=where) == 0, 0, value.sum(where=where))


def _sum(rows: Rows, metric: Counted) -> Any:
    total = _added_up(rows, metric, rows.counting(metric, metric.window, metric.condition))
    return kept(total, metric.unit)


def _mean(rows: Rows, metric: Counted) -> Any:
    """Whole numbers are divided as such, so that every engine rounds the same."""
    where = rows.counting(metric, metric.window, metric.condition)
    value = measured(rows.table, rows.shape, metric.measure)
    return mean_of(value.sum(where=where), value.count(where=where), metric.unit)


def mean_of(total: Any, count: Any, unit: Unit) -> Any:
    """Return a total divided by a count: whole units rounded half up in whole numbers."""
    if not unit.is_whole or not total.type().is_integer():
        return kept(total.cast("float64") / count.nullif(0), unit)
    return ((total * 2 + count) / (count * 2).nullif(0)).floor().cast("int64")


def _median(rows: Rows, metric: Counted) -> Any:
    where = rows.counting(metric, metric.window, metric.condition)
    return kept(rows.measure(metric).cast("float64").quantile(0.5, where=where), metric.unit)


def _distinct(rows: Rows, metric: Counted) -> Any:
    where = rows.counting(metric, metric.window, metric.condition)
    return measured(rows.table, rows.shape, metric.measure).nunique(where=where)


def _minimum(rows: Rows, metric: Counted) -> Any:
    where = rows.counting(metric, metric.window, metric.condition)
    return kept(rows.measure(metric).min(where=where), metric.unit)


def _maximum(rows: Rows, metric: Counted) -> Any:
    where = rows.counting(metric, metric.window, metric.condition)
    return kept(rows.measure(metric).max(where=where), metric.unit)


def _first(rows: Rows, metric: Counted) -> Any:
    where = rows.counting(metric, metric.window, metric.condition)
    if not metric.measure:
        return rows.table[DAY].min(where=where)
    value = rows.measure(metric)
    return kept(value.argmin(_place(rows), where=both(where, value.notnull())), metric.unit)


def _last(rows: Rows, metric: Counted) -> Any:
    where = rows.counting(metric, metric.window, metric.condition)
    if not metric.measure:
        return rows.table[DAY].max(where=where)
    value = rows.measure(metric)
    return kept(value.argmax(_place(rows), where=both(where, value.notnull())), metric.unit)


def _place(rows: Rows) -> Any:
    """Rows in their order: by day, on one day by id."""
    import ibis  # noqa: PLC0415 - heavy

    number = rows.table[DAY].delta(ibis.date(1970, 1, 1), unit="day").cast("int64")
    return number * _MOST_KEYS + rows.table[rows.shape.key]


def _days_since(day: Any, today: date) -> Any:
    import ibis  # noqa: PLC0415 - heavy

    return ibis.literal(today).delta(day, unit="day").cast("int64")


def _days_since_first(rows: Rows, metric: Counted) -> Any:
    return _days_since(_first(rows, metric), rows.today)


def _days_since_last(rows: Rows, metric: Counted) -> Any:
    return _days_since(_last(rows, metric), rows.today)


def _months(rows: Rows, metric: Counted) -> Any:
    day = rows.table[DAY]
    where = rows.counting(metric, metric.window, metric.condition)
    return (day.year().cast("int64") * 12 + day.month()).nunique(where=where)


def _part(rows: Rows, metric: Counted, window: Window | None, condition: str) -> Any:
    where = rows.counting(metric, window, condition)
    found = _added_up(rows, metric, where) if metric.measure else rows.table.count(where=where)
    return found.cast("float64")


def _share(rows: Rows, metric: Counted) -> Any:
    whole = _part(rows, metric, metric.window, "")
    return _part(rows, metric, metric.window, metric.condition) / whole.nullif(0)


def _trend(rows: Rows, metric: Counted) -> Any:
    """Against nothing, or against a loss, there is no rate of change."""
    import ibis  # noqa: PLC0415 - heavy

    assert metric.window is not None  # noqa: S101 - `check` saw to it
    now = _part(rows, metric, metric.window, metric.condition)
    before = _part(rows, metric, one_before(metric.window), metric.condition)
    return ibis.cases((before > 0, now / before - 1))


def kept(value: Any, unit: Unit) -> Any:
    """Return a number as its unit keeps it: whole and half up, or a float; anything else as it is."""
    if not value.type().is_numeric():
        return value
    return half_up(value) if unit.is_whole else value.cast("float64")


_AGGREGATES: dict[Aggregate, Callable[[Rows, Counted], Any]] = {
    Aggregate.COUNT: _count,
    Aggregate.SUM: _sum,
    Aggregate.MEAN: _mean,
    Aggregate.MEDIAN: _median,
    Aggregate.DISTINCT: _distinct,
    Aggregate.MINIMUM: _minimum,
    Aggregate.MAXIMUM: _maximum,
    Aggregate.FIRST: _first,
    Aggregate.LAST: _last,
    Aggregate.DAYS_SINCE_FIRST: _days_since_first,
    Aggregate.DAYS_SINCE_LAST: _days_since_last,
    Aggregate.MONTHS: _months,
    Aggregate.SHARE: _share,
    Aggregate.TREND: _trend,
}
