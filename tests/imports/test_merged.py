"""Lists that know customers from before they were merged: they find whom those became."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.customers.models import Customer
from guanxi.duplicates.queries import merged_under, survivors_of
from guanxi.duplicates.services import merge_customers
from guanxi.imports.models import Decision, Outcome, ReviewItem, SourceRow
from guanxi.imports.services import decide_review
from guanxi.records.services import undo_changeset
from tests.cast import NOW, Cast, Person
from tests.imports.bringing import bring

pytestmark = pytest.mark.django_db

HEADER = "客户名称,客户编号,电话,邮箱,税号,地址,备注\n"
SURVIVOR = {
    "name": "百利金属",
    "external_id": "K-77812",
    "phone": "13800138000",
    "email": "w@x.cn",
    "tax_number": "91440300MA5EQXKG2H",
}
FORMER = {
    "name": "东莞百利五金厂",
    "external_id": "H-10023",
    "phone": "13900139000",
    "email": "li@baili.cn",
    "tax_number": "91441900MA4W2B0C1X",
}


def merge(person: Person, into: Customer, *others: Customer) -> int:
    """Merge and return the number of the change set."""
    merged = merge_customers(actor=person.actor, into=into.pk, others=[other.pk for other in others], now=NOW)
    return merged.changeset.pk


def merged_pair(person: Person) -> tuple[Customer, Customer]:
    """A customer with keys of its own, and the one that became it."""
    survivor = person.adds("customer", **SURVIVOR)
    former = person.adds("customer", **FORMER)
    person.adds("place", customer=former.pk, address="东莞市长安镇振安路88号")
    merge(person, survivor, former)
    return survivor, former


@pytest.mark.parametrize(
    "row",
    [
        "东莞百利五金厂,H-10023,,,,,老客户",
        "东莞百利五金厂,,13900139000,,,,老客户",
        "东莞百利五金厂,,,li@baili.cn,,,老客户",
        "换了名字的厂,,,,91441900MA4W2B0C1X,,老客户",
        "东莞百利五金厂,,,,,东莞市长安镇振安路88号,老客户",
        "东莞百利五金厂,,13800138000,,,,老客户",
    ],
    ids=["number", "phone", "email", "tax", "name-and-place", "name-and-phone-of-the-other"],
)
def test_a_row_that_names_a_merged_customer_fills_whom_it_became(cast: Cast, row: str) -> None:
    survivor, _former = merged_pair(cast.alice)
    job = bring(cast.alice, HEADER + row + "\n")
    assert job.result is not None
    assert (job.result["added"], job.result["needs_review"], job.result["merged"]) == (0, 0, 1)
    assert list(Customer.objects.alive().values_list("pk", "note")) == [(survivor.pk, "老客户")]


def test_a_key_finds_the_survivor_of_who_had_it(cast: Cast) -> None:
    survivor, _former = merged_pair(cast.alice)
    job = bring(cast.alice, HEADER + "新名字,H-10023,,,,,改了\n", key="external_id")
    assert job.result is not None
    assert (job.result["added"], job.result["updated"]) == (0, 1)
    assert Customer.objects.alive().get().pk == survivor.pk


def test_a_chain_of_merges_leads_to_the_last(cast: Cast) -> None:
    last = cast.alice.adds("customer", name="最后的客户", external_id="Z-90001")
    survivor, former = merged_pair(cast.alice)
    merge(cast.alice, last, survivor)
    assert survivors_of([former.pk, survivor.pk, last.pk]) == {former.pk: last.pk, survivor.pk: last.pk}
    bring(cast.alice, HEADER + "东莞百利五金厂,H-10023,,,,,一\n百利金属,K-77812,,,,,二\n")
    assert list(Customer.objects.alive().values_list("pk", flat=True)) == [last.pk]


def test_after_the_merge_is_undone_the_row_finds_the_one_it_names(cast: Cast) -> None:
    survivor = cast.alice.adds("customer", name="百利金属", external_id="K-77812")
    former = cast.alice.adds("customer", **FORMER)
    changeset = merge(cast.alice, survivor, former)
    undo_changeset(actor=cast.alice.actor, changeset_id=changeset, now=NOW)
    bring(cast.alice, HEADER + "东莞百利五金厂,H-10023,,,,,老客户\n")
    notes = dict(Customer.objects.alive().values_list("pk", "note"))
    assert notes == {survivor.pk: "", former.pk: "老客户"}


def test_the_same_file_again_after_a_merge_doubles_nothing(cast: Cast) -> None:
    content = "客户名称,电话\n华强电子,13800138000\n百利五金,13900139000\n"
    bring(cast.alice, content)
    first, second = Customer.objects.alive().order_by("pk")
    merge(cast.alice, first, second)
    before = Customer.objects.filter(pk=first.pk).values().get()
    job = bring(cast.alice, content, name="again.csv")
    assert job.result is not None
    assert (job.result["added"], job.result["unchanged"]) == (0, 2)
    assert Customer.objects.alive().values().get() == before
    rows = SourceRow.objects.filter(source__name="again.csv").values_list("record_id", flat=True)
    assert set(rows) == {first.pk}


def test_the_same_file_again_finds_who_changed_before_the_merge(cast: Cast) -> None:
    content = "客户名称,电话\n华强电子,13800138000\n百利五金,13900139000\n"
    bring(cast.alice, content)
    first, second = Customer.objects.alive().order_by("pk")
    Customer.objects.filter(pk=second.pk).update(name="别的", name_key="别的", phone="", phone_key="")
    merge(cast.alice, first, second)
    bring(cast.alice, content, name="again.csv")
    assert Customer.objects.alive().get().pk == first.pk


def test_former_keys_of_customers_one_may_not_see_are_not_found_out(cast: Cast) -> None:
    hidden, _former = merged_pair(cast.charlie)
    bring(cast.alice, HEADER + "东莞百利五金厂,H-10023,13900139000,,,,老客户\n")
    assert Customer.objects.visible_to(cast.alice.actor).get().note == "老客户"
    hidden.refresh_from_db()
    assert hidden.note == ""


def test_a_masked_former_phone_cannot_be_found_out(cast: Cast) -> None:
    merged_pair(cast.bob)
    job = bring(cast.alice, "name,phone\nGuess,13900139000\n")
    assert job.result is not None
    assert (job.result["added"], job.result["needs_review"]) == (1, 0)


def test_a_doubtful_row_offers_whom_its_candidate_became(cast: Cast) -> None:
    survivor = cast.alice.adds("customer", name="百利金属", external_id="K-77812")
    former = cast.alice.adds("customer", name="东莞百利五金厂", phone="13900139000")
    bring(cast.alice, "客户名称,电话,备注\n另一个名字,13900139000,老客户\n")
    review = ReviewItem.objects.get()
    assert review.candidates == [former.pk]
    merge(cast.alice, survivor, former)
    assert f'value="same:{survivor.pk}"' in cast.alice.browser.get("/imports/review/").content.decode()
    done = decide_review(
        actor=cast.alice.actor, review_id=review.pk, decision=Decision.SAME, customer_id=former.pk, now=NOW
    )
    assert (done.row.record_id, done.row.outcome) == (survivor.pk, Outcome.MERGED)
    assert Customer.objects.alive().get().note == "老客户"


def test_candidates_that_became_one_need_not_be_named(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="百利")
    second = cast.alice.adds("customer", name="百利")
    bring(cast.alice, "客户名称,备注\n百利,老客户\n")
    review = ReviewItem.objects.get()
    assert review.candidates == [first.pk, second.pk]
    merge(cast.alice, first, second)
    done = decide_review(actor=cast.alice.actor, review_id=review.pk, decision=Decision.SAME, now=NOW)
    assert done.row.record_id == first.pk


def test_looking_for_the_merged_costs_one_query_where_nobody_was_and_a_few_for_any_number(cast: Cast) -> None:
    phones = [f"139001390{number:02}" for number in range(20)]
    keys = {"phone_key": {f"86{phone}" for phone in phones}, "name_key": {"没有"}}
    with CaptureQueriesContext(
        connection,
    ) as nobody:
        assert merged_under(keys) == []
    assert len(nobody) == 1
    survivor = cast.alice.adds("customer", name="百利金属")
    others = [cast.alice.adds("customer", name=phone, phone=phone) for phone in phones]
    merge(cast.alice, survivor, others[0])
    with CaptureQueriesContext(connection) as one:
        assert len(merged_under(keys)) == 1
    merge(cast.alice, survivor, *others[1:])
    with CaptureQueriesContext(connection) as many:
        assert {found for found, _values in merged_under(keys)} == {survivor.pk}
    assert len(one) == len(many)
