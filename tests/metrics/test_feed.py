"""Facts as they leave the records, and the law: what is fed step by step is what a full rebuild gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from guanxi.access.models import ChangeSet
from guanxi.customers.models import Contact, Customer
from guanxi.metrics.engine import feed as feeding
from guanxi.metrics.engine.compaction import compact
from guanxi.metrics.engine.warehouse import only_writer
from guanxi.metrics.facts import fact_named
from guanxi.metrics.services import refresh
from guanxi.records.declaration import record_type
from guanxi.records.services import delete_record, undo_changeset, update_record
from guanxi.records.services.selected import change_selected, delete_selected
from guanxi.sales.models import Order, Product
from guanxi.sales.services import create_order, update_order
from guanxi.tiers.services import run_scheme
from tests.cast import NOW, Cast, make_cast
from tests.metrics.feeding import contents, fed, rows_of

pytestmark = pytest.mark.django_db
EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 12  # an example feeds some ten times


def test_a_fact_has_what_the_record_type_declares_and_nothing_sensitive(cast: Cast, tmp_path: Path) -> None:
    factory = cast.alice.adds(
        "customer", name="東莞市塘廈五金製品廠", phone="13800000001", amount="12.5", note="x"
    )
    fed(tmp_path)
    (row,) = rows_of(tmp_path, "customers")
    assert row["customer_id"] == factory.pk
    assert (row["name"], row["amount"], row["currency"]) == ("東莞市塘廈五金製品廠", 1250, "CNY")
    assert (row["owner_id"], row["created_at"], row["day"]) == (cast.alice.user.pk, NOW, NOW.date())
    assert not {"phone", "email", "tax_number", "birthday", "note"} & set(row)
    assert str(fact_named("customers").label_of("industry")) == "industry"


def test_each_kind_of_column_keeps_its_value(cast: Cast, tmp_path: Path) -> None:
    customer = cast.alice.adds("customer", name="한빛상사")
    product = cast.root.adds("product", name="螺丝", code="LS-1", line="五金", price="0.10", currency="CNY")
    create_order(
        actor=cast.alice.actor,
        values={"customer": customer.pk, "ordered_on": "2026-11-01", "currency": "KRW"},
        rows=[{"product": product.pk, "quantity": "2.125", "unit_price": "1000"}],
        now=NOW,
    )
    when = datetime(2026, 10, 31, 23, 30, 0, 250_000, tzinfo=UTC)
    cast.alice.adds("interaction", customer=customer.pk, summary="통화", happened_at=when, kind="call")
    cast.alice.adds("contact", customer=customer.pk, name="김", is_key_person=True)
    cast.alice.adds("place", customer=customer.pk, address="서울", latitude=37.123456789, longitude=127.0)
    fed(tmp_path)
    (line,) = rows_of(tmp_path, "order_lines")
    assert (line["quantity"], line["amount"], line["currency"]) == (Decimal("2.125"), 2125, "KRW")
    assert (line["product_id"], line["product_name"], line["product_code"], line["product_line"]) == (
        product.pk, "螺丝", "LS-1", "五金"
    )  # fmt: skip
    assert (line["customer_id"], line["ordered_on"]) == (customer.pk, date(2026, 11, 1))
    (touch,) = rows_of(tmp_path, "interactions")
    assert (touch["happened_at"], touch["day"]) == (when, date(2026, 10, 31))
    assert rows_of(tmp_path, "contacts")[0]["is_key_person"] is True
    assert rows_of(tmp_path, "places")[0]["latitude"] == 37.123456789
    assert rows_of(tmp_path, "products")[0]["price"] == 10


@dataclass
class House:
    """A company whose people do drawn things to its records."""

    cast: Cast
    draw: Callable[[Any], Any]
    products: list[int] = field(default_factory=list)

    def open(self) -> None:
        for name in ("螺丝", "drill"):
            self.products.append(self.cast.root.adds("product", name=name, line="五金").pk)
        for name in ("東莞市塘廈五金製品廠", "한빛상사", "Acme"):
            self.cast.alice.adds("customer", name=name, amount="100")
        for customer in Customer.objects.all():
            self.order(customer.pk)

    def order(self, customer: int) -> None:
        line = {"product": self.one_of(self.products), "quantity": "1.5", "unit_price": "3.33"}
        create_order(
            actor=self.cast.alice.actor,
            values={
                "customer": customer,
                "ordered_on": "2026-10-01",
                "currency": self.one_of(["CNY", "KRW"]),
                "total": 7,
            },
            rows=[line] * self.draw(st.integers(0, 2)),
            now=NOW,
        )

    def one_of(self, found: list[Any]) -> Any:
        return self.draw(st.sampled_from(found))

    def some_id(self, model: Any) -> int:
        ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
        if not ids:
            raise NotFoundError
        return int(self.one_of(ids))

    def change(self, name: str, **values: object) -> None:
        model = record_type(name).model
        update_record(
            actor=self.cast.alice.actor, known=record_type(name), record_id=self.some_id(model),
            values=values, version=None, now=NOW,
        )  # fmt: skip

    def acts(self) -> None:
        alice = self.cast.alice
        act = self.one_of(
            [
                lambda: alice.adds("customer", name="new", currency="USD", amount="5"),
                lambda: self.order(self.some_id(Customer)),
                lambda: alice.adds("contact", customer=self.some_id(Customer), name="Kim"),
                lambda: alice.adds("interaction", customer=self.some_id(Customer), summary="called"),
                lambda: self.change("customer", amount=str(self.draw(st.integers(1, 9)))),
                lambda: self.change("order", customer=self.some_id(Customer)),
                lambda: self.change("order", state=self.one_of(["cancelled", "open"])),
                lambda: self.change("order", ordered_on="2026-09-0" + str(self.draw(st.integers(1, 9)))),
                lambda: self.change("contact", customer=self.some_id(Customer)),
                self.change_lines,
                self.rename_product,
                lambda: self.remove("customer"),
                lambda: self.remove("order"),
                lambda: self.remove("contact"),
                self.change_many,
                self.remove_many,
                self.undo,
                self.undo,
                self.rate,
            ]
        )
        try:
            with transaction.atomic():
                act()
        except (ConflictError, ForbiddenError, InvalidError, NotFoundError):
            pass  # nothing happened: as good a draw as any

    def change_lines(self) -> None:
        rows = [{"product": self.one_of(self.products), "quantity": "2", "unit_price": "1"}]
        update_order(
            actor=self.cast.alice.actor, record_id=self.some_id(Order), values={}, rows=rows, version=None, now=NOW
        )  # fmt: skip

    def rename_product(self) -> None:
        update_record(
            actor=self.cast.root.actor, known=record_type("product"), record_id=self.some_id(Product),
            values={"line": self.one_of(["tools", "五金"])}, version=None, now=NOW,
        )  # fmt: skip

    def remove(self, name: str) -> None:
        known = record_type(name)
        delete_record(
            actor=self.cast.root.actor,
            known=known,
            record_id=self.some_id(known.model),
            version=None,
            now=NOW,
        )

    def change_many(self) -> None:
        ids = list(Customer.objects.values_list("pk", flat=True))
        values = {"grade": self.one_of(["A", "B"])}
        change_selected(
            actor=self.cast.root.actor, known=record_type("customer"), ids=ids, values=values, now=NOW
        )

    def remove_many(self) -> None:
        ids = [self.some_id(Contact), self.some_id(Contact)]
        delete_selected(actor=self.cast.root.actor, known=record_type("contact"), ids=ids, now=NOW)

    def undo(self) -> None:
        undo_changeset(actor=self.cast.root.actor, changeset_id=self.some_id(ChangeSet), now=NOW)

    def rate(self) -> None:
        refresh(actor=None, now=NOW)
        run_scheme(actor=None, scheme=self.one_of(["abcd", "rfm"]), apply=True, now=NOW)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Leave the database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@given(st.data())
@settings(max_examples=EXAMPLES)
def test_what_is_fed_step_by_step_is_what_a_full_rebuild_gives(data: st.DataObject) -> None:
    with rolled_back(), TemporaryDirectory() as one, TemporaryDirectory() as other:
        house = House(make_cast(), data.draw)
        house.open()
        root = Path(one)
        fed(root)
        feeding.FEW = data.draw(st.sampled_from([1, 4, 1_000]), "customers at once")
        for _ in range(data.draw(st.integers(1, 4), "steps")):
            for _ in range(data.draw(st.integers(0, 5), "acts")):
                house.acts()
            fed(root)
            with only_writer(root):
                compact(root=root, now=NOW, most_deltas=2, few=data.draw(st.sampled_from([1, 1_000])))
        fed(Path(other), whole=True)
        assert contents(root) == contents(Path(other))
