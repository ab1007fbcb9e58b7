"""The summary of transactions against lifetimes, and scores against their plain meaning."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import lifetimes.datasets
import lifetimes.utils
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.models.errors import ModelDataError
from guanxi.models.rfm import rfm_scores, rfm_summary
from guanxi.models.scores import scores

DAYS = st.dates(dt.date(2023, 11, 1), dt.date(2025, 2, 28))
ROWS = st.lists(st.tuples(st.integers(1, 8), DAYS, st.integers(-(10**6), 10**9)), min_size=1, max_size=60)
DATA = Path(lifetimes.datasets.__file__).parent


def frame_of(rows: list[tuple[int, dt.date, int]]) -> Any:
    frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def by_lifetimes(frame: Any, **options: Any) -> Any:
    return lifetimes.utils.summary_data_from_transaction_data(frame, "customer", "date", **options)


def assert_equal(ours: Any, theirs: Any) -> None:
    """Every figure the very same, customers in the same order."""
    found = ours.to_pandas().set_index("customer").astype(float)
    assert list(found.columns) == list(theirs.columns)
    assert found.index.tolist() == theirs.index.tolist()
    assert found.to_numpy().tolist() == theirs.to_numpy().tolist()


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from([("day", "D", 1), ("day", "D", 7), ("week", "W", 1)]), st.none() | DAYS)
def test_the_summary_is_that_of_lifetimes(
    rows: list[tuple[int, dt.date, int]], unit: tuple[Any, str, int], until: dt.date | None
) -> None:
    frame, (period, freq, multiplier) = frame_of(rows), unit
    if until is not None and until < min(row[1] for row in rows) + dt.timedelta(days=7):
        until = None
    options: dict[str, Any] = {"observation_period_end": until, "freq": freq, "freq_multiplier": multiplier}
    for amount in (None, "amount"):
        assert_equal(
            rfm_summary(frame, amount=amount, until=until, period=period, periods_per_unit=multiplier),
            by_lifetimes(frame, monetary_value_col=amount, **options),
        )


def test_cdnow_is_summarised_as_published() -> None:
    """2,357 customers who first bought in the first quarter of 1997, seen 39 weeks (Fader and Hardie 2005)."""
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().splitlines()]
    bought = {
        "customer": [int(row[1]) for row in rows],
        "date": [dt.datetime.strptime(row[2], "%Y%m%d").date() for row in rows],  # noqa: DTZ007
        "amount": [float(row[4]) for row in rows],
    }
    ours = rfm_summary(bought, amount="amount", until=dt.date(1997, 9, 30), periods_per_unit=7).to_pandas()
    theirs = lifetimes.datasets.load_cdnow_summary_data_with_monetary_value()
    for name, tolerance in (("frequency", 0), ("recency", 0.005), ("T", 0.005), ("monetary_value", 0.005)):
        assert ours[name].to_numpy() == pytest.approx(theirs[name].to_numpy(), abs=tolerance + 1e-9), name


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_months_are_counted_in_the_calendar(rows: list[tuple[int, dt.date, int]]) -> None:
    ours = {row["customer"]: row for row in rfm_summary(frame_of(rows), period="month").to_pylist()}
    months: dict[int, set[int]] = defaultdict(set)
    for customer, day, _ in rows:
        months[customer].add(12 * day.year + day.month)
    end = max(max(found) for found in months.values())
    for customer, found in months.items():
        assert ours[customer] == {
            "customer": customer,
            "frequency": len(found) - 1,
            "recency": max(found) - min(found),
            "T": end - min(found),
        }


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_scores_mean_what_scores_mean_everywhere(rows: list[tuple[int, dt.date, int]]) -> None:
    found = rfm_scores(frame_of(rows), amount="amount").to_pydict()
    of: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    for customer, day, amount in rows:
        of[customer].append((day, amount))
    customers = sorted(of)
    assert found["customer"] == customers
    assert found["recency_score"] == scores([max(of[key])[0].toordinal() for key in customers])
    assert found["frequency_score"] == scores([len(of[key]) for key in customers])
    assert found["value_score"] == scores([sum(pair[1] for pair in of[key]) for key in customers])


def test_any_frame_and_a_file_give_the_same(tmp_path: Path) -> None:
    columns = {
        "who": ["b", "a", "a"],
        "on": [dt.date(2024, 1, 3), dt.date(2024, 1, 1), dt.date(2024, 1, 9)],
        "paid": [Decimal("10.10"), Decimal("0.10"), Decimal("0.20")],
    }
    table = pa.table(columns)
    pq.write_table(table, tmp_path / "orders.parquet")
    expected = [
        {"customer": "a", "frequency": 1, "recency": 8.0, "T": 8.0, "monetary_value": 0.2},
        {"customer": "b", "frequency": 0, "recency": 0.0, "T": 6.0, "monetary_value": 0.0},
    ]
    names: dict[str, Any] = {"customer": "who", "date": "on", "amount": "paid"}
    for frame in (table, table.to_pandas(), pl.DataFrame(columns), tmp_path / "orders.parquet", columns):
        assert rfm_summary(frame, **names).to_pylist() == expected
    texts = {**columns, "on": [str(day) for day in columns["on"]]}
    assert rfm_summary(texts, **names).to_pylist() == expected


def test_moments_with_a_zone_are_days_in_utc() -> None:
    late = dt.datetime(2024, 1, 2, 6, tzinfo=ZoneInfo("Asia/Shanghai"))  # the evening of the first in UTC
    noon = dt.datetime(2024, 1, 1, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
    bought = pa.table(
        {"customer": [1, 1], "date": pa.array([late, noon], pa.timestamp("us", "Asia/Shanghai"))}
    )
    assert rfm_summary(bought).to_pylist() == [{"customer": 1, "frequency": 0, "recency": 0.0, "T": 0.0}]


DAY = dt.date(2024, 1, 1)


@pytest.mark.parametrize(
    ("bought", "options", "code"),
    [
        ({"customer": [], "date": []}, {}, "no_rows"),
        ({"customer": [1], "date": [DAY]}, {"until": dt.date(2023, 1, 1)}, "no_rows"),
        ({"customer": [1]}, {}, "missing_column"),
        ({"customer": [1], "date": [DAY]}, {"amount": "money"}, "missing_column"),
        ({"customer": [1], "date": ["yesterday"]}, {}, "not_a_date"),
        ({"customer": [1], "date": [19970101]}, {}, "not_a_date"),
        ({"customer": [1], "date": [DAY], "amount": ["much"]}, {"amount": "amount"}, "not_a_date"),
        ({"customer": [1], "date": [DAY], "amount": [float("nan")]}, {"amount": "amount"}, "not_finite"),
        (pa.table({"customer": [1, None], "date": [DAY, DAY]}), {}, "missing_values"),
        ([1, 2], {}, "not_a_frame"),
        ("nowhere.parquet", {}, "unreadable_file"),
        (__file__, {}, "unreadable_file"),
        ({"customer": [1], "date": [DAY]}, {"period": "hour"}, "unknown_period"),
    ],
)
def test_what_cannot_be_summarised_is_refused(bought: Any, options: dict[str, Any], code: str) -> None:
    with pytest.raises(ModelDataError) as refused:
        rfm_summary(bought, **options)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)
