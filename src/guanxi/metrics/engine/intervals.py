"""Metrics of the time from one day with rows to the next, in Ibis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from guanxi.metrics.calc.definitions import Aggregate, Counted, FromRows, OwnRhythm, Unit, Window
from guanxi.metrics.engine.aggregates import DAY, INTERVALS, Rows, kept, mean_of


def needs_intervals(metric: FromRows) -> bool:
    """Whether a metric looks at intervals instead of rows."""
    return isinstance(metric, OwnRhythm) or metric.aggregate in INTERVALS


def intervals(rows: Rows, metrics: Sequence[FromRows]) -> list[Any]:
    """Return tables of one row a customer with the metrics: one table for all that look at the same rows."""
    groups: dict[tuple[Window | None, str], list[FromRows]] = {}
    for metric in metrics:
        window = metric.window if isinstance(metric, Counted) else None
        groups.setdefault((window, metric.condition), []).append(metric)
    return [_of_group(rows, window, condition, found) for (window, condition), found in groups.items()]


def _of_group(rows: Rows, window: Window | None, condition: str, metrics: Sequence[FromRows]) -> Any:
    where = rows.counting(metrics[0], window, condition)
    counting = rows.table if where is None else rows.table.filter(where)
    days = counting.select("customer_id", DAY).distinct()
    former = days[DAY].lag().over(group_by=days.customer_id, order_by=days[DAY])
    gaps = days.mutate(gap=days[DAY].delta(former, unit="day").cast("int64"))
    columns = {metric.name: _aggregate(gaps, metric, rows.today) for metric in metrics}
    return gaps.group_by("customer_id").aggregate(**columns)


def _aggregate(gaps: Any, metric: FromRows, today: date) -> Any:
    import ibis  # noqa: PLC0415 - heavy

    if isinstance(metric, OwnRhythm):
        silent = ibis.literal(today).delta(gaps[DAY].max(), unit="day").cast("float64")
        rhythm = gaps.gap.cast("float64").quantile(metric.quantile)
        return ibis.cases((gaps.gap.count() >= metric.minimum - 1, silent / rhythm))
    if metric.aggregate is Aggregate.INTERVAL_MEAN:
        return mean_of(gaps.gap.sum(), gaps.gap.count(), Unit.DAYS)
    return kept(gaps.gap.cast("float64").quantile(0.5), Unit.DAYS)
