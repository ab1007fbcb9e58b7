"""Orders and their lines: written, seen, undone together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError, StaleError
from guanxi.access.queries import changes_of
from guanxi.records.declaration import record_type
from guanxi.records.services import undo_changeset, update_record
from guanxi.records.values import row_values
from guanxi.sales.queries import lines_visible_to, plain_lines
from guanxi.sales.services import create_order, update_order
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(cast: Cast) -> dict[str, Any]:
    """A customer of Alice's and two products."""
    return {
        "customer": cast.alice.adds("customer", name="東莞市塘廈五金製品廠"),
        "bolt": cast.dana.adds("product", name="六角螺栓 M8", price="0.85", currency="CNY"),
        "drill": cast.dana.adds("product", name="전동 드릴", price="98000", currency="KRW"),
    }


def order(cast: Cast, shop: dict[str, Any], *rows: dict[str, object], currency: str = "CNY") -> Any:
    values = {"customer": shop["customer"].pk, "ordered_on": "2026-10-01", "currency": currency}
    return create_order(actor=cast.alice.actor, values=values, rows=rows, now=NOW).row


def test_total_is_the_sum_of_the_lines_and_prices_come_from_the_catalogue(
    cast: Cast, shop: dict[str, Any]
) -> None:
    bolts = {"product": shop["bolt"].pk, "quantity": "1000"}
    special = {"product": shop["bolt"].pk, "quantity": 10, "unit_price": "1.20", "amount": "10"}
    row = order(cast, shop, bolts, special)
    row.refresh_from_db()
    assert row.total == Decimal("860.00")
    assert [line["amount"] for line in plain_lines([row.pk])[row.pk]] == ["850.00", "10.00"]


def test_price_in_another_currency_is_never_taken(cast: Cast, shop: dict[str, Any]) -> None:
    with pytest.raises(InvalidError) as caught:
        order(cast, shop, {"product": shop["drill"].pk, "quantity": 1})
    assert list(caught.value.errors) == ["lines.0.unit_price"]


def test_every_fault_of_every_line_is_named(cast: Cast, shop: dict[str, Any]) -> None:
    rows = [
        {"product": "x", "quantity": "many"},
        {"product": shop["bolt"].pk, "quantity": 1},
        {"product": 10**9, "quantity": "1e20", "unit_price": "NaN", "colour": "red"},
    ]
    with pytest.raises(InvalidError) as caught:
        order(cast, shop, *rows)
    assert set(caught.value.errors) == {
        "lines.0.product", "lines.0.quantity",
        "lines.2.product", "lines.2.quantity", "lines.2.unit_price", "lines.2.colour",
    }  # fmt: skip


def test_amount_beyond_the_column_is_a_fault_not_a_crash(cast: Cast, shop: dict[str, Any]) -> None:
    huge = {"product": shop["bolt"].pk, "quantity": "99999999999", "unit_price": "9999999999999999"}
    with pytest.raises(InvalidError) as caught:
        order(cast, shop, huge)
    assert list(caught.value.errors) == ["lines.0.amount"]


def test_order_without_lines_keeps_the_total_it_is_given(cast: Cast, shop: dict[str, Any]) -> None:
    values = {"customer": shop["customer"].pk, "ordered_on": "2026-10-01", "currency": "CNY", "total": "77"}
    row = create_order(actor=cast.alice.actor, values=values, now=NOW).row
    assert (row.total, plain_lines([row.pk])) == (Decimal("77.00"), {})


def test_total_of_an_order_with_lines_cannot_be_set_by_hand(cast: Cast, shop: dict[str, Any]) -> None:
    row = order(cast, shop, {"product": shop["bolt"].pk, "quantity": 100})
    edit = {
        "actor": cast.alice.actor,
        "known": record_type("order"),
        "record_id": row.pk,
        "version": 1,
        "now": NOW,
    }
    with pytest.raises(InvalidError):
        update_record(values={"total": "1"}, **edit)
    assert update_record(values={"note": "加急"}, **edit).changeset is not None


def test_new_lines_make_one_change_set_that_undo_takes_back(cast: Cast, shop: dict[str, Any]) -> None:
    row = order(cast, shop, {"product": shop["bolt"].pk, "quantity": 100})
    before = plain_lines([row.pk])
    written = update_order(
        actor=cast.alice.actor,
        record_id=row.pk,
        values={"note": "改数量"},
        rows=[{"product": shop["bolt"].pk, "quantity": 300}],
        version=1,
        now=NOW,
    )
    assert (written.row.total, written.row.version) == (Decimal("255.00"), 2)
    (change,) = (found for found in changes_of("order", row.pk) if found.changeset == written.changeset)
    assert set(change.rows[str(row.pk)]) == {"total", "note", "lines"}
    assert written.changeset is not None
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=written.changeset.pk, now=NOW)
    row.refresh_from_db()
    assert undone.taken_back == {"order": 1}
    assert (row.total, row.note, plain_lines([row.pk])) == (Decimal("85.00"), "", before)


def test_lines_alone_are_a_version_too_and_the_same_lines_are_none(cast: Cast, shop: dict[str, Any]) -> None:
    row = order(cast, shop, {"product": shop["bolt"].pk, "quantity": 2, "unit_price": 3})
    edit = {"actor": cast.alice.actor, "record_id": row.pk, "values": {}, "now": NOW}
    swapped = [{"product": shop["bolt"].pk, "quantity": 3, "unit_price": 2}]
    written = update_order(rows=swapped, version=1, **edit)
    row.refresh_from_db()
    assert (row.version, row.total) == (2, Decimal("6.00"))
    assert update_order(rows=swapped, version=2, **edit).changeset is None
    assert written.changeset is not None
    undo_changeset(actor=cast.alice.actor, changeset_id=written.changeset.pk, now=NOW)
    assert plain_lines([row.pk])[row.pk][0]["quantity"] == "2.000"


def test_undo_keeps_an_order_whose_lines_were_changed_since(cast: Cast, shop: dict[str, Any]) -> None:
    row = order(cast, shop, {"product": shop["bolt"].pk, "quantity": 1})
    edit = {"actor": cast.alice.actor, "record_id": row.pk, "values": {}, "version": None, "now": NOW}
    first = update_order(rows=[{"product": shop["bolt"].pk, "quantity": 2}], **edit).changeset
    update_order(rows=[{"product": shop["bolt"].pk, "quantity": 3}], **edit)
    assert first is not None
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=first.pk, now=NOW)
    row.refresh_from_db()
    assert (undone.kept, row.total) == ({"order": [row.pk]}, Decimal("2.55"))


def test_rights_and_versions_are_those_of_the_order(cast: Cast, shop: dict[str, Any]) -> None:
    row = order(cast, shop, {"product": shop["bolt"].pk, "quantity": 1})
    edit = {"record_id": row.pk, "values": {}, "rows": [], "now": NOW}
    with pytest.raises(ForbiddenError):
        update_order(actor=cast.bob.actor, version=1, **edit)
    with pytest.raises(NotFoundError):
        update_order(actor=cast.charlie.actor, version=1, **edit)
    with pytest.raises(StaleError):
        update_order(actor=cast.dana.actor, version=7, **edit)
    seen = {name: len(lines_visible_to(person.actor, row.pk)) for name, person in cast.everyone().items()}
    assert seen == {"alice": 1, "bob": 1, "charlie": 0, "dana": 1, "viola": 1, "root": 1}


def test_a_line_takes_what_the_product_costs_and_keeps_it(cast: Cast, shop: dict[str, Any]) -> None:
    product = cast.dana.adds("product", name="扳手", price="12.50", cost="7.25", currency="CNY")
    sold = order(cast, shop, {"product": product.pk, "quantity": "3"})
    assert [line.cost for line in lines_visible_to(cast.alice.actor, sold.pk)] == [Decimal("21.75")]
    known = record_type("product")
    update_record(
        actor=cast.dana.actor, known=known, record_id=product.pk, values={"cost": "9"}, version=None, now=NOW
    )
    again = [{"product": product.pk, "quantity": "4"}]
    written = update_order(
        actor=cast.alice.actor, record_id=sold.pk, values={}, rows=again, version=None, now=NOW
    )
    assert [line.cost for line in lines_visible_to(cast.alice.actor, sold.pk)] == [Decimal("29.00")]
    assert written.changeset is not None
    undo_changeset(actor=cast.alice.actor, changeset_id=written.changeset.pk, now=NOW)
    assert [line.cost for line in lines_visible_to(cast.alice.actor, sold.pk)] == [Decimal("21.75")]


def test_what_things_cost_is_for_who_may_change_them(cast: Cast, shop: dict[str, Any]) -> None:
    product = cast.dana.adds("product", name="扳手", price="12.50", cost="7.25", currency="CNY")
    sold = order(cast, shop, {"product": product.pk, "quantity": "1"})
    known = record_type("product")
    assert row_values(product, known, cast.dana.actor)["cost"] == "7.25"
    assert row_values(product, known, cast.viola.actor)["cost"] == "***"
    assert "cost" not in plain_lines([sold.pk])[sold.pk][0]


def test_no_cost_is_taken_from_another_currency(cast: Cast, shop: dict[str, Any]) -> None:
    product = cast.dana.adds("product", name="扳手", price="12.50", cost="7.25", currency="USD")
    sold = order(cast, shop, {"product": product.pk, "quantity": "1", "unit_price": "80"})
    assert [line.cost for line in lines_visible_to(cast.alice.actor, sold.pk)] == [None]
