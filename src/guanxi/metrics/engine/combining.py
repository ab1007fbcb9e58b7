"""Metrics made of other metrics, in Ibis: of a table with one row a customer and a column for each operand."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanxi.metrics.calc.definitions import (
    CUSTOMER,
    TODAY,
    Combined,
    Operation,
    Otherwise,
    Scored,
    Unit,
    is_metric,
)
from guanxi.metrics.engine.measures import half_up
from guanxi.models.scores import BANDS

OWN_PREFIX = "customer__"


def column_of(operand: str) -> str:
    """Return the column an operand stands in: a customer's own ones have a prefix that no metric's name has."""
    return operand if is_metric(operand) else OWN_PREFIX + operand.removeprefix(CUSTOMER)


def _value(table: Any, operand: str, today: date) -> Any:
    import ibis  # noqa: PLC0415 - heavy

    return ibis.literal(today) if operand == TODAY else table[column_of(operand)]


def otherwise(table: Any, metric: Otherwise, today: date) -> Any:
    """Return the first of two operands that has a value."""
    return _value(table, metric.of, today).coalesce(_value(table, metric.other, today))


def combined(table: Any, metric: Combined, today: date) -> Any:
    """Return the ratio, difference or sum of two operands; without a value where one is missing or zero divides."""
    left, right = (_value(table, operand, today) for operand in (metric.left, metric.right))
    if left.type().is_date():
        return _with_days(left, metric.operation, right)
    match metric.operation:
        case Operation.SUM:
            return left + right
        case Operation.DIFFERENCE:
            return left - right
        case Operation.RATIO:
            quotient = left.cast("float64") / right.cast("float64").nullif(0)
            return half_up(quotient) if metric.unit is Unit.MONEY else quotient


def _with_days(day: Any, operation: Operation, other: Any) -> Any:
    if other.type().is_date():
        return day.delta(other, unit="day").cast("int64")
    days = -other if operation is Operation.DIFFERENCE else other
    return (day + days.as_interval("D")).cast("date")


def scored(table: Any, metric: Scored, unit: Unit) -> Any:
    """Return 1 + 5 · (how many are worse) / (how many have it), in whole numbers; see `guanxi.models.scores`.

    `unit` is that of the metric scored: money is compared within one currency; who has a count of zero has none.
    """
    import ibis  # noqa: PLC0415 - heavy

    value = table[metric.of].nullif(0) if unit is Unit.COUNT else table[metric.of]
    groups = [value.isnull(), *([table.currency] if unit is Unit.MONEY else [])]
    worst_first = value.desc() if metric.best_is_low else value.asc()
    below = ibis.rank().over(group_by=groups, order_by=worst_first)
    count = table.count().over(group_by=groups)
    return ibis.cases((value.notnull(), (below * BANDS // count + 1).cast("int64")))
