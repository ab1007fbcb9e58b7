"""What metrics mean in plain Python, straight from their definitions: what the engine is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from statistics import median, quantiles
from typing import Any

from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import evaluate
from guanxi.conditions.schema import FieldType
from guanxi.conditions.text import parse
from guanxi.metrics.calc.checking import in_order
from guanxi.metrics.calc.definitions import (
    Aggregate,
    Combined,
    Counted,
    Metric,
    Operation,
    Otherwise,
    OwnRhythm,
    Scored,
    Unit,
    Window,
)
from guanxi.metrics.calc.money import decimals_of
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.calc.windows import bounds, one_before
from guanxi.metrics.engine.shapes import shape_of
from guanxi.metrics.facts import fact_named
from guanxi.models.scores import scores

Row = Mapping[str, Any]


class Book:
    """Computes metrics of facts as of a day, customer by customer."""

    def __init__(self, facts: Mapping[str, Sequence[Row]], today: date) -> None:
        self.facts = facts
        self.today = today
        self.context = Context(now=datetime(today.year, today.month, today.day, 12, tzinfo=UTC), zone=UTC)

    def values(self, metrics: Sequence[Metric]) -> dict[int, dict[str, Any]]:
        """Return the metrics of each customer, with the currency of its figures."""
        people: dict[int, dict[str, Any]] = {}
        for person in self.facts["customers"]:
            key = person["customer_id"]
            people[key] = {"customer_id": key, "currency": self.currency(person), "self": person}
        for metric in in_order(metrics):
            if isinstance(metric, Scored):
                self.score(metric, people, next(found.unit for found in metrics if found.name == metric.of))
                continue
            for found in people.values():
                found[metric.name] = self.value(metric, found)
        return people

    def past(self, fact: str, customer: int) -> list[Row]:
        """The rows that count for a customer, up to the day."""
        day = shape_of(fact_named(fact)).day
        rows = (row for row in self.facts[fact] if row["customer_id"] == customer)
        return [row for row in rows if row[day] is not None and row[day] <= self.today]

    def currency(self, person: Row) -> str:
        """Most orders; of several the last used, then the first of the alphabet; else the customer's own."""
        orders = self.past("orders", person["customer_id"])
        used = Counter(row["currency"] for row in orders)
        latest = {code: max(row["ordered_on"] for row in orders if row["currency"] == code) for code in used}
        ranked = sorted(used, key=lambda code: (-used[code], -latest[code].toordinal(), code))
        return str(ranked[0] if ranked else person["currency"])

    def value(self, metric: Metric, found: dict[str, Any]) -> Any:
        """The value of a metric for a customer whose earlier metrics are known."""
        if isinstance(metric, (Counted, OwnRhythm)):
            rows = self.past(metric.fact, found["customer_id"])
            if not rows:
                return 0 if metric.unit is Unit.COUNT else None
            value = self.counted(metric, rows, found["currency"])
            return kept(value, metric.unit)
        if isinstance(metric, Otherwise):
            first = self.operand(metric.of, found)
            return self.operand(metric.other, found) if first is None else first
        if isinstance(metric, Combined):
            return self.combined(metric, found)
        return None

    def operand(self, name: str, found: dict[str, Any]) -> Any:
        if name == "today":
            return self.today
        if not name.startswith("customer."):
            return found[name]
        field = name.removeprefix("customer.")
        is_money = shape_of(fact_named("customers")).type_of(field) is FieldType.MONEY
        is_other = is_money and found["self"]["currency"] != found["currency"]
        return None if is_other else found["self"].get(field)

    def combined(self, metric: Combined, found: dict[str, Any]) -> Any:
        left, right = self.operand(metric.left, found), self.operand(metric.right, found)
        if left is None or right is None or (metric.operation is Operation.RATIO and right == 0):
            return None
        if isinstance(left, date) and not isinstance(right, date):
            return left + timedelta(days=right if metric.operation is Operation.SUM else -right)
        if metric.operation is Operation.RATIO:
            return kept(Fraction(left) / Fraction(right), metric.unit)
        difference = left + right if metric.operation is Operation.SUM else left - right
        return difference.days if isinstance(difference, timedelta) else difference

    def score(self, metric: Scored, people: dict[int, dict[str, Any]], unit: Unit) -> None:
        """Fifths; money within one currency; a count of zero is none."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for found in people.values():
            groups.setdefault(found["currency"] if unit is Unit.MONEY else "", []).append(found)
        for group in groups.values():
            values = [
                None if unit is Unit.COUNT and found[metric.of] == 0 else found[metric.of] for found in group
            ]
            for found, score in zip(group, scores(values, best_is_low=metric.best_is_low), strict=True):
                found[metric.name] = score

    def counted(self, metric: Counted | OwnRhythm, rows: Sequence[Row], currency: str) -> Any:
        """An aggregate over a customer's rows, one at least."""
        shape = shape_of(fact_named(metric.fact))
        if isinstance(metric, OwnRhythm):
            days = distinct_days(self.meeting(rows, shape, metric.condition), shape)
            if len(days) < metric.minimum:
                return None
            gaps = intervals(days)
            share = round(metric.quantile * 100)
            rhythm = quantiles(gaps, n=100, method="inclusive")[share - 1]
            return Fraction((self.today - days[-1]).days) / Fraction(rhythm)
        if metric.measure and shape.type_of(metric.measure.split(" ")[0]) is FieldType.MONEY:
            rows = [row for row in rows if row[shape.currency] == currency]
        if metric.aggregate is Aggregate.SHARE:
            whole = self.within(rows, shape, metric.window)
            part = self.meeting(whole, shape, metric.condition)
            return ratio(added(part, metric, shape), added(whole, metric, shape))
        rows = self.meeting(rows, shape, metric.condition)
        if metric.aggregate is Aggregate.TREND:
            assert metric.window is not None
            now = added(self.within(rows, shape, metric.window), metric, shape)
            before = added(self.within(rows, shape, one_before(metric.window)), metric, shape)
            return None if now is None or before is None or before <= 0 else Fraction(now) / before - 1
        return PLAIN[metric.aggregate](self.within(rows, shape, metric.window), metric, shape, self.today)

    def meeting(self, rows: Sequence[Row], shape: FactShape, condition: str) -> list[Row]:
        """Rows that meet a condition, which is about money in major units."""
        if not condition:
            return list(rows)
        tree = parse(condition, shape.schema)
        return [row for row in rows if evaluate(tree, asked(row, shape), self.context)]

    def within(self, rows: Sequence[Row], shape: FactShape, window: Window | None) -> list[Row]:
        if window is None:
            return list(rows)
        after, until = bounds(window, self.today)
        return [row for row in rows if after < row[shape.day] <= until]


def asked(row: Row, shape: FactShape) -> dict[str, Any]:
    """A row as conditions see it."""
    found = {}
    for name, field in shape.schema.fields.items():
        value = row.get(field.column)
        if field.type is FieldType.MONEY and value is not None:
            value = Decimal(value).scaleb(-decimals_of(row[shape.currency]))
        found[name] = value
    return found


def measured(row: Row, metric: Counted, shape: FactShape) -> Any:
    """The measure of a row; None where a part of it is missing."""
    left, *rest = metric.measure.split(" ")
    value = row.get(shape.column_of(left))
    if not rest:
        return value
    other = row.get(shape.column_of(rest[1]))
    return None if value is None or other is None else value - other


def known(rows: Sequence[Row], metric: Counted, shape: FactShape) -> list[Any]:
    return [value for row in rows if (value := measured(row, metric, shape)) is not None]


def added(rows: Sequence[Row], metric: Counted, shape: FactShape) -> Any:
    """Nothing to add up is zero, nothing known of it no value."""
    if not metric.measure:
        return len(rows)
    values = known(rows, metric, shape)
    return sum(values) if values or not rows else None


def ratio(part: Any, whole: Any) -> Any:
    return None if part is None or not whole else Fraction(part) / Fraction(whole)


def distinct_days(rows: Sequence[Row], shape: FactShape) -> list[date]:
    return sorted({row[shape.day] for row in rows})


def intervals(days: Sequence[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(days)]


def kept(value: Any, unit: Unit) -> Any:
    """Whole units are rounded half up."""
    if value is None or isinstance(value, (date, str)):
        return value
    return floor(Fraction(value) + Fraction(1, 2)) if unit.is_whole else float(value)


Plain = Callable[[Sequence[Row], Counted, FactShape, date], Any]


def _of_values(function: Callable[[list[Any]], Any]) -> Plain:
    def plain(rows: Sequence[Row], metric: Counted, shape: FactShape, _today: date) -> Any:
        values = known(rows, metric, shape)
        return function(values) if values else None

    return plain


def _at_end(place: int) -> Plain:
    """The value of the first or the last row that has one; without a measure its day."""

    def plain(rows: Sequence[Row], metric: Counted, shape: FactShape, _today: date) -> Any:
        ordered = sorted(rows, key=lambda row: (row[shape.day], row[shape.key]))
        values = known(ordered, metric, shape) if metric.measure else [row[shape.day] for row in ordered]
        return values[place] if values else None

    return plain


def _days_since(place: int) -> Plain:
    def plain(rows: Sequence[Row], metric: Counted, shape: FactShape, today: date) -> Any:
        days = distinct_days(rows, shape)
        return (today - days[place]).days if days else None

    return plain


def _of_intervals(function: Callable[[list[int]], Any]) -> Plain:
    def plain(rows: Sequence[Row], metric: Counted, shape: FactShape, _today: date) -> Any:
        gaps = intervals(distinct_days(rows, shape))
        return function(gaps) if gaps else None

    return plain


PLAIN: dict[Aggregate, Plain] = {
    Aggregate.COUNT: lambda rows, *_: len(rows),
    Aggregate.SUM: lambda rows, metric, shape, _: added(rows, metric, shape),
    Aggregate.MEAN: _of_values(lambda values: Fraction(sum(map(Fraction, values))) / len(values)),
    Aggregate.MEDIAN: _of_values(lambda values: median(map(Fraction, values))),
    Aggregate.DISTINCT: lambda rows, metric, shape, _: len(set(known(rows, metric, shape))),
    Aggregate.MINIMUM: _of_values(min),
    Aggregate.MAXIMUM: _of_values(max),
    Aggregate.FIRST: _at_end(0),
    Aggregate.LAST: _at_end(-1),
    Aggregate.DAYS_SINCE_FIRST: _days_since(0),
    Aggregate.DAYS_SINCE_LAST: _days_since(-1),
    Aggregate.MONTHS: lambda rows, _, shape, __: len({(r[shape.day].year, r[shape.day].month) for r in rows}),
    Aggregate.INTERVAL_MEAN: _of_intervals(lambda gaps: Fraction(sum(gaps), len(gaps))),
    Aggregate.INTERVAL_MEDIAN: _of_intervals(lambda gaps: median(map(Fraction, gaps))),
}
