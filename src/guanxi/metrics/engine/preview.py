"""Trying a metric on the warehouse before it is kept: its value for every customer, and the rows behind a few of them.

The same SQL as in the refresh, for this metric and what it is made of, on bounded time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Timer
from typing import Any

from guanxi.conditions.schema import FieldType
from guanxi.metrics.calc.definitions import Aggregate, Counted, FromRows, Metric, OwnRhythm, Unit
from guanxi.metrics.calc.shapes import FactShape, currencies_of, measure_of, type_of_measure
from guanxi.metrics.calc.windows import one_before
from guanxi.metrics.engine.computation import keep_step, shapes_for
from guanxi.metrics.engine.expressions import compiled
from guanxi.metrics.engine.measures import both, day_of, in_currency, measured, meeting, within
from guanxi.metrics.engine.opening import NeverFedError, open_warehouse
from guanxi.metrics.engine.shapes import shape_of, table_of
from guanxi.metrics.facts import fact_named

SHOWN_ROWS = 4


class TooSlowError(Exception):
    """The time that was given is over, and nothing is known yet."""


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """The latest rows that a customer's value was counted from, and how many there are in all.

    A row has `id` (None where the fact has no key), `day`, `value` (its measure, else its first money, which
    `is_money` says; None without either) and `currency`.
    """

    total: int
    shown: Sequence[Mapping[str, Any]]


@contextmanager
def opened_for(root: Path, names: Sequence[str], *, seconds: float) -> Iterator[Any]:
    """Open facts of the warehouse for so many seconds. Raises NeverFedError, TooSlowError."""
    import duckdb  # noqa: PLC0415 - heavy

    with open_warehouse(root, names=names) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        timer = Timer(seconds, connection.interrupt)
        timer.start()
        try:
            yield connection
        except duckdb.InterruptException as error:
            raise TooSlowError from error
        except duckdb.BinderException as error:
            raise NeverFedError("a field is not in the warehouse yet; refresh the metrics first") from error
        finally:
            timer.cancel()


def values_of(root: Path, metrics: Sequence[Metric], *, today: date, seconds: float) -> Any:
    """Return an Arrow table with the metrics of all customers: `customer_id`, `currency` and a column a metric.

    `metrics` hold all that any of them refers to, and none of a model. Raises NeverFedError, TooSlowError.
    """
    wanted = tuple(metrics)
    shapes = shapes_for(wanted)
    with opened_for(root, [shape.name for shape in shapes], seconds=seconds) as connection:
        plan = compiled(wanted, shapes, "duckdb", today)
        for step in (plan.figures, plan.by_customer):
            keep_step(connection, step)
        return connection.sql(plan.among_all.sql).to_arrow_table()


def rows_behind(
    root: Path, metric: FromRows, currencies: Mapping[int, str], *, today: date, seconds: float
) -> dict[int, RowsBehind]:
    """Return what stands behind a metric of the customers in `currencies`, which says in which money each reckons.

    Raises NeverFedError, TooSlowError.
    """
    if not currencies:
        return {}
    import ibis  # noqa: PLC0415 - heavy

    sql = str(ibis.to_sql(_rows(metric, currencies, today), dialect="duckdb"))
    with opened_for(root, [metric.fact], seconds=seconds) as connection:
        found = connection.sql(sql).to_arrow_table().to_pylist()
    return {
        customer: RowsBehind(
            total=next(row["total"] for row in found if row["customer_id"] == customer),
            shown=[row for row in found if row["customer_id"] == customer],
        )
        for customer in {row["customer_id"] for row in found}
    }


def _rows(metric: FromRows, currencies: Mapping[int, str], today: date) -> Any:
    """The latest rows of each customer that count, newest first."""
    import ibis  # noqa: PLC0415 - heavy

    shape = shape_of(fact_named(metric.fact))
    table = table_of(shape)
    day = day_of(table, shape)
    is_counted = both(
        table.customer_id.isin(list(currencies)) & (day <= today), _that_count(metric, table, day, today)
    )
    measure = (metric.measure if isinstance(metric, Counted) else "") or _telling(shape)
    named = currencies_of(measure_of(measure), shape) if measure else ()
    currency = table[(*named, shape.currency)[0]] if named or shape.currency else ibis.literal("")
    if metric.unit is Unit.MONEY:
        own = ibis.cases(*((table.customer_id == key, code) for key, code in currencies.items()), else_="")
        is_counted = both(is_counted, in_currency(table, shape, measure, own))
    rows = table.filter(is_counted).select(
        "customer_id",
        id=table[shape.key] if shape.key else ibis.null("int64"),
        day=day,
        value=measured(table, shape, measure) if measure else ibis.null("int64"),
        currency=currency,
        is_money=ibis.literal(
            bool(measure) and type_of_measure(measure_of(measure), shape) is FieldType.MONEY
        ),
    )
    newest = ibis.row_number().over(
        group_by=rows.customer_id, order_by=[rows.day.desc(), rows.id.desc(nulls_first=False)]
    )
    ranked = rows.mutate(place=newest, total=rows.count().over(group_by=rows.customer_id))
    kept = ranked.filter(ranked.place < SHOWN_ROWS)
    return kept.order_by(["customer_id", "place"])


def _telling(shape: FactShape) -> str:
    """What tells most of a row where nothing of it is measured: its first money."""
    fields = shape.schema.fields
    return next((name for name, field in fields.items() if field.type is FieldType.MONEY), "")


def _that_count(metric: FromRows, table: Any, day: Any, today: date) -> Any:
    """The metric's window and condition; of a share the whole, of a trend both windows."""
    shape = shape_of(fact_named(metric.fact))
    if isinstance(metric, OwnRhythm):
        return meeting(table, shape, metric.condition, today)
    condition = (
        None if metric.aggregate is Aggregate.SHARE else meeting(table, shape, metric.condition, today)
    )
    window = within(day, metric.window, today)
    if metric.aggregate is Aggregate.TREND and metric.window is not None:
        window |= within(day, one_before(metric.window), today)
    return both(window, condition)
