"""A refresh after a few changes gives what a full one gives, and writes only what differs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from guanxi.metrics.engine.values import NOTE, VALUES
from guanxi.metrics.engine.warehouse import Writer, only_writer, read_manifest
from guanxi.metrics.models import CustomerMetrics, Feed
from guanxi.metrics.services import refresh
from guanxi.records.declaration import record_type
from guanxi.records.services import delete_record, update_record
from tests.cast import NOW, Cast
from tests.metrics.feeding import rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of the test's own."""
    monkeypatch.setattr(type(settings.ENVIRONMENT), "warehouse", property(lambda _self: tmp_path))
    return tmp_path


@pytest.fixture
def customers(cast: Cast, root: Path) -> Iterator[list[Any]]:
    """Twelve customers with an order each, computed."""
    found = [cast.alice.adds("customer", name=f"客户{number}") for number in range(12)]
    for number, customer in enumerate(found):
        order(cast, customer, 100 + number)
    assert refresh(actor=None, now=NOW).is_whole
    return found


def order(cast: Cast, customer: Any, total: int) -> Any:
    return cast.alice.adds(
        "order", customer=customer.pk, ordered_on="2026-10-01", currency="CNY", total=total
    )


def beside() -> list[dict[str, Any]]:
    return list(CustomerMetrics.objects.order_by("customer").values())


def recomputed(root: Path) -> list[dict[str, Any]]:
    """What stands beside the customers after everything was done anew."""
    for path in root.glob("*.*"):
        path.unlink()
    assert refresh(actor=None, now=NOW).is_whole
    return beside()


def test_only_who_changed_and_who_depends_on_them_is_written(
    cast: Cast, customers: list[Any], root: Path
) -> None:
    order(cast, customers[3], 5)
    done = refresh(actor=None, now=NOW)
    assert not done.is_whole
    assert done.written < 12
    assert done.customers == 12
    found = beside()
    kept = rows_of(root, VALUES)
    assert [row["frequency"] for row in kept] == [row["frequency"] for row in found]
    assert found == recomputed(root)


def test_scores_move_for_those_who_did_not_change(cast: Cast, customers: list[Any], root: Path) -> None:
    before = {row["customer_id"]: row["value_score"] for row in beside()}
    order(cast, customers[0], 10_000)
    refresh(actor=None, now=NOW)
    after = {row["customer_id"]: row["value_score"] for row in beside()}
    assert after[customers[0].pk] == 5
    assert {key for key in before if before[key] != after[key]} > {customers[0].pk}
    assert beside() == recomputed(root)


def test_nothing_changed_nothing_is_written(customers: list[Any], root: Path) -> None:
    before = rows_of(root, VALUES)
    done = refresh(actor=None, now=NOW)
    assert (done.is_whole, done.written, done.customers) == (False, 0, 12)
    assert rows_of(root, VALUES) == before


def test_who_is_deleted_and_who_comes_back(cast: Cast, customers: list[Any], root: Path) -> None:
    delete_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=customers[1].pk,
        version=None,
        now=NOW,
    )
    done = refresh(actor=None, now=NOW)
    assert (done.is_whole, done.customers) == (False, 11)
    assert not CustomerMetrics.objects.filter(customer=customers[1]).exists()
    assert beside() == recomputed(root)


def test_an_order_that_moves_counts_no_more_where_it_was(
    cast: Cast, customers: list[Any], root: Path
) -> None:
    moved = order(cast, customers[0], 77)
    refresh(actor=None, now=NOW)
    update_record(
        actor=cast.alice.actor, known=record_type("order"), record_id=moved.pk,
        values={"customer": customers[1].pk}, version=None, now=NOW,
    )  # fmt: skip
    assert not refresh(actor=None, now=NOW).is_whole
    frequencies = {row["customer_id"]: row["frequency"] for row in beside()}
    assert (frequencies[customers[0].pk], frequencies[customers[1].pk]) == (1, 2)
    assert beside() == recomputed(root)


def test_a_new_day_is_computed_for_everybody(customers: list[Any]) -> None:
    done = refresh(actor=None, now=NOW + timedelta(days=1))
    assert done.is_whole
    assert {row["recency_days"] for row in beside()} == {33}


def test_a_keeping_that_was_cut_short_is_done_again_for_everybody(
    cast: Cast, customers: list[Any], root: Path
) -> None:
    manifest = read_manifest(root)
    assert manifest is not None
    with only_writer(root):
        writer = Writer(root, NOW)
        writer.note(NOTE, {**manifest.notes[NOTE], "keeping": True})
        writer.swap()
    CustomerMetrics.objects.update(frequency=99)
    assert refresh(actor=None, now=NOW).written == 12
    assert {row["frequency"] for row in beside()} == {1}


def test_a_warehouse_of_another_database_is_fed_anew(cast: Cast, customers: list[Any], root: Path) -> None:
    Feed.objects.all().delete()
    customers[0].__class__.objects.filter(pk=customers[0].pk).update(name="no change set tells of this")
    refresh(actor=None, now=NOW)
    assert "no change set tells of this" in {row["name"] for row in rows_of(root, "customers")}
