"""Recency, frequency, T and value of each customer from transactions: ours, lifetimes, polars and DuckDB by hand.

All four get the same rows in memory: whole amounts, days. Answers are compared figure for figure; peers take
turns, and the median of the repeats counts (lifetimes runs once).
Run: `python bench/rfm_summary.py [--transactions N] [--repeats N] [--skip-lifetimes]`.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from measuring import machine, print_table, timed

BY_HAND = """
WITH days AS (SELECT customer, date, SUM(amount) AS amount FROM orders GROUP BY customer, date)
SELECT customer, COUNT(*) - 1 AS frequency, (MAX(date) - MIN(date))::DOUBLE AS recency,
  ((SELECT MAX(date) FROM orders) - MIN(date))::DOUBLE AS "T",
  COALESCE((SUM(amount) - ARG_MIN(amount, date)) / NULLIF(COUNT(*) - 1, 0), 0)::DOUBLE AS monetary_value
FROM days GROUP BY customer ORDER BY customer
"""
COLUMNS = ["frequency", "recency", "T", "monetary_value"]


def main() -> None:
    """Draw, run all four in turns, compare, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--skip-lifetimes", action="store_true")
    options = parser.parse_args()
    print(machine())
    orders = drawn(options.transactions)
    runs: dict[str, Callable[[], Any]] = {
        "guanxi.models.rfm_summary": lambda: ours(orders),
        "DuckDB by hand": lambda: by_hand(orders),
        "polars by hand": lambda: with_polars(orders),
    }
    for run in runs.values():
        run()  # imports and first use are nobody's measure
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    answers: dict[str, Any] = {}
    for _ in range(options.repeats):
        for name, run in runs.items():
            taken, answers[name] = timed(run)
            seconds[name].append(taken)
    if not options.skip_lifetimes:
        frame = orders.to_pandas().assign(date=lambda rows: rows["date"].astype("datetime64[ns]"))
        taken, answers["lifetimes"] = timed(lambda: with_lifetimes(frame))
        seconds["lifetimes"] = [taken]
    show(options.transactions, seconds, answers)


def drawn(transactions: int) -> Any:
    """Draw orders of a tenth as many customers over four years: few buy much; some twice a day."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    random = np.random.default_rng(7)
    weights = np.cumsum(random.pareto(1.5, transactions // 10) + 1)
    customers = np.searchsorted(weights, random.random(transactions) * weights[-1])
    days = np.datetime64("2022-01-01") + random.integers(0, 1461, transactions)
    amounts = random.integers(100, 1_000_000, transactions)
    return pa.table({"customer": customers, "date": days, "amount": amounts})


def ours(orders: Any) -> Any:
    """The summary as a user asks for it."""
    from guanxi.models import rfm_summary  # noqa: PLC0415 - heavy

    return rfm_summary(orders, amount="amount")


def by_hand(orders: Any) -> Any:
    """One query as somebody would write it who knows that the amounts are whole and nothing is missing."""
    import duckdb  # noqa: PLC0415 - heavy

    with duckdb.connect(":memory:") as connection:
        connection.from_arrow(orders).create_view("orders")
        return connection.sql(BY_HAND).to_arrow_table()


def with_polars(orders: Any) -> Any:
    """The same in polars, lazily."""
    import polars as pl  # noqa: PLC0415 - heavy

    days = (
        pl.from_arrow(orders)
        .lazy()  # type: ignore[union-attr]
        .group_by("customer", "date")
        .agg(pl.col("amount").sum())
    )
    first, last = pl.col("date").min(), pl.col("date").max()
    end = orders.column("date").to_numpy().max()
    repeats = pl.len() - 1
    spent = pl.col("amount").sum() - pl.col("amount").sort_by("date").first()
    summary = days.group_by("customer").agg(
        repeats.cast(pl.Int64).alias("frequency"),
        (last - first).dt.total_days().cast(pl.Float64).alias("recency"),
        (pl.lit(end) - first).dt.total_days().cast(pl.Float64).alias("T"),
        pl.when(repeats > 0).then(spent / repeats).otherwise(0.0).alias("monetary_value"),
    )
    return summary.sort("customer").collect().to_arrow()


def with_lifetimes(frame: Any) -> Any:
    """The library everyone knows, on a pandas frame."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    from lifetimes.utils import summary_data_from_transaction_data  # noqa: PLC0415 - heavy

    found = summary_data_from_transaction_data(frame, "customer", "date", monetary_value_col="amount")
    return pa.Table.from_pandas(found.reset_index())


def show(transactions: int, seconds: dict[str, list[float]], answers: dict[str, Any]) -> None:
    """Compare the answers figure for figure and print the table."""
    first = figures(answers["guanxi.models.rfm_summary"])
    base = statistics.median(seconds["guanxi.models.rfm_summary"])
    rows = []
    for name, taken in seconds.items():
        equal = np.array_equal(figures(answers[name]), first)
        median = statistics.median(taken)
        rows.append([name, median, median / base, "yes" if equal else "NO"])
    print_table(
        f"Summary of {transactions:,} transactions of {len(first):,} customers",
        ["", "seconds", "× ours", "equal to ours"],
        rows,
    )


def figures(table: Any) -> Any:
    """The four columns as one array of floats."""
    return np.column_stack([table.column(name).to_numpy().astype(np.float64) for name in COLUMNS])


if __name__ == "__main__":
    main()
