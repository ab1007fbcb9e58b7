"""What models say beside the customers, on customers who buy as the model supposes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.definitions import Predicted
from guanxi.metrics.engine.computation import compute
from tests.metrics.messy import TODAY, bought, written

pytestmark = pytest.mark.django_db  # which fields stand is read from the database

PREDICTED = tuple(metric for metric in BUILT_IN if isinstance(metric, Predicted))
NAMES = ("alive_probability", "expected_purchases_12m", "expected_value_12m")


def said(root: Path, facts: dict[str, Any]) -> dict[int, dict[str, Any]]:
    table = compute(root=root, manifest=written(root, facts), metrics=PREDICTED, today=TODAY).table
    return {row["customer_id"]: row for row in table.to_pylist()}


def test_models_say_something_of_whoever_bought(tmp_path: Path) -> None:
    facts = bought(600)
    facts["customers"].append({"customer_id": 9999, "currency": "CNY"})
    rows = said(tmp_path, facts)
    assert [rows[9999][name] for name in NAMES] == [None, None, None]
    buyers = [rows[customer] for customer in range(1, 601)]
    assert all(0 <= row["alive_probability"] <= 1 for row in buyers)
    assert all(row["expected_purchases_12m"] >= 0 and row["expected_value_12m"] >= 0 for row in buyers)
    # Of customers of one frequency, who was seen lately is more to be expected than who fell silent.
    last = {order["customer_id"]: order["ordered_on"] for order in facts["orders"]}
    counts = {customer: sum(o["customer_id"] == customer for o in facts["orders"]) for customer in last}
    busy = sorted(
        (customer for customer in last if counts[customer] >= 8), key=lambda customer: last[customer]
    )
    silent, lately = (rows[busy[place]]["alive_probability"] for place in (0, -1))
    assert silent < 0.2
    assert lately > 0.8


def test_the_number_of_purchases_to_expect_is_what_such_customers_make(tmp_path: Path) -> None:
    """A year held back: the sum foretold is within a fifth of the sum that came (600 customers)."""
    facts = bought(600)
    cut = TODAY - timedelta(days=365)
    shifted = [order | {"ordered_on": order["ordered_on"] + timedelta(days=365)} for order in facts["orders"]]
    known = [order for order in shifted if order["ordered_on"] <= TODAY]
    rows = said(tmp_path, facts | {"orders": known})
    buyers = {order["customer_id"] for order in known}
    came = sum(order["ordered_on"] > cut and order["customer_id"] in buyers for order in facts["orders"])
    foretold = sum(rows[customer]["expected_purchases_12m"] for customer in buyers)
    assert foretold == pytest.approx(came, rel=0.2)


def test_too_few_customers_are_told_nothing(tmp_path: Path) -> None:
    assert {row[name] for row in said(tmp_path, bought(29)).values() for name in NAMES} == {None}


def test_amounts_are_foretold_within_one_currency(tmp_path: Path) -> None:
    facts = bought(300)
    few = set(range(1, 21))
    for row in (*facts["customers"], *facts["orders"]):
        row["currency"] = "KRW" if row["customer_id"] in few else "CNY"
    rows = said(tmp_path, facts)
    assert {rows[customer]["expected_value_12m"] for customer in few} == {None}
    assert all(rows[customer]["expected_value_12m"] is not None for customer in range(21, 301))
    assert all(rows[customer]["expected_purchases_12m"] is not None for customer in few)
