"""Pivots of the home's facts: what somebody counts is what the database shows them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.request import Wish
from guanxi.metrics.pivot import PivotQuestion, pivot, rows_behind
from guanxi.metrics.services import refresh
from guanxi.sales.models import Order
from tests.cast import NOW, Cast, Person


def asked(person: Person | None, fact: str, where: str = "", **wish: Any) -> dict[str, Any]:
    """Return the answer to somebody's pivot (None: the program's own)."""
    return pivot(question(person, fact, where, **wish))


def question(person: Person | None, fact: str, where: str = "", **wish: Any) -> PivotQuestion:
    actor = person.actor if person else None
    context = Context(now=NOW, zone=actor.zone if actor else NOW.tzinfo)  # type: ignore[arg-type]
    return PivotQuestion(actor, fact, Wish(**wish), where, context)


@pytest.fixture
def company(cast: Cast) -> Cast:
    """Alice's and Charlie's customers with orders, some cancelled, some deleted; fed and computed."""
    for person, trade, amounts in (
        (cast.alice, "五金", ("100.10", "0.20", "-5")),
        (cast.alice, "", ("7",)),
        (cast.charlie, "茶叶", ("1000",)),
        (cast.dana, "五金", ("50", "60.55")),
    ):
        customer = person.adds("customer", name=f"{trade}公司", industry=trade, phone="13800130001")
        for month, amount in enumerate(amounts, 1):
            person.adds(
                "order", customer=customer.pk, ordered_on=f"2026-0{month}-15", total=amount, currency="CNY"
            )
        person.adds(
            "order",
            customer=customer.pk,
            ordered_on="2026-01-20",
            total="9999",
            currency="CNY",
            state="cancelled",
        )
    refresh(actor=None, now=NOW)
    return cast


def test_everybody_counts_exactly_what_the_database_shows_them(company: Cast) -> None:
    for name, person in company.everyone().items():
        by_hand: dict[Any, list[Any]] = defaultdict(lambda: [Decimal(0), 0])
        orders = Order.objects.visible_to(person.actor).exclude(state="cancelled")
        for order in orders.select_related("customer"):
            cell = by_hand[order.customer.industry or None, f"{order.ordered_on:%Y-%m}"]
            cell[0] += order.total
            cell[1] += 1
        found = asked(
            person, "orders", rows=["customer.industry", "ordered_on:month"], measures=["sum:total", "count"]
        )
        assert {tuple(row[:2]): row[2:] for row in found["rows"]} == by_hand, name
        assert found["totals"][-1] == orders.count(), name


def test_nobody_learns_of_a_customer_they_do_not_see(company: Cast) -> None:
    found = asked(company.charlie, "customers", rows=["name", "owner"])
    assert [row[0] for row in found["rows"]] == ["茶叶公司"]
    assert asked(company.charlie, "orders", measures=["maximum:total"])["totals"] == [Decimal("1000.00")]


def test_a_sensitive_field_is_no_dimension_no_measure_and_no_condition(company: Cast) -> None:
    for wish in ({"rows": ["phone"]}, {"measures": ["distinct:phone"]}):
        with pytest.raises(PivotError) as refused:
            asked(company.root, "customers", **wish)
        assert refused.value.code == "unknown_field"
        assert "phone" not in refused.value.near
    with pytest.raises(ConditionError):
        asked(company.root, "orders", 'customer.phone = "13800130001"', measures=["count"])


def test_tiers_and_metrics_are_dimensions(company: Cast) -> None:
    from guanxi.tiers.services import run_scheme  # noqa: PLC0415 - beside its use

    run_scheme(actor=company.root.actor, scheme="abcd", apply=True, now=NOW)
    refresh(actor=None, now=NOW)
    found = asked(
        None, "orders", rows=["customer.tier"], columns=["customer.frequency:2/3"], measures=["count"]
    )
    assert [row[0] for row in found["rows"]] == sorted({row[0] for row in found["rows"]}), (
        "in the order of tiers"
    )
    assert sum(row[-1] for row in found["rows"]) == 7
    assert [column["values"] for column in found["columns"][1:]] == [["< 2"], ["2 … < 3"], ["≥ 3"], None]
    assert found["totals"][1:] == [2, 2, 3, 7]


def test_the_measure_of_a_customer_is_not_counted_once_an_order(company: Cast) -> None:
    with pytest.raises(PivotError) as refused:
        asked(None, "orders", measures=["sum:customer.value_total"])
    assert refused.value.code == "measure_of_other"
    found = asked(None, "customers", rows=["industry"], measures=["sum:value_total"])
    assert found["totals"] == [None, Decimal("1212.85")]


def test_a_condition_speaks_of_the_row_and_of_its_customer(company: Cast) -> None:
    where = 'customer.industry = "五金" and total >= 50 and ordered_on < 2026-03-01'
    found = asked(company.alice, "orders", where, rows=["customer.owner"], measures=["sum:total"])
    names = found["columns"][0]["labels"]
    by_hand: dict[str, Decimal] = defaultdict(Decimal)
    visible = Order.objects.visible_to(company.alice.actor).exclude(state="cancelled")
    for order in visible.filter(customer__industry="五金", total__gte=50, ordered_on__lt="2026-03-01"):
        by_hand[str(order.customer.owner)] += order.total
    assert by_hand
    assert {names[str(row[0])]: row[1] for row in found["rows"]} == by_hand


def test_the_rows_behind_a_cell_are_those_the_database_finds(company: Cast) -> None:
    wish = {"rows": ["customer.industry:top1"], "columns": ["ordered_on:quarter"], "measures": ["sum:total"]}
    found = asked(company.dana, "orders", **wish)
    other = found["columns"][0]["other"]
    behind = rows_behind(
        question(company.dana, "orders", **wish),
        {"customer.industry": other, "ordered_on:quarter": "2026-Q1"},
        after=0,
        limit=100,
    )
    top = found["rows"][0][0]
    orders = (
        Order.objects.visible_to(company.dana.actor)
        .exclude(state="cancelled")
        .exclude(customer__industry=top)
    )
    assert behind["ids"] == sorted(orders.values_list("pk", flat=True))
    assert behind["type"] == "order"
    again = asked(company.dana, "orders", behind["where"], measures=["count"])
    assert again["totals"] == [behind["count"]] == [len(behind["ids"])]


def test_records_are_told_apart_by_number_and_named(company: Cast) -> None:
    found = asked(None, "orders", rows=["customer:top1", "customer.owner"], measures=["sum:total"])
    customer, owner = (column["labels"] for column in found["columns"][:2])
    assert [(customer.get(str(row[0]), row[0]), owner[str(row[1])]) for row in found["rows"]] == [
        ("茶叶公司", "Charlie"),
        ("(other)", "Alice"),
        ("(other)", "Dana"),
    ]


def test_a_page_of_rows_goes_on_where_the_last_one_ended(company: Cast) -> None:
    every = question(None, "orders", measures=["count"])
    first = rows_behind(every, {}, after=0, limit=4)
    rest = rows_behind(every, {}, after=first["next"], limit=4)
    assert first["count"] == 7
    assert rest["next"] is None
    assert [*first["ids"], *rest["ids"]] == sorted(
        Order.objects.exclude(state="cancelled").values_list("pk", flat=True)
    )


def test_what_does_not_exist_is_told_with_what_looks_like_it(company: Cast) -> None:
    for wish, code, near in (
        ({"fact": "order", "rows": ["state"]}, "unknown_fact", "orders"),
        ({"fact": "orders", "rows": ["customer.industri"]}, "unknown_field", "customer.industry"),
        ({"fact": "orders", "measures": ["avg:total"]}, "unknown_measure", "mean"),
        ({"fact": "orders", "measures": ["count"], "sort": "-counts"}, "unknown_sort", "count"),
    ):
        with pytest.raises(PivotError) as refused:
            asked(company.root, **wish)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.near) == (code, (near,))


@pytest.mark.django_db
def test_before_anything_was_computed_the_answer_says_so(tmp_path: Any, monkeypatch: Any) -> None:
    from dataclasses import replace  # noqa: PLC0415 - beside its use

    from django.conf import settings  # noqa: PLC0415

    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, home=tmp_path))
    with pytest.raises(PivotError) as refused:
        asked(None, "orders", measures=["count"])
    assert refused.value.code == "not_fed"
