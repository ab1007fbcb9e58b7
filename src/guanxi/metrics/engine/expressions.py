"""What metrics mean, in Ibis: one expression for any engine it speaks to.

The tables: `customers` (one row each), the facts, and `moment`, a single row with the day of the computation and the
beginning of every window, so that the SQL stays the same from day to day and is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from guanxi.metrics.calc.definitions import (
    Aggregate,
    Counted,
    Metric,
    Otherwise,
    Scored,
    Unit,
    check,
    counted,
    facts_of,
    months_of,
)
from guanxi.metrics.calc.scores import BANDS
from guanxi.metrics.facts import Column, Fact

OWN = "own_currency"
OTHER = "other_currency_rows"


def moment_columns(metrics: Sequence[Metric]) -> tuple[str, ...]:
    """Return the columns of `moment`: `today`, and `after_12` for a window of twelve months."""
    return ("today", *(f"after_{months}" for months in months_of(metrics)))


@cache
def compiled(metrics: tuple[Metric, ...], facts: tuple[Fact, ...], dialect: str) -> str:
    """Return the SQL that computes the metrics of every customer; kept, because compiling costs milliseconds.

    Columns: `customer_id`, `currency`, the metrics in their order, `other_currency_rows`. Raises DefinitionError.
    """
    import ibis  # noqa: PLC0415 - heavy

    return str(ibis.to_sql(expression(metrics, {fact.name: fact for fact in facts}), dialect=dialect))


def expression(metrics: Sequence[Metric], facts: dict[str, Fact]) -> Any:
    """Return the Ibis expression of all metrics: one row a customer, ordered by id."""
    check(metrics)
    import ibis  # noqa: PLC0415 - heavy

    moment = ibis.table(dict.fromkeys(moment_columns(metrics), "date"), name="moment")
    result = _table(facts["customers"])
    others = []
    for name in facts_of(metrics):
        of_fact = [metric for metric in counted(metrics) if metric.fact == name]
        aggregated = _aggregated(facts[name], of_fact, moment)
        result = result.left_join(aggregated, "customer_id").drop("customer_id_right")
        others.append(result[f"{name}_{OTHER}"])
    currencies = [result[f"{name}_{OWN}"] for name in facts_of(metrics) if facts[name].currency]
    result = result.mutate(currency=ibis.coalesce(*currencies, result.currency))
    for metric in metrics:
        if isinstance(metric, Otherwise):
            result = result.mutate(**{metric.name: ibis.coalesce(result[metric.of], result[metric.column])})
    for metric in metrics:
        if isinstance(metric, Scored):
            money = next(found for found in metrics if found.name == metric.of).unit is Unit.MONEY
            result = result.mutate(**{metric.name: _scored(result, metric, within_currency=money)})
    wanted = [result.customer_id, result.currency, *(_shown(result, metric) for metric in metrics)]
    other = sum((ibis.coalesce(result[f"{name}_{OTHER}"], 0) for name in facts_of(metrics)), ibis.literal(0))
    return result.select(*wanted, other.cast("int64").name(OTHER)).order_by("customer_id")


def _shown(result: Any, metric: Metric) -> Any:
    """A customer without rows has none: a count of zero; anything else is unknown."""
    is_count = isinstance(metric, Counted) and metric.unit is Unit.COUNT
    return result[metric.name].fill_null(0).name(metric.name) if is_count else result[metric.name]


def _table(fact: Fact) -> Any:
    import ibis  # noqa: PLC0415 - heavy

    types = {name: "int64" if kind is Column.MONEY else kind.value for name, kind in fact.columns.items()}
    return ibis.table(types, name=fact.name)


def _aggregated(fact: Fact, metrics: Sequence[Counted], moment: Any) -> Any:
    """One row a customer who has rows in the fact: the metrics counted over them."""
    table = _table(fact)
    past = table.cross_join(moment).filter(lambda row: row[fact.day] <= row.today)
    past = past.join(_dominant(past, fact), "customer_id")
    own = past[fact.currency] == past[OWN]
    columns = {metric.name: _AGGREGATES[metric.aggregate](past, fact, metric, own) for metric in metrics}
    columns[f"{fact.name}_{OTHER}"] = past.count(where=~own)
    columns[f"{fact.name}_{OWN}"] = past[OWN].max()
    return past.group_by("customer_id").aggregate(**columns)


def _dominant(past: Any, fact: Fact) -> Any:
    """The currency a customer has most rows in; of several the one used last, then the first in the alphabet."""
    import ibis  # noqa: PLC0415 - heavy

    used = past.group_by("customer_id", own_currency=past[fact.currency]).aggregate(
        used=past.count(), last_used=past[fact.day].max()
    )
    place = ibis.row_number().over(
        group_by=used.customer_id, order_by=[used.used.desc(), used.last_used.desc(), used[OWN].asc()]
    )
    return used.mutate(place=place).filter(lambda row: row.place == 0).select("customer_id", OWN)


def _window(past: Any, fact: Fact, metric: Counted) -> Any:
    return None if metric.months is None else past[fact.day] > past[f"after_{metric.months}"]


def _both(one: Any, other: Any) -> Any:
    return other if one is None else one & other


def _count(past: Any, fact: Fact, metric: Counted, _own: Any) -> Any:
    return past.count(where=_window(past, fact, metric))


def _sum(past: Any, fact: Fact, metric: Counted, own: Any) -> Any:
    total = past[metric.measure].sum(where=_both(_window(past, fact, metric), own))
    return total.fill_null(0).cast("int64")


def _mean(past: Any, fact: Fact, metric: Counted, own: Any) -> Any:
    """Rounded half up in whole numbers, so that every engine gives the same."""
    where = _both(_window(past, fact, metric), own)
    total, count = past[metric.measure].sum(where=where), past.count(where=where).nullif(0)
    return ((total * 2 + count) / (count * 2)).floor().cast("int64")


def _first(past: Any, fact: Fact, metric: Counted, _own: Any) -> Any:
    return past[fact.day].min(where=_window(past, fact, metric))


def _last(past: Any, fact: Fact, metric: Counted, _own: Any) -> Any:
    return past[fact.day].max(where=_window(past, fact, metric))


def _days_since_last(past: Any, fact: Fact, metric: Counted, own: Any) -> Any:
    return past.today.max().delta(_last(past, fact, metric, own), unit="day").cast("int64")


_AGGREGATES: dict[Aggregate, Callable[[Any, Fact, Counted, Any], Any]] = {
    Aggregate.COUNT: _count,
    Aggregate.SUM: _sum,
    Aggregate.MEAN: _mean,
    Aggregate.FIRST: _first,
    Aggregate.LAST: _last,
    Aggregate.DAYS_SINCE_LAST: _days_since_last,
}


def _scored(result: Any, metric: Scored, *, within_currency: bool) -> Any:
    """1 + 5 · (how many are worse) / (how many have it), in whole numbers; see `calc.scores`."""
    import ibis  # noqa: PLC0415 - heavy

    value = result[metric.of]
    groups = [value.isnull(), *([result.currency] if within_currency else [])]
    worst_first = value.desc() if metric.best_is_low else value.asc()
    below = ibis.rank().over(group_by=groups, order_by=worst_first)
    count = result.count().over(group_by=groups)
    return ibis.cases((value.notnull(), (below * BANDS // count + 1).cast("int64")))
