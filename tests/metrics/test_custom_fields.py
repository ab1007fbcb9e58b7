"""A team's own fields in the warehouse: metrics ask about them, pivots count by them and sum them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from guanxi.access.errors import InvalidError
from guanxi.customers.models import Customer
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import run_job
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.models import TeamMetric
from guanxi.metrics.pivot import rows_behind
from guanxi.metrics.services import refresh
from guanxi.metrics.services.definitions import define_metric
from guanxi.records.declaration import record_type
from guanxi.records.presentation import raw_value
from guanxi.records.queries import get_record
from guanxi.records.services.fields import remove_field
from tests.cast import NOW, Cast
from tests.metrics.pivot.test_home import asked, question
from tests.records.custom import GRADES, define

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(cast: Cast) -> dict[str, Any]:
    """Two customers with orders, and fields of every kind that the warehouse keeps."""
    define(cast, "Weight", "number", on="order")
    define(cast, "Urgent", "boolean", on="order")
    define(cast, "Promised", "date", on="order")
    define(cast, "等级", "choice", choices=GRADES)
    define(cast, "Budget", "money", currency="CNY")
    define(cast, "Audit", "datetime")
    define(cast, "Seats", "integer")
    define(cast, "Double", "formula", formula="seats * 2")
    found = {
        "hua": cast.alice.adds(
            "customer", name="华强", 等级="金牌", budget="1000.50", seats=3, audit="2026-03-31T09:30:00+08:00"
        ),
        "han": cast.alice.adds("customer", name="한빛", 等级="silver", budget="300", budget_currency="KRW"),
    }
    for name, day, weight, urgent in (
        ("hua", "2026-10-01", "1.25", True),
        ("hua", "2026-09-01", "2.5", False),
        ("han", "2026-10-01", "10", True),
    ):
        cast.alice.adds(
            "order",
            customer=found[name].pk,
            ordered_on=day,
            total="10",
            currency="CNY",
            weight=weight,
            urgent=urgent,
            promised=day,
        )
    return found


def metric(cast: Cast, name: str, **changes: Any) -> None:
    definition = {
        "kind": "counted",
        "name": name,
        "label": name,
        "unit": "number",
        "fact": "orders",
        "aggregate": "sum",
        "measure": "weight",
        "window": {"span": "months", "count": 6},
        **changes,
    }
    define_metric(actor=cast.root.actor, definition=definition, now=NOW)


def value(cast: Cast, customer: Customer, name: str) -> Any:
    known = record_type("customer")
    return raw_value(get_record(known, cast.alice.actor, customer.pk), known.by_name[name])


def test_a_metric_sums_a_field_and_asks_about_others(cast: Cast, orders: dict[str, Any]) -> None:
    metric(cast, "weight_of_late")
    metric(cast, "weight_of_urgent", condition="urgent = true and promised > 2026-09-15")
    refresh(actor=None, now=NOW)
    assert value(cast, orders["hua"], "weight_of_late") == Decimal("3.75")
    assert value(cast, orders["hua"], "weight_of_urgent") == Decimal("1.25")
    assert value(cast, orders["han"], "weight_of_urgent") == Decimal(10)


def test_a_pivot_counts_by_a_field_and_sums_one(cast: Cast, orders: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)
    found = asked(cast.alice, "customers", rows=["等级"], measures=["count", "sum:seats", "sum:double"])
    assert {row[0]: row[1:] for row in found["rows"]} == {"金牌": [1, 3, 6], "silver": [1, None, None]}
    found = asked(cast.alice, "orders", rows=["customer.等级", "urgent"], measures=["sum:weight"])
    assert {tuple(row[:2]): row[2] for row in found["rows"]} == {
        ("金牌", True): Decimal("1.25"),
        ("金牌", False): Decimal("2.5"),
        ("silver", True): Decimal(10),
    }
    found = asked(cast.alice, "customers", rows=["audit:month"], measures=["count"], where="seats > 1")
    assert found["rows"] == [["2026-03", 1]]


def test_money_of_its_own_currency_is_never_mixed(cast: Cast, orders: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)
    found = asked(cast.alice, "customers", rows=["budget_currency"], measures=["sum:budget"])
    assert {row[0]: row[1] for row in found["rows"]} == {"CNY": Decimal("1000.50"), "KRW": Decimal(300)}


def test_a_metric_takes_money_in_the_currency_of_the_customers_figures(
    cast: Cast, orders: dict[str, Any]
) -> None:
    """As it takes the money of orders: what is in another currency is not converted, and does not count."""
    metric(cast, "budgets", fact="customers", measure="budget", unit="money", window=None)
    metric(
        cast, "rich", fact="customers", aggregate="count", measure="", unit="count", window=None,
        condition="budget > 200",
    )  # fmt: skip
    with pytest.raises(InvalidError):
        metric(cast, "wrong", fact="customers", measure="budget", unit="count", window=None)
    own = {"kind": "otherwise", "name": "own_budget", "label": "x", "unit": "money"}
    define_metric(
        actor=cast.root.actor,
        definition={**own, "of": "customer.budget", "other": "customer.budget"},
        now=NOW,
    )
    refresh(actor=None, now=NOW)
    names = ("budgets", "rich", "own_budget")
    assert [value(cast, orders["hua"], name) for name in names] == [Decimal("1000.50"), 1, Decimal("1000.50")]
    assert [value(cast, orders["han"], name) for name in names] == [0, 1, None]


def test_a_metric_of_two_amounts_wants_both_in_the_customers_currency(
    cast: Cast, orders: dict[str, Any]
) -> None:
    define(cast, "Freight", "money", on="order", currency="CNY")
    for freight, currency in (("2.50", "CNY"), ("9", "USD"), (None, None)):
        cast.alice.adds(
            "order", customer=orders["hua"].pk, ordered_on="2026-10-05", total="10", currency="CNY",
            freight=freight, freight_currency=currency,
        )  # fmt: skip
    metric(cast, "freights", measure="freight", unit="money")
    metric(cast, "without_freight", measure="total - freight", unit="money")
    refresh(actor=None, now=NOW)
    assert value(cast, orders["hua"], "freights") == Decimal("2.50")
    assert value(cast, orders["hua"], "without_freight") == Decimal("7.50")


def test_several_choices_and_long_texts_are_asked_about(cast: Cast, orders: dict[str, Any]) -> None:
    define(cast, "Wishes", "choices", on="order", choices=GRADES)
    define(cast, "Story", "long_text", on="order")
    define(cast, "Proof", "file", on="order")
    for wishes, story, proof in (
        (["金牌", "silver"], "fast delivery", {"key": "a", "name": "Proof.PDF", "size": 1, "type": "x"}),
        (["silver"], None, None),
        (None, "slow", None),
    ):
        order = cast.alice.adds(
            "order", customer=orders["hua"].pk, ordered_on="2026-10-05", total="10", currency="CNY",
            wishes=wishes, story=story,
        )  # fmt: skip
        if proof:
            order.custom = {**order.custom, "proof": proof}
            order.save(update_fields=["custom"])
    asked_about = {
        'wishes = "silver"': 2,
        'wishes != "silver"': 3,  # two of them are the orders of the beginning
        'wishes in ("金牌", "동메달")': 1,
        "wishes is empty": 3,
        'story contains "DELIVERY"': 1,
        "proof is not empty": 1,
        'proof contains ".pdf"': 1,
    }
    for number, condition in enumerate(asked_about):
        metric(
            cast, f"m{number}", aggregate="count", measure="", unit="count", window=None, condition=condition
        )
    with pytest.raises(InvalidError):
        metric(cast, "sum_of_wishes", measure="wishes")
    refresh(actor=None, now=NOW)
    found = {
        condition: value(cast, orders["hua"], f"m{number}") for number, condition in enumerate(asked_about)
    }
    assert found == asked_about
    pivoted = {
        condition: asked(
            cast.alice, "orders", where=f'customer.name = "华强" and {condition}', measures=["count"]
        )["totals"][0]
        for condition in asked_about
    }
    assert pivoted == asked_about


def test_a_pivot_counts_a_row_in_each_of_its_choices(cast: Cast, orders: dict[str, Any]) -> None:
    define(cast, "Wishes", "choices", on="order", choices=GRADES)
    for total, wishes in (("1", ["金牌", "silver"]), ("10", ["silver"]), ("100", None)):
        cast.dana.adds(
            "order", customer=orders["hua"].pk, ordered_on="2026-10-05", total=total, currency="CNY",
            wishes=wishes,
        )  # fmt: skip
    refresh(actor=None, now=NOW)
    where = "total != 10 or wishes is not empty"
    measures = ["count", "sum:total", "median:total"]
    found = asked(cast.alice, "orders", where, rows=["wishes"], measures=measures)
    assert found["rows"] == [["金牌", 1, 1, 1], ["silver", 2, 11, Decimal("5.5")], [None, 1, 100, 100]]
    assert found["totals"] == [None, 3, 111, 10]
    assert [note["code"] for note in found["notes"]] == ["several_choices"]
    found = asked(cast.alice, "orders", where, rows=["customer.name:top1"], columns=["wishes"])
    assert found["rows"] == [["华强", 1, 2, 1, 3]]
    found = asked(cast.alice, "orders", where, rows=["customer.name", "wishes"], subtotals=True)
    assert [each["row"] for each in found["subtotals"]] == [["华强", None, 3]]
    behind = rows_behind(
        question(cast.alice, "orders", where, rows=["wishes"]), {"wishes": "silver"}, after=0, limit=9
    )
    assert behind["count"] == 2
    for wish in (
        {"rows": ["wishes:top2"]},
        {"rows": ["wishes"], "top": 2},
        {"measures": ["distinct:wishes"]},
    ):
        with pytest.raises(PivotError):
            asked(cast.alice, "orders", **wish)  # type: ignore[arg-type]


def test_a_field_that_is_new_waits_for_the_next_refresh(cast: Cast, orders: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)
    define(cast, "Floors", "integer")
    with pytest.raises(PivotError):
        asked(cast.alice, "customers", rows=["floors"], measures=["count"])
    cast.alice.adds("customer", name="明", floors=30)
    refresh(actor=None, now=NOW + timedelta(minutes=1))
    found = asked(cast.alice, "customers", rows=["floors"], measures=["count"], where="floors > 0")
    assert found["rows"] == [[30, 1]]


def test_a_metric_of_a_field_that_was_removed_says_so(cast: Cast, orders: dict[str, Any]) -> None:
    metric(cast, "weight_of_late")
    refresh(actor=None, now=NOW)
    remove_field(actor=cast.dana.actor, record_type="order", name="weight", now=NOW)
    refresh(actor=None, now=NOW + timedelta(minutes=1))
    assert "weight" in TeamMetric.objects.get(name="weight_of_late").problem


def test_what_formulas_give_anew_reaches_the_warehouse(cast: Cast, orders: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)
    define(cast, "Triple", "formula", formula="seats * 3")
    refresh(actor=None, now=NOW)
    for job in Job.objects.filter(kind="recompute", state=JobState.QUEUED):
        run_job(job.pk, worker="test", clock=lambda: NOW)
    refresh(actor=None, now=NOW)
    found = asked(cast.alice, "customers", rows=["triple"], measures=["count"], where="triple > 0")
    assert found["rows"] == [[9, 1]]
