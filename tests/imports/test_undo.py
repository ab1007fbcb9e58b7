"""An import taken back as a whole: added, updated and merged rows, with what people did since kept and listed."""

from __future__ import annotations

from typing import Any

import pytest

from guanxi.access.errors import ConflictError
from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.services import merge_customers
from guanxi.imports.models import Decision, Import, ReviewItem
from guanxi.imports.services import decide_review, undo_import
from guanxi.places.models import Place
from guanxi.records.declaration import record_type
from guanxi.records.services import undo_changeset, update_record
from guanxi.sales.models import Order
from tests.cast import NOW, Cast
from tests.imports.bringing import bring
from tests.records.custom import define

pytestmark = pytest.mark.django_db

BOOK = """客户名称,客户编号,电话,联系人,地址,等级,订单日期,订单金额,Seats,备注
老客户甲,K-10001,13800138001,王芳,深圳市福田区振华路1号,A,2026-01-05,100.00,10,新备注
老客户乙,K-10002,13800138002,李娜,深圳市福田区振华路2号,B,2026-01-06,200.00,20,新备注
新客户丙,K-10003,13800138003,张强,深圳市福田区振华路3号,C,2026-01-07,300.00,30,新备注
新客户丙,K-10003,13800138003,赵敏,深圳市福田区振华路3号,C,2026-01-08,350.00,30,新备注
新客户丁,K-10004,13800138004,陈静,深圳市福田区振华路4号,D,2026-01-09,400.00,40,新备注
没说准的,,13800138009,周杰,,,,,,待定
"""
MODELS = (Customer, Contact, Place, Order)


def stock() -> dict[str, list[dict[str, Any]]]:
    """All that lives, but for how often and when it was written."""
    left_out = {"version", "updated_at"}
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in left_out}
            for row in model.objects.alive().order_by("pk").values()
        ]
        for model in MODELS
    }


def brought_in(cast: Cast) -> Import:
    """A home with three customers, and a list that adds two, updates one, fills one and is unsure of one."""
    define(cast, "Seats", "integer")
    cast.alice.adds(
        "customer", name="老客户甲", external_id="K-10001", phone="13800138001", grade="Z", seats=7
    )
    filled = cast.alice.adds("customer", name="老客户乙", external_id="K-10002", note="旧备注")
    cast.alice.adds("contact", customer=filled.pk, name="旧联系人")
    cast.alice.adds("customer", name="像谁的", phone="13800138009")
    return filled


def bring_book(cast: Cast) -> Import:
    job = bring(cast.alice, BOOK, update=True)
    assert job.result is not None
    assert {name: job.result[name] for name in ("added", "updated", "merged", "needs_review")} == {
        "added": 2, "updated": 2, "merged": 1, "needs_review": 1,
    }  # fmt: skip
    decide_review(
        actor=cast.alice.actor,
        review_id=ReviewItem.objects.get().pk,
        decision=Decision.SAME,
        now=NOW,
    )
    return Import.objects.get()


def edit(cast: Cast, customer: Customer, **values: object) -> None:
    update_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=customer.pk,
        values=values,
        version=None,
        now=NOW,
    )


def test_with_nothing_done_since_all_is_as_it_was(cast: Cast) -> None:
    brought_in(cast)
    before = stock()
    source = bring_book(cast)
    assert Customer.objects.get(name="老客户甲").custom == {"seats": 10}
    undone = undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    assert undone.kept == {}
    assert stock() == before


def test_what_was_edited_since_stays_and_is_listed(cast: Cast) -> None:
    brought_in(cast)
    before = stock()
    source = bring_book(cast)
    first, second = Customer.objects.get(name="老客户甲"), Customer.objects.get(name="老客户乙")
    new, gone = Customer.objects.get(name="新客户丙"), Customer.objects.get(name="新客户丁")
    edit(cast, first, note="后来改的")
    edit(cast, second, industry="五金")
    edit(cast, new, note="后来改的")
    undone = undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    assert sorted(undone.kept["customer"]) == [first.pk, new.pk]
    first.refresh_from_db()
    assert (first.note, first.grade) == ("后来改的", "A")
    second.refresh_from_db()
    assert (second.note, second.grade, second.industry) == ("旧备注", "", "五金")
    assert not Customer.objects.alive().filter(pk=gone.pk).exists()
    assert Customer.objects.alive().get(pk=new.pk).note == "后来改的"
    left = stock()
    assert [row["name"] for row in left["Contact"]] == [row["name"] for row in before["Contact"]]
    assert left["Order"] == left["Place"] == []
    page = cast.alice.browser.get(f"/imports/{source.pk}/").content.decode()
    for customer in (first, new):
        assert f'href="/customers/{customer.pk}/"' in page
    assert f'href="/customers/{second.pk}/"' not in page


def test_a_merge_since_is_taken_back_before_the_import(cast: Cast) -> None:
    brought_in(cast)
    before = stock()
    source = bring_book(cast)
    first, new = Customer.objects.get(name="老客户甲"), Customer.objects.get(name="新客户丙")
    merged = merge_customers(actor=cast.alice.actor, into=first.pk, others=[new.pk], now=NOW)
    with pytest.raises(ConflictError):
        undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    answer = cast.alice.browser.post(f"/imports/{source.pk}/undo/", follow=True)
    assert "merge" in answer.content.decode()
    undo_changeset(actor=cast.alice.actor, changeset_id=merged.changeset.pk, now=NOW)
    undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    assert stock() == before


def test_the_whole_story(cast: Cast) -> None:
    """Add, update, merge into an old customer, edit: each undone in turn, and what was edited stays."""
    brought_in(cast)
    source = bring_book(cast)
    first, new = Customer.objects.get(name="老客户甲"), Customer.objects.get(name="新客户丁")
    merged = merge_customers(actor=cast.alice.actor, into=first.pk, others=[new.pk], now=NOW)
    edit(cast, first, note="合并之后改的")
    undo_changeset(actor=cast.alice.actor, changeset_id=merged.changeset.pk, now=NOW)
    undone = undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    first.refresh_from_db()
    assert first.note == "合并之后改的"
    assert undone.kept["customer"] == [first.pk]
    assert Customer.objects.alive().filter(name__startswith="新客户").count() == 0
