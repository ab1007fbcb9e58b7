"""The refresh on real records, and what lists make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.conditions.context import Context
from guanxi.metrics.commands import refresh_metrics
from guanxi.metrics.engine.warehouse import WarehouseBusyError, only_writer
from guanxi.metrics.models import CustomerMetrics
from guanxi.metrics.queries import house_currency, last_refresh
from guanxi.metrics.services import refresh, set_house_currency
from guanxi.records.declaration import record_type
from guanxi.records.queries import list_page, parse_where
from guanxi.records.services import delete_record
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers(cast: Cast) -> dict[str, Any]:
    """Four customers: one who buys in two currencies, a Korean one, one with an amount only, one with nothing."""
    found = {
        "factory": cast.alice.adds("customer", name="東莞市塘廈五金製品廠", currency="CNY", amount="999999"),
        "hanbit": cast.alice.adds("customer", name="한빛상사", currency="KRW"),
        "listed": cast.alice.adds("customer", name="深圳市华强电子有限公司", amount="1200.50"),
        "new": cast.charlie.adds("customer", name="Acme Ltd"),
    }
    orders = [
        ("factory", "2026-11-02", "1000.10", "CNY", "done"),
        ("factory", "2025-11-03", "500.05", "CNY", "open"),
        ("factory", "2025-11-02", "70", "CNY", "done"),
        ("factory", "2026-06-01", "8888", "USD", "done"),
        ("factory", "2026-10-01", "5000", "CNY", "cancelled"),
        ("factory", "2027-01-01", "4000", "CNY", "open"),
        ("hanbit", "2026-10-03", "1500000", "KRW", "done"),
    ]
    for name, day, total, currency, state in orders:
        values = {"ordered_on": day, "total": total, "currency": currency, "state": state}
        cast.alice.adds("order", customer=found[name].pk, **values)
    return found


def values(customer: Any) -> dict[str, Any]:
    return CustomerMetrics.objects.values().get(customer=customer)


def test_what_counts_and_what_does_not(customers: dict[str, Any]) -> None:
    done = refresh(actor=None, now=NOW)
    factory = values(customers["factory"])
    assert factory["value_12m"] == factory["contribution"] == Decimal("1500.15")
    assert factory["value_total"] == Decimal("1570.15")
    assert (factory["frequency"], factory["orders_12m"], factory["recency_days"]) == (4, 3, 0)
    assert factory["average_ticket"] == Decimal("523.38")
    assert (done.customers, done.other_currency_rows, done.other_currency_customers, done.future_rows) == (
        4,
        1,
        1,
        1,
    )


def test_money_without_decimals_and_money_without_currency(customers: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)
    assert values(customers["hanbit"])["value_total"] == Decimal(1_500_000)
    listed = values(customers["listed"])
    assert (listed["contribution"], listed["currency"], listed["value_12m"]) == (
        Decimal("1200.50"),
        "CNY",
        None,
    )
    new = values(customers["new"])
    assert (new["contribution"], new["frequency"], new["recency_score"]) == (None, 0, None)


def test_again_is_the_same_and_a_deleted_order_or_customer_counts_no_more(
    cast: Cast, customers: dict[str, Any]
) -> None:
    refresh(actor=cast.alice.actor, now=NOW)
    before = list(CustomerMetrics.objects.order_by("customer").values())
    refresh(actor=cast.alice.actor, now=NOW)
    assert list(CustomerMetrics.objects.order_by("customer").values()) == before
    order = customers["hanbit"].orders.get()
    delete = {"actor": cast.alice.actor, "version": None, "now": NOW}
    delete_record(known=record_type("order"), record_id=order.pk, **delete)
    delete_record(known=record_type("customer"), record_id=customers["listed"].pk, **delete)
    refresh(actor=cast.alice.actor, now=NOW)
    assert values(customers["hanbit"])["frequency"] == 0
    assert not CustomerMetrics.objects.filter(customer=customers["listed"]).exists()


def test_lists_filter_and_sort_by_metrics_within_what_is_seen(cast: Cast, customers: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)
    known = record_type("customer")
    context = Context(now=NOW, zone=UTC)

    def names(person: Any, where: str, order: str) -> list[str]:
        condition = parse_where(where, known)
        page = list_page(known, person.actor, context=context, where=condition, order=order)
        return [row.name for row in page.rows]

    assert names(cast.bob, "contribution > 1200.49", "-contribution") == [
        "한빛상사", "東莞市塘廈五金製品廠", "深圳市华强电子有限公司"
    ]  # fmt: skip
    assert names(cast.bob, "value_12m is empty", "name") == ["深圳市华强电子有限公司"]
    assert names(cast.charlie, "frequency = 0", "name") == ["Acme Ltd"]
    assert names(cast.root, "last_order >= 2026-10-03", "recency_days") == [
        "東莞市塘廈五金製品廠",
        "한빛상사",
    ]


def test_who_only_looks_does_not_refresh(cast: Cast) -> None:
    with pytest.raises(ForbiddenError):
        refresh(actor=cast.viola.actor, now=NOW)


def test_one_writer_at_a_time(db: None) -> None:
    with only_writer(settings.ENVIRONMENT.warehouse), pytest.raises(WarehouseBusyError):
        refresh(actor=None, now=NOW)


def test_house_currency_is_set_by_an_administrator_else_guessed(cast: Cast) -> None:
    assert house_currency() == "CNY"
    cast.alice.adds("customer", name="한빛상사", currency="KRW")
    assert house_currency() == "KRW"
    with pytest.raises(ForbiddenError):
        set_house_currency(actor=cast.dana.actor, currency="USD")
    with pytest.raises(InvalidError):
        set_house_currency(actor=cast.root.actor, currency="dollars")
    set_house_currency(actor=cast.root.actor, currency="usd")
    assert house_currency() == "USD"


def test_an_empty_house_refreshes_too(db: None) -> None:
    assert refresh(actor=None, now=datetime(2026, 1, 1, tzinfo=UTC)).customers == 0


def test_command_prints_one_json_document(customers: dict[str, Any]) -> None:
    result = CliRunner().invoke(refresh_metrics, ["--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["customers"] == 4
    refreshed = last_refresh()
    assert refreshed is not None
    assert refreshed.customers == 4


def test_command_tells_of_a_wrong_engine_in_one_line(db: None) -> None:
    result = CliRunner().invoke(refresh_metrics, ["--engine", "abacus"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no engine 'abacus'; use duckdb" in result.stderr


def test_command_tells_what_it_left_out(customers: dict[str, Any]) -> None:
    result = CliRunner().invoke(refresh_metrics, [])
    assert "4 customers" in result.stdout
    assert "1 orders of 1 customers are in another currency" in result.stderr


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL gathers its statistics itself")
def test_a_refresh_of_everybody_tells_the_planner_how_tables_are_filled(cast: Cast) -> None:
    cast.alice.adds("customer", name="深圳华强")
    refresh(actor=None, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'customers_customer'")
        assert cursor.fetchone()[0] > 0
