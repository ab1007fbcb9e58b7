"""The engine against the plain meaning of the metrics, on drawn orders."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.metrics.calc.definitions import BUILT_IN
from guanxi.metrics.calc.scores import scores
from guanxi.metrics.calc.windows import months_before
from guanxi.metrics.engine.computation import UnknownEngineError, compute
from guanxi.metrics.engine.feed import arrow_schema
from guanxi.metrics.engine.warehouse import Writer
from guanxi.metrics.facts import fact_named

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, tzinfo=UTC)
Order = tuple[int, date, str, int]
Customer = tuple[int, int | None, str]

CUSTOMERS = st.lists(
    st.tuples(st.integers(1, 9), st.none() | st.integers(0, 10**9), st.sampled_from(["CNY", "KRW"])),
    min_size=1,
    unique_by=lambda row: row[0],
)
ORDERS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.integers(-500, 60).map(lambda days: TODAY + timedelta(days=days)),
        st.sampled_from(["CNY", "KRW", "USD"]),
        st.integers(-(10**6), 10**9),
    ),
    max_size=30,
)


def computed(customers: Sequence[Customer], orders: Sequence[Order]) -> tuple[dict[int, dict[str, Any]], int]:
    """What the engine says, `{customer: row}`, and the rows it left out as future ones."""
    with TemporaryDirectory() as directory:
        writer = Writer(Path(directory), NOW)
        rows = {
            "customers": customers,
            "orders": [(place, *order) for place, order in enumerate(orders)],
        }
        for name, found in rows.items():
            schema = arrow_schema(fact_named(name))
            columns = list(zip(*found, strict=True)) or [()] * len(schema)
            writer.write(
                name,
                schema,
                [
                    pa.table(
                        [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
                    )
                ],
            )
        result = compute(root=Path(directory), manifest=writer.swap(), metrics=BUILT_IN, today=TODAY)
        return {row["customer_id"]: row for row in result.table.to_pylist()}, result.future_rows


def by_the_book(customers: Sequence[Customer], orders: Sequence[Order]) -> dict[int, dict[str, Any]]:
    """The same in plain Python, straight from the definitions."""
    rows: dict[int, dict[str, Any]] = {}
    for key, amount, currency in customers:
        past = [order for order in orders if order[0] == key and order[1] <= TODAY]
        own = dominant(past) or currency
        mine = [order for order in past if order[2] == own]
        year = [order for order in past if order[1] > months_before(TODAY, 12)]
        days = [order[1] for order in past]
        total = sum(order[3] for order in mine)
        value_12m = sum(order[3] for order in year if order[2] == own) if past else None
        rows[key] = {
            "customer_id": key,
            "currency": own,
            "recency_days": (TODAY - max(days)).days if days else None,
            "frequency": len(past),
            "orders_12m": len(year),
            "value_12m": value_12m,
            "value_total": total if past else None,
            "average_ticket": math.floor((2 * total + len(mine)) / (2 * len(mine))) if past else None,
            "first_order": min(days) if days else None,
            "last_order": max(days) if days else None,
            "contribution": amount if value_12m is None else value_12m,
            "other_currency_rows": len(past) - len(mine),
        }
    add_scores(rows)
    return rows


def dominant(past: Sequence[Order]) -> str | None:
    """The currency of most orders; of several the one used last, then the first in the alphabet."""
    used = Counter(order[2] for order in past)
    last = {currency: max(order[1] for order in past if order[2] == currency) for currency in used}
    return min(
        used, key=lambda currency: (-used[currency], -last[currency].toordinal(), currency), default=None
    )


def add_scores(rows: dict[int, dict[str, Any]]) -> None:
    """Score everyone; money within one currency; who never bought has no score."""
    for row in rows.values():
        row["value_score"] = row["recency_score"] = row["frequency_score"] = None
    buyers = [row for row in rows.values() if row["frequency"]]
    groups = [[row for row in buyers if row["currency"] == code] for code in ("CNY", "KRW", "USD")]
    for name, of, low, within in (
        ("recency_score", "recency_days", True, [buyers]),
        ("frequency_score", "frequency", False, [buyers]),
        ("value_score", "value_total", False, groups),
    ):
        for group in within:
            for row, score in zip(group, scores([row[of] for row in group], best_is_low=low), strict=True):
                row[name] = score


@given(CUSTOMERS, ORDERS)
@settings(max_examples=60)
def test_engine_means_what_the_definitions_say(customers: list[Customer], orders: list[Order]) -> None:
    found, future = computed(customers, orders)
    assert found == by_the_book(customers, orders)
    assert future == sum(order[1] > TODAY for order in orders)


@given(CUSTOMERS, ORDERS, st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_the_rows_does_not_matter(
    customers: list[Customer], orders: list[Order], random: Any
) -> None:
    shuffled = random.sample(orders, len(orders))
    assert computed(customers, orders) == computed(customers, shuffled)


def test_an_engine_that_is_not_there_is_named(tmp_path: Path) -> None:
    writer = Writer(tmp_path, NOW)
    with pytest.raises(UnknownEngineError, match="spark://x"):
        compute(root=tmp_path, manifest=writer.swap(), metrics=BUILT_IN, today=TODAY, engine="spark://x")
