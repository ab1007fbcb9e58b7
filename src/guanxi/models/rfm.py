"""Recency, frequency and value of each customer out of transactions, and scores over them. In columns, by DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from guanxi.models.errors import ModelDataError
from guanxi.models.frames import Frame, arrow_table, check_columns
from guanxi.models.scores import BANDS

Period = Literal["day", "week", "month"]
PERIOD_STARTS = {
    "day": "CAST({day} AS DATE)",
    "week": "CAST(date_trunc('week', {day}) AS DATE)",
    "month": "CAST(date_trunc('month', {day}) AS DATE)",
}

_SUMMARY = """
WITH periods AS (
  SELECT customer, {start} AS period {amount} FROM transactions WHERE {start} <= $until GROUP BY ALL
)
"""
_COUNTED = """
SELECT customer, COUNT(*) - 1 AS frequency, date_diff('{period}', MIN(period), MAX(period)) / $unit AS recency,
  date_diff('{period}', MIN(period), $until) / $unit AS "T"
FROM periods GROUP BY customer ORDER BY customer
"""
_VALUED = """
SELECT customer, COUNT(*) - 1 AS frequency, date_diff('{period}', first, MAX(period)) / $unit AS recency,
  date_diff('{period}', first, $until) / $unit AS "T",
  COALESCE(FAVG(amount) FILTER (period > first), 0) AS monetary_value
FROM periods JOIN (SELECT customer, MIN(period) AS first FROM periods GROUP BY customer) USING (customer)
GROUP BY customer, first ORDER BY customer
"""
_LATER = """
SELECT calibration.*, COALESCE(later.purchases, 0) AS holdout FROM ({summary}) AS calibration LEFT JOIN (
  SELECT customer, COUNT(DISTINCT {start}) AS purchases FROM transactions
  WHERE {start} > $until AND {start} <= $end GROUP BY customer
) AS later USING (customer) ORDER BY customer
"""
_SCORES = """
WITH totals AS (
  SELECT customer, MAX({start}) AS last, COUNT(*) AS purchases {amount}
  FROM transactions WHERE {start} <= $until GROUP BY customer
)
SELECT customer,
  1 + (RANK() OVER (ORDER BY last) - 1) * $bands // COUNT(*) OVER () AS recency_score,
  1 + (RANK() OVER (ORDER BY purchases) - 1) * $bands // COUNT(*) OVER () AS frequency_score {score}
FROM totals ORDER BY customer
"""
_VALUE_SCORE = ", 1 + (RANK() OVER (ORDER BY amount) - 1) * $bands // COUNT(*) OVER () AS value_score"
_FACTS = "SELECT COUNT(*), COUNT(customer), COUNT(date) {amount}, MAX({start}) FROM transactions"
_FLOATS = frozenset({"FLOAT", "DOUBLE"})


@dataclass(frozen=True, slots=True)
class _Source:
    """A connection with the view `transactions`, what `day` is in it, and how its amounts are added up, if any."""

    connection: Any
    day: str
    sum: str


def rfm_summary(
    transactions: Frame,
    *,
    customer: str = "customer",
    date: str = "date",
    amount: str | None = None,
    until: dt.date | None = None,
    period: Period = "day",
    periods_per_unit: float = 1,
) -> Any:
    """Return one row a customer: customer, frequency, recency, T[, monetary_value], ordered by customer, as Arrow.

    As Fader and Hardie count ("Creating an RFM Summary Using Excel", 2008): purchases of one customer in one `period`
    are one; `frequency` counts repeat purchases, so it is the number of periods with a purchase less one; `recency`
    is the time from the first to the last, `T` from the first to `until` (the last day there is, when not given;
    later rows are left out); `monetary_value` is the mean of the periods' sums without the first, 0 without a repeat.
    Times are in units of `periods_per_unit` periods: with days and 7, in weeks to the day.

    `transactions` is any frame that speaks the Arrow interface, a mapping of columns, or a Parquet path, which is
    not read into memory. Moments with a time zone are taken as days in UTC. Whole and decimal amounts are added
    exactly, floats with compensation. Raises ModelDataError: missing_column, no_rows, missing_values, not_a_date,
    not_finite, unknown_period, not_a_frame, unreadable_file.
    """
    _check_period(period, periods_per_unit)
    with _opened(transactions, customer, date, amount) as source:
        last = _last_day(source)
        parameters = {"until": _start_of(until or last, period), "unit": float(periods_per_unit)}
        query = _summary_of(source, period)
        return _checked(source.connection.sql(query, params=parameters).to_arrow_table())


def split_summary(
    transactions: Frame,
    *,
    calibration_until: dt.date,
    customer: str = "customer",
    date: str = "date",
    amount: str | None = None,
    until: dt.date | None = None,
    period: Period = "day",
    periods_per_unit: float = 1,
) -> tuple[Any, float]:
    """Return the summary up to a day with `holdout`, the purchases of each customer since, and how long that is.

    As Arrow, and in units; `holdout` counts periods with a purchase after `calibration_until` up to `until`, whoever
    first bought after it is not there. Otherwise as `rfm_summary`, with ModelDataError no_holdout besides.
    """
    _check_period(period, periods_per_unit)
    with _opened(transactions, customer, date, amount) as source:
        last = _start_of(until or _last_day(source), period)
        split = _start_of(calibration_until, period)
        if split >= last:
            raise ModelDataError("no_holdout", "nothing is left to judge by: let the calibration end earlier")
        parameters = {"until": split, "unit": float(periods_per_unit), "end": last}
        start = PERIOD_STARTS[period].format(day=source.day)
        query = _LATER.format(summary=_summary_of(source, period), start=start)
        table = _checked(source.connection.sql(query, params=parameters).to_arrow_table())
        counted = f"SELECT date_diff('{period}', $split, $end)"
        [(length,)] = source.connection.sql(counted, params={"split": split, "end": last}).fetchall()
    return table, length / periods_per_unit


def rfm_scores(
    transactions: Frame,
    *,
    customer: str = "customer",
    date: str = "date",
    amount: str | None = None,
    until: dt.date | None = None,
) -> Any:
    """Return customer, recency_score, frequency_score[, value_score] from 1 to 5, ordered by customer, as Arrow.

    Over the day of the last purchase, the number of purchases and the total amount; `scores.score` says what a score
    is. Input and errors as of `rfm_summary`.
    """
    with _opened(transactions, customer, date, amount) as source:
        last = _last_day(source)
        start = PERIOD_STARTS["day"].format(day=source.day)
        query = _SCORES.format(start=start, amount=source.sum, score=_VALUE_SCORE if amount else "")
        parameters = {"until": until or last, "bands": BANDS}
        return _checked(source.connection.sql(query, params=parameters).to_arrow_table())


def _check_period(period: str, periods_per_unit: float) -> None:
    if period not in PERIOD_STARTS or periods_per_unit <= 0:
        raise ModelDataError(
            "unknown_period", f"a period is one of {', '.join(PERIOD_STARTS)}, and their number above 0"
        )


def _summary_of(source: _Source, period: Period) -> str:
    start = PERIOD_STARTS[period].format(day=source.day)
    counted = (_VALUED if source.sum else _COUNTED).format(period=period)
    return _SUMMARY.format(start=start, amount=source.sum) + counted


def _start_of(day: dt.date, period: Period) -> dt.date:
    if period == "month":
        return day.replace(day=1)
    return day - dt.timedelta(days=day.weekday()) if period == "week" else day


@contextmanager
def _opened(transactions: Frame, customer: str, day: str, amount: str | None) -> Iterator[_Source]:
    """Yield the transactions, checked, as a view with the columns customer, date[, amount]."""
    import duckdb  # noqa: PLC0415 - heavy

    columns = {"customer": customer, "date": day} | ({"amount": amount} if amount else {})
    with duckdb.connect(":memory:") as connection:
        try:
            relation = _relation(connection, transactions, list(columns.values()))
            named = [duckdb.ColumnExpression(column).alias(name) for name, column in columns.items()]
            relation = relation.select(*named)
            relation.create_view("transactions")
            yield _source(connection, dict(zip(relation.columns, map(str, relation.types), strict=True)))
        except (duckdb.ConversionException, duckdb.BinderException) as error:
            numbers = f", and '{amount}' numbers" if amount else ""
            raise ModelDataError(
                "not_a_date", f"'{day}' must hold dates, as 2024-03-05{numbers}: {_first_line(error)}"
            ) from error
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            raise ModelDataError(
                "unreadable_file",
                f"'{transactions}' cannot be read as Parquet: check its name and its format.",
            ) from error


def _relation(connection: Any, transactions: Frame, columns: list[str]) -> Any:
    if isinstance(transactions, str | Path):
        relation = connection.read_parquet(str(transactions))
        check_columns(relation.columns, columns)
        return relation
    return connection.from_arrow(arrow_table(transactions, list(dict.fromkeys(columns))))


def _source(connection: Any, types: dict[str, str]) -> _Source:
    """Moments with a zone become moments in UTC here: the engine's own cast follows the machine's zone."""
    day = "make_timestamp(epoch_us(date))" if types["date"] == "TIMESTAMP WITH TIME ZONE" else "date"
    total = ""
    if "amount" in types:
        total = ", FSUM(amount) AS amount" if types["amount"] in _FLOATS else ", SUM(amount) AS amount"
    return _Source(connection, day, total)


def _last_day(source: _Source) -> dt.date:
    """Return the last day there is. Raises ModelDataError: no_rows, missing_values, not_finite."""
    start = PERIOD_STARTS["day"].format(day=source.day)
    is_float = source.sum.startswith(", FSUM")
    finite = "COUNT(*) FILTER (isfinite(amount))" if is_float else "COUNT(amount)"
    query = _FACTS.format(start=start, amount=f", COUNT(amount), {finite}" if source.sum else "")
    [(rows, *filled, last)] = source.connection.sql(query).fetchall()
    if not rows:
        raise ModelDataError("no_rows", "there are no transactions")
    if min(filled[:3]) < rows:
        raise ModelDataError(
            "missing_values",
            f"{rows - min(filled[:3]):,} of {rows:,} rows lack the customer, the date or the amount: leave them out",
        )
    if filled[-1] < rows:
        raise ModelDataError(
            "not_finite", f"{rows - filled[-1]:,} amounts are not finite numbers: leave them out"
        )
    assert isinstance(last, dt.date)  # noqa: S101 - the query casts it
    return last


def _checked(table: Any) -> Any:
    if not table.num_rows:
        raise ModelDataError("no_rows", "there are no transactions up to that day")
    return table


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
