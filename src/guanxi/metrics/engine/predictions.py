"""What purchase models say of the customers: Pareto/NBD of when they buy, Gamma-Gamma of how much (`guanxi.models`).

Pareto/NBD, because BG/NBD holds whoever bought once for alive for ever. It is fitted in weeks, to whole ones and to at
most 50,000 customers, evenly out of all by their number; every customer is then told of by its own days. Amounts are
fitted within one currency. With fewer than 30 customers, or without a maximum, nothing is said.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from guanxi.metrics.calc.definitions import Metric, Predicted, Quantity
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.engine.aggregates import DAY, OWN
from guanxi.metrics.engine.expressions import FIGURES, past_rows, to_sql
from guanxi.metrics.engine.measures import in_currency, measured
from guanxi.models.errors import ModelDataError, NotConvergedError

MOST_FITTED = 50_000
WEEK = 7
YEAR_OF_WEEKS = 365 / WEEK
log = logging.getLogger(__name__)


def purchases_sql(metric: Predicted, shape: FactShape, dialect: str, today: date) -> str:
    """Return the query of each customer's purchases: `days` with some, the first and last as days before `today`.

    `later_days` and `later_amount`: the days after the first with an amount known in its currency, and their sum.
    """
    import ibis  # noqa: PLC0415 - heavy

    past = past_rows(shape, today)
    figures = ibis.table({"customer_id": "int64", "currency": "string"}, name=FIGURES)
    own = figures.select("customer_id", **{OWN: figures.currency})
    rows = past.inner_join(own, "customer_id")
    amount = ibis.null("int64")
    if metric.measure:
        is_own = in_currency(rows, shape, metric.measure, rows[OWN])
        amount = ibis.cases((is_own, measured(rows, shape, metric.measure)))
    rows = rows.select("customer_id", OWN, DAY, amount=amount)
    days = rows.group_by("customer_id", OWN, DAY).aggregate(amount=rows.amount.sum())
    first = days[DAY].min().over(group_by=days.customer_id)
    later = days.mutate(later=ibis.cases((days[DAY] > first, days.amount)))
    told = later.group_by("customer_id", OWN).aggregate(
        days=later.count(),
        first=_before(later[DAY].min(), today),
        last=_before(later[DAY].max(), today),
        later_days=later.later.count(),
        later_amount=later.later.sum().cast("float64"),
    )
    return to_sql(told.order_by("customer_id"), dialect)


def _before(day: Any, today: date) -> Any:
    import ibis  # noqa: PLC0415 - heavy

    return ibis.literal(today).delta(day, unit="day").cast("int64")


def predictions(purchases: Any, quantities: Sequence[Quantity]) -> dict[Quantity, Any]:
    """Return what models say of customers, an array a quantity in the order of the table; NaN where nothing is said.

    `purchases` is the Arrow table of `purchases_sql`. Amounts are in minor units.
    """
    import numpy as np  # noqa: PLC0415 - heavy

    columns = {name: _array(purchases, name) for name in ("days", "first", "last")}
    frequency = columns["days"] - 1
    age, recency = columns["first"] / WEEK, (columns["first"] - columns["last"]) / WEEK
    nothing = np.full(len(frequency), np.nan)
    model = _fitted(frequency, recency, age)
    if model is None:
        return dict.fromkeys(quantities, nothing)
    said = {}
    if Quantity.ALIVE in quantities:
        said[Quantity.ALIVE] = model.probability_alive(frequency, recency, age)
    if Quantity.PURCHASES in quantities or Quantity.VALUE in quantities:
        said[Quantity.PURCHASES] = model.expected_purchases(YEAR_OF_WEEKS, frequency, recency, age)
    if Quantity.VALUE in quantities:
        said[Quantity.VALUE] = np.floor(said[Quantity.PURCHASES] * _values(purchases) + 0.5)
    return said


def _array(table: Any, name: str) -> Any:
    import numpy as np  # noqa: PLC0415 - heavy

    return table.column(name).to_numpy(zero_copy_only=False).astype(np.float64)


def _fitted(frequency: Any, recency: Any, age: Any) -> Any:
    """Pareto/NBD of an even part of the customers in whole weeks; None when it cannot be fitted."""
    import numpy as np  # noqa: PLC0415 - heavy

    from guanxi.models import ParetoNBD  # noqa: PLC0415 - heavy

    step = max(1, -(-len(frequency) // MOST_FITTED))
    weeks = np.ceil(age[::step])
    until_last = np.minimum(np.ceil(recency[::step]), weeks)
    try:
        return ParetoNBD().fit(frequency[::step], until_last, weeks)
    except (ModelDataError, NotConvergedError) as error:
        log.info("no model of purchases: %s", error)
        return None


def _values(purchases: Any) -> Any:
    """What a day with purchases of each customer is worth to expect; within one currency."""
    import numpy as np  # noqa: PLC0415 - heavy

    from guanxi.models import GammaGamma  # noqa: PLC0415 - heavy

    days, amounts = _array(purchases, "later_days"), np.nan_to_num(_array(purchases, "later_amount"))
    means = np.divide(amounts, days, out=np.zeros_like(amounts), where=days > 0)
    currencies = np.asarray(purchases.column(OWN).to_pylist(), dtype=object)
    values = np.full(len(days), np.nan)
    for currency in set(currencies):
        among = (currencies == currency) & ((means > 0) | (days == 0))
        try:
            model = GammaGamma().fit(days[among], means[among])
            values[among] = model.expected_value(days[among], means[among])
        except (ModelDataError, NotConvergedError) as error:
            log.info("no model of amounts in %s: %s", currency, error)
    return np.where(np.isfinite(values), values, np.nan)


def predicted_table(customers: Any, columns: Sequence[tuple[Predicted, Any]], schema: Any) -> Any:
    """Return the Arrow table of `schema`: `customer_id` and a column a metric; NaN becomes no value."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    arrays = {metric.name: pa.array(values, from_pandas=True) for metric, values in columns}
    return pa.table({"customer_id": customers, **arrays}).cast(schema)


def asked_of(metrics: Sequence[Metric]) -> dict[tuple[str, str], list[Predicted]]:
    """Return the metrics of models by what they look at: fact and measure; those of one fact share the measure."""
    found = [metric for metric in metrics if isinstance(metric, Predicted)]
    measures = {metric.fact: metric.measure for metric in found if metric.measure}
    groups: dict[tuple[str, str], list[Predicted]] = {}
    for metric in found:
        groups.setdefault((metric.fact, metric.measure or measures.get(metric.fact, "")), []).append(metric)
    return groups
