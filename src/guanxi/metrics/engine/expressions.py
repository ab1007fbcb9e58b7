"""What metrics mean, in Ibis: one meaning for any engine it speaks to.

Three steps, each kept as a table that the next one reads. `figures`: one row a customer, with the currency of its
figures. `by_customer`: what is counted from a customer's own rows, and what is made of that. `among_all`: what depends
on everybody, which are scores, and what models said (the table `predicted`). The day is written into the SQL, which is
compiled once a day and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from guanxi.conditions.schema import FieldType
from guanxi.metrics.calc.checking import check, in_order
from guanxi.metrics.calc.definitions import (
    CUSTOMER,
    CUSTOMERS,
    Combined,
    Counted,
    FromRows,
    Metric,
    Otherwise,
    Predicted,
    Scored,
    Unit,
    facts_of,
    from_rows,
    named_by,
    operands,
)
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.engine.aggregates import DAY, OWN, Rows, aggregated, is_money
from guanxi.metrics.engine.combining import OWN_PREFIX, column_of, combined, otherwise, scored
from guanxi.metrics.engine.intervals import intervals, needs_intervals
from guanxi.metrics.engine.measures import day_of, whole_days
from guanxi.metrics.engine.shapes import table_of, types_of

FIGURES = "figures"
BY_CUSTOMER = "by_customer"
PREDICTED = "predicted"
OTHER = "other_currency_rows"
MONEY_FACT = "orders"
"""The fact whose rows say which currency a customer's figures are in."""

Shapes = Mapping[str, FactShape]


@dataclass(frozen=True, slots=True)
class Step:
    """A query, the name its outcome is kept under, and its columns with their Ibis types."""

    name: str
    sql: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps that compute metrics, in their order."""

    figures: Step
    by_customer: Step
    among_all: Step


def needed(metrics: Iterable[Metric], facts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the facts to read: the customers, the one that tells the currency, and those counted."""
    money = [name for name in facts if name == MONEY_FACT]
    return tuple(dict.fromkeys((CUSTOMERS, *money, *facts_of(metrics))))


@lru_cache(maxsize=64)
def compiled(metrics: tuple[Metric, ...], shapes: tuple[FactShape, ...], dialect: str, today: date) -> Plan:
    """Return the steps as SQL of `dialect`. Kept: compiling costs tenths of a second. Raises DefinitionError."""
    by_name = {shape.name: shape for shape in shapes}
    check(metrics, by_name)
    expressions = (
        (FIGURES, figures(metrics, by_name, today), figures_columns(metrics, by_name)),
        (BY_CUSTOMER, by_customer(metrics, by_name, today), columns_by_customer(metrics, by_name)),
        ("among_all", among_all(metrics, by_name, today), columns_among_all(metrics, by_name)),
    )
    return Plan(*(Step(name, to_sql(found, dialect), columns) for name, found, columns in expressions))


def to_sql(expression: Any, dialect: str) -> str:
    """Return an expression as SQL."""
    import ibis  # noqa: PLC0415 - heavy

    if dialect == "pyspark":
        _ = ibis.pyspark  # Ibis knows how floats are written for Spark only once its options are loaded
    return str(ibis.to_sql(expression, dialect=dialect))


def early(metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """Return the metrics that need a customer's own rows only, each after those it is made of."""
    found: dict[str, Metric] = {}
    for metric in in_order(metrics):
        if not isinstance(metric, (Scored, Predicted)) and all(name in found for name in named_by(metric)):
            found[metric.name] = metric
    return tuple(found.values())


def late(metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """Return the metrics that depend on other customers, each after those it is made of."""
    before = {metric.name for metric in early(metrics)}
    return tuple(metric for metric in in_order(metrics) if metric.name not in before)


def by_customer(metrics: Sequence[Metric], shapes: Shapes, today: date) -> Any:
    """Return the expression of the second step: `customer_id`, `currency`, metrics, `other_currency_rows`.

    One row a customer, in no order. Columns of the customer's own that later metrics want go along, prefixed.
    """
    import ibis  # noqa: PLC0415 - heavy

    result = ibis.table(figures_columns(metrics, shapes), name=FIGURES)
    own = result.select("customer_id", **{OWN: result.currency})
    counting = list(from_rows(metrics))
    for name in facts_of(counting):
        of_fact = [metric for metric in counting if metric.fact == name]
        for table in _of_fact(shapes[name], of_fact, own, today):
            result = result.left_join(table, "customer_id").drop("customer_id_right")
    counts = [metric.name for metric in counting if metric.unit is Unit.COUNT]
    if counts:
        result = result.mutate(**{name: result[name].fill_null(0) for name in counts})
    for metric in early(metrics):
        result = _made(result, metric, today)
    return result.select(*columns_by_customer(metrics, shapes))


def own_columns(metrics: Iterable[Metric]) -> list[str]:
    """Return the columns of the customer's own that metrics are made of, under their prefixed names."""
    named = {operand for metric in metrics for operand in operands(metric).values()}
    return sorted(column_of(operand) for operand in named if operand.startswith(CUSTOMER))


def _made(table: Any, metric: Metric, today: date) -> Any:
    """The table with one more column, if the metric is made of others."""
    if isinstance(metric, Combined):
        return table.mutate(**{metric.name: combined(table, metric, today)})
    if isinstance(metric, Otherwise):
        return table.mutate(**{metric.name: otherwise(table, metric, today)})
    return table


def figures(metrics: Sequence[Metric], shapes: Shapes, today: date) -> Any:
    """Return the expression of the first step: one row a customer.

    `currency` is that of its figures; its own columns that are asked for are prefixed, its own money among them
    without a value unless it is in that currency; `other_currency_rows` counts orders in another one.
    """
    import ibis  # noqa: PLC0415 - heavy

    shape = shapes[CUSTOMERS]
    table = table_of(shape)
    if MONEY_FACT in shapes:
        found = _dominant(shapes[MONEY_FACT], today)
        table = table.left_join(found, "customer_id").drop("customer_id_right")
    else:
        table = table.mutate(**{OWN: ibis.null("string"), OTHER: ibis.literal(0)})
    currency = table[OWN].coalesce(table[shape.currency])
    columns = {}
    for name in own_columns(metrics):
        field = name.removeprefix(OWN_PREFIX)
        value = whole_days(table[shape.column_of(field)])
        holds_money = shape.type_of(field) is FieldType.MONEY
        columns[name] = (
            ibis.cases((table[shape.currency_of(field)] == currency, value)) if holds_money else value
        )
    other = table[OTHER].fill_null(0).cast("int64")
    return table.select("customer_id", currency=currency, **{OTHER: other}, **columns)


def past_rows(shape: FactShape, today: date) -> Any:
    """Return the rows of a fact up to a day, each with its own as `DAY`."""
    table = table_of(shape)
    past = table.mutate(**{DAY: day_of(table, shape)})
    return past.filter(past[DAY] <= today)


def _dominant(shape: FactShape, today: date) -> Any:
    """The currency a customer has most rows in; of several the one used last, then the first in the alphabet."""
    import ibis  # noqa: PLC0415 - heavy

    past = past_rows(shape, today)
    used = past.group_by("customer_id", **{OWN: past[shape.currency]}).aggregate(
        used=past.count(), last_used=past[DAY].max()
    )
    place = ibis.row_number().over(
        group_by=used.customer_id, order_by=[used.used.desc(), used.last_used.desc(), used[OWN].asc()]
    )
    ranked = used.mutate(place=place, **{OTHER: used.used.sum().over(group_by=used.customer_id) - used.used})
    return ranked.filter(ranked.place == 0).select("customer_id", OWN, OTHER)


def _of_fact(shape: FactShape, metrics: Sequence[FromRows], own: Any, today: date) -> list[Any]:
    """Tables of one row a customer who has rows in the fact: the metrics computed from them."""
    table = past_rows(shape, today)
    if any(is_money(metric, shape) for metric in metrics):
        table = table.inner_join(own, "customer_id")
    rows = Rows(table, shape, today)
    counted = [metric for metric in metrics if isinstance(metric, Counted) and not needs_intervals(metric)]
    tables = []
    if counted:
        tables.append(table.group_by("customer_id").aggregate(**aggregated(rows, counted)))
    others = [metric for metric in metrics if needs_intervals(metric)]
    return [*tables, *intervals(Rows(past_rows(shape, today), shape, today), others)]


def among_all(metrics: Sequence[Metric], shapes: Shapes, today: date) -> Any:
    """Return the Ibis expression of the second step: the metrics in the order given, one row a customer, by id."""
    import ibis  # noqa: PLC0415 - heavy

    result = ibis.table(columns_by_customer(metrics, shapes), name=BY_CUSTOMER)
    predicted = [metric for metric in metrics if isinstance(metric, Predicted)]
    if predicted:
        said = ibis.table({"customer_id": "int64", **_types(predicted)}, name=PREDICTED)
        result = result.left_join(said, "customer_id").drop("customer_id_right")
    units = {metric.name: metric.unit for metric in metrics}
    for metric in late(metrics):
        if isinstance(metric, Scored):
            score = scored(result, metric, units[metric.of])
            result = result.mutate(**{metric.name: score})
        result = _made(result, metric, today)
    return result.select(*columns_among_all(metrics, shapes)).order_by("customer_id")


def figures_columns(metrics: Iterable[Metric], shapes: Shapes) -> dict[str, str]:
    """Return the columns of `figures` with their Ibis types."""
    return {"customer_id": "int64", "currency": "string", OTHER: "int64", **_own_types(metrics, shapes)}


def columns_by_customer(metrics: Sequence[Metric], shapes: Shapes) -> dict[str, str]:
    """Return the columns of `by_customer` with their Ibis types."""
    own = _own_types(late(metrics), shapes)
    return {"customer_id": "int64", "currency": "string", **_types(early(metrics)), OTHER: "int64", **own}


def columns_among_all(metrics: Sequence[Metric], shapes: Shapes) -> dict[str, str]:
    """Return the columns of `among_all` with their Ibis types: the metrics in the order given, then what is carried."""
    own = _own_types(late(metrics), shapes)
    return {"customer_id": "int64", "currency": "string", **_types(metrics), OTHER: "int64", **own}


def _types(metrics: Iterable[Metric]) -> dict[str, str]:
    return {metric.name: types_of(metric.unit) for metric in metrics}


def _own_types(metrics: Iterable[Metric], shapes: Shapes) -> dict[str, str]:
    customers = shapes[CUSTOMERS]
    found = {}
    for name in own_columns(metrics):
        kept = customers.columns[customers.column_of(name.removeprefix(OWN_PREFIX))]
        found[name] = "date" if kept.startswith("timestamp") else kept
    return found
