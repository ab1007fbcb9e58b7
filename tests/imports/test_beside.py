"""Lists of contacts, interactions and orders: each row goes beside a customer who is there."""

from __future__ import annotations

from typing import Any

import pytest

from guanxi.access.errors import InvalidError
from guanxi.customers.models import Contact, Customer, Interaction
from guanxi.duplicates.services import merge_customers
from guanxi.imports.calc.headers import Guess
from guanxi.imports.calc.targets import as_target
from guanxi.imports.models import Decision, Import, ReviewItem, SourceRow
from guanxi.imports.pages.running import begin_check
from guanxi.imports.services import choose_type, decide_review, rejected_file, start_import, undo_import
from guanxi.jobs.models import Job
from guanxi.sales.models import Order
from tests.cast import NOW, Cast, Person
from tests.imports.bringing import carry_out, receive
from tests.records.custom import define

pytestmark = pytest.mark.django_db

CONTACTS = """客户编号,客户名称,姓名,职务,手机,邮箱,备注
K-10001,,王芳,采购经理,13800138001,fang@hq.cn,喜欢打球
,百利五金,李娜,老板,13800138002,,
12,,张强,,,,
K-99999,没有的客户,赵敏,,,,
,,陈静,,,,
,百利五金,,会计,,,
"""
INTERACTIONS = """客户名称,跟进日期,跟进方式,跟进内容
华强电子,2026-03-05,Call,"要报价单
下周再谈"
华强电子,2026-03-06 14:30,Visit,看了样品
华强电子,2026-03-06 14:30,Visit,看了样品
百利五金,,,只有内容
"""
ORDERS = """客户编号,单号,日期,金额
K-10001,PO-1,2026-01-05,1000.50
K-10001,PO-2,2026-02-05,20
K-10001,PO-2,2026-02-05,20
K-10001,PO-3,,20
"""


def stock(cast: Cast) -> tuple[Customer, Customer, Customer]:
    """Three customers of Alice."""
    return (
        cast.alice.adds("customer", name="华强电子", external_id="K-10001"),
        cast.alice.adds("customer", name="百利五金", external_id="K-10002"),
        cast.alice.adds("customer", name="短号客户", external_id="12"),
    )


def bring_as(person: Person, target: str, content: str, name: str = "list.csv") -> Job:
    source = receive(person, content, name=name)
    choose_type(actor=person.actor, import_id=source.pk, record_type=target)
    source.refresh_from_db()
    return carry_out(person, source)


def told(job: Job) -> dict[str, Any]:
    assert job.result is not None
    names = ("added", "updated", "merged", "unchanged", "rejected_count", "needs_review")
    return {name: job.result[name] for name in names if job.result[name]}


def test_contacts_go_to_their_customers_by_number_or_name(cast: Cast) -> None:
    first, second, third = stock(cast)
    before = list(Customer.objects.order_by("pk").values())
    job = bring_as(cast.alice, "contact", CONTACTS)
    assert told(job) == {"added": 3, "rejected_count": 3}
    people = list(
        Contact.objects.order_by("pk").values_list("customer_id", "name", "title", "phone", "email")
    )
    assert people == [
        (first.pk, "王芳", "采购经理", "13800138001", "fang@hq.cn"),
        (second.pk, "李娜", "老板", "13800138002", ""),
        (third.pk, "张强", "", "", ""),
    ]
    assert Contact.objects.get(name="王芳").phone_key == "8613800138001"
    assert Contact.objects.get(name="王芳").note == "喜欢打球"
    assert list(Customer.objects.order_by("pk").values()) == before
    faults = {row.number: row.faults[0]["code"] for row in SourceRow.objects.filter(outcome="rejected")}
    assert faults == {5: "customer_unknown", 6: "whose_missing", 7: "contact_name_missing"}
    left = rejected_file(actor=cast.alice.actor, import_id=Import.objects.get().pk).content.decode()
    assert len(left.splitlines()) == 4


def test_the_same_list_again_adds_nothing_and_undo_takes_it_back(cast: Cast) -> None:
    stock(cast)
    bring_as(cast.alice, "contact", CONTACTS)
    again = bring_as(cast.alice, "contact", CONTACTS, name="again.csv")
    assert told(again) == {"unchanged": 3, "rejected_count": 3}
    changed = bring_as(cast.alice, "contact", "客户编号,姓名,职务,手机\nK-10001,王芳,总监,\n12,张强,会计,1\n")
    assert told(changed) == {"unchanged": 1, "updated": 1}
    assert Contact.objects.get(name="王芳").title == "采购经理"
    assert Contact.objects.get(name="张强").title == "会计"
    for source in Import.objects.order_by("-pk"):
        undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    assert not Contact.objects.alive().exists()
    assert Customer.objects.alive().count() == 3


def test_a_name_of_two_customers_and_a_number_under_another_name_wait(cast: Cast) -> None:
    first, _second, _third = stock(cast)
    double = cast.alice.adds("customer", name="华强电子")
    job = bring_as(cast.alice, "contact", "客户编号,客户名称,姓名\n,华强电子,王芳\nK-10002,别的名字,李娜\n")
    assert told(job) == {"needs_review": 2}
    assert not Contact.objects.exists()
    several, renamed = ReviewItem.objects.order_by("pk")
    assert (several.reason, several.candidates) == ("several", [first.pk, double.pk])
    assert renamed.reason == "external_id_other_name"
    decide_review(
        actor=cast.alice.actor, review_id=several.pk, decision=Decision.SAME, customer_id=double.pk, now=NOW
    )
    decide_review(actor=cast.alice.actor, review_id=renamed.pk, decision=Decision.SAME, now=NOW)
    assert dict(Contact.objects.values_list("name", "customer__name")) == {
        "王芳": "华强电子",
        "李娜": "百利五金",
    }
    assert Contact.objects.get(name="王芳").customer_id == double.pk


def test_a_merged_customer_is_found_by_its_former_number(cast: Cast) -> None:
    first, second, _third = stock(cast)
    merge_customers(actor=cast.alice.actor, into=first.pk, others=[second.pk], now=NOW)
    job = bring_as(cast.alice, "contact", "客户编号,客户名称,姓名\nK-10002,百利五金,王芳\n")
    assert told(job) == {"added": 1}
    assert Contact.objects.get().customer_id == first.pk


def test_nothing_goes_beside_what_one_may_not_change_or_see(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强电子", external_id="K-10001")
    for person, code in ((cast.bob, "not_yours"), (cast.charlie, "customer_unknown")):
        job = bring_as(person, "contact", "客户编号,姓名\nK-10001,王芳\n")
        assert told(job) == {"rejected_count": 1}
        assert SourceRow.objects.get(source__job=job).faults[0]["code"] == code
    assert not Contact.objects.exists()


def test_the_end_leads_to_the_list_of_what_came_in(cast: Cast) -> None:
    stock(cast)
    bring_as(cast.alice, "contact", CONTACTS)
    page = cast.alice.browser.get(f"/imports/{Import.objects.get().pk}/").content.decode()
    assert 'href="/contacts/?order=-created_at"' in page
    assert cast.alice.browser.get("/contacts/?order=-created_at").status_code == 200
    assert "There is no such customer" in page


def test_interactions_have_day_kind_and_text(cast: Cast) -> None:
    first, second, _third = stock(cast)
    job = bring_as(cast.alice, "interaction", INTERACTIONS)
    assert told(job) == {"added": 3, "unchanged": 1}
    found = list(Interaction.objects.order_by("pk").values_list("customer_id", "kind", "summary", "note"))
    assert found == [
        (first.pk, "call", "要报价单", "要报价单\n下周再谈"),
        (first.pk, "visit", "看了样品", "看了样品"),
        (second.pk, "note", "只有内容", "只有内容"),
    ]
    visit = Interaction.objects.get(kind="visit").happened_at.astimezone(cast.alice.actor.zone)
    assert (visit.day, visit.hour, visit.minute) == (6, 14, 30)
    again = bring_as(cast.alice, "interaction", INTERACTIONS, name="again.csv")
    assert told(again) == {"unchanged": 4}
    undo_import(actor=cast.alice.actor, import_id=Import.objects.order_by("pk")[0].pk, now=NOW)
    assert not Interaction.objects.alive().exists()


def test_orders_have_number_day_and_amount(cast: Cast) -> None:
    first, _second, _third = stock(cast)
    define(cast, "Terms", "text", on="order")
    job = bring_as(
        cast.alice, "order", ORDERS.replace("金额", "金额,Terms").replace("1000.50", "1000.50,月结")
    )
    assert told(job)["rejected_count"] == 1
    found = list(Order.objects.order_by("pk").values_list("customer_id", "number", "total", "currency"))
    assert [(customer, number, str(total), currency) for customer, number, total, currency in found] == [
        (first.pk, "PO-1", "1000.50", "CNY"), (first.pk, "PO-2", "20.00", "CNY"),
    ]  # fmt: skip
    assert Order.objects.get(number="PO-1").custom == {"terms": "月结"}


def test_the_wizard_asks_what_the_rows_are(cast: Cast) -> None:
    stock(cast)
    source = receive(cast.alice, CONTACTS)
    browser = cast.alice.browser
    answer = browser.post(f"/imports/{source.pk}/columns/", {"type": "contact"})
    assert answer.status_code == 302
    page = browser.get(f"/imports/{source.pk}/columns/").content.decode()
    assert '<option value="contact" selected>' in page
    assert '<option value="contact.title" selected>' in page
    assert '<option value="latitude"' not in page
    form = {
        "type": "contact",
        **{f"column-{key}": field for key, field in Import.objects.get().mapping.items()},
    }
    assert browser.post(f"/imports/{source.pk}/columns/", form).status_code == 302
    assert Import.objects.get().checked["faulty"] == 2
    assert browser.get(f"/imports/{source.pk}/check/").status_code == 200


def test_columns_that_name_no_customer_or_nothing_beside_it_are_refused(cast: Cast) -> None:
    source = receive(cast.alice, "客户名称,电话\n华强电子,13800138000\n")
    choose_type(actor=cast.alice.actor, import_id=source.pk, record_type="orders")
    with pytest.raises(InvalidError):
        start_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    with pytest.raises(InvalidError):
        begin_check(cast.alice.actor, source.pk, now=NOW)


@pytest.mark.parametrize(
    ("target", "header", "meant"),
    [
        ("contact", {"客户名称": "name", "姓名": None, "手机": "phone", "电话": "phone", "行业": "industry"},
         ["name", "contact_name", "contact.phone", None, None]),
        ("interaction", {"客户": "name", "日期": "date", "类型": "kind", "备注": "note"},
         ["name", "interaction.happened_at", "interaction.kind", "interaction.note"]),
        ("order", {"客户编号": "external_id", "订单日期": "date", "日期": "date", "金额": "amount"},
         ["external_id", "order_date", None, "order_amount"]),
        ("customer", {"客户": "name", "日期": "date"}, ["name", "date"]),
    ],
)  # fmt: skip
def test_columns_mean_what_such_a_list_has(
    target: str, header: dict[str, str | None], meant: list[str | None]
) -> None:
    guesses = [Guess(column, field, 0.9, "header") for column, field in enumerate(header.values())]
    assert [guess.field for guess in as_target(target, list(header), guesses)] == meant
