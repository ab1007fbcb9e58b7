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
from guanxi.metrics.services import refresh
from guanxi.metrics.services.definitions import define_metric
from guanxi.records.declaration import record_type
from guanxi.records.presentation import raw_value
from guanxi.records.queries import get_record
from guanxi.records.services.fields import remove_field
from tests.cast import NOW, Cast
from tests.metrics.pivot.test_home import asked
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
    with pytest.raises(InvalidError):
        metric(cast, "budgets", fact="customers", measure="budget", unit="money")


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
