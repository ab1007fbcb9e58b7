"""Rows that fit several customers, and keys that are not unique: a person is asked, and nothing is lost."""

from __future__ import annotations

import pytest

from guanxi.access.errors import InvalidError
from guanxi.customers.models import Customer
from guanxi.imports.models import Decision, Outcome, ReviewItem, SourceRow
from guanxi.imports.services import decide_review, rejected_file, running
from tests.cast import NOW, Cast
from tests.imports.bringing import bring

pytestmark = pytest.mark.django_db


def decide(cast: Cast, decision: Decision, customer: int | None = None) -> SourceRow:
    review = ReviewItem.objects.get(decision="")
    done = decide_review(
        actor=cast.alice.actor, review_id=review.pk, decision=decision, customer_id=customer, now=NOW
    )
    return done.row


def two_with_one_phone(cast: Cast) -> tuple[Customer, Customer]:
    """Two customers whom nobody has told apart yet, and a row that fits both."""
    first = cast.alice.adds("customer", name="华强电子", phone="13800138000")
    second = cast.alice.adds("customer", name="华强电子", phone="13800138000")
    job = bring(cast.alice, "客户名称,电话,备注\n华强电子,13800138000,要货\n")
    assert job.result is not None
    assert (job.result["needs_review"], job.result["merged"], job.result["added"]) == (1, 0, 0)
    return first, second


def notes() -> dict[int, str]:
    return dict(Customer.objects.alive().values_list("pk", "note"))


def test_a_row_that_fits_two_customers_shows_both_and_why(cast: Cast) -> None:
    first, second = two_with_one_phone(cast)
    assert ReviewItem.objects.get().reason == "several"
    page = cast.alice.browser.get("/imports/review/").content.decode()
    assert "Fits several customers" in page
    assert f'value="same:{first.pk}"' in page
    assert f'value="same:{second.pk}"' in page
    assert notes() == {first.pk: "", second.pk: ""}


def test_it_goes_to_the_one_that_is_named(cast: Cast) -> None:
    first, second = two_with_one_phone(cast)
    with pytest.raises(InvalidError):
        decide(cast, Decision.SAME)
    with pytest.raises(InvalidError):
        decide(cast, Decision.SAME, cast.alice.adds("customer", name="别人").pk)
    row = decide(cast, Decision.SAME, second.pk)
    assert (row.record_id, row.outcome) == (second.pk, Outcome.MERGED)
    assert (notes()[first.pk], notes()[second.pk]) == ("", "要货")


def test_it_becomes_a_customer_of_its_own(cast: Cast) -> None:
    first, second = two_with_one_phone(cast)
    row = decide(cast, Decision.SEPARATE)
    assert row.outcome == Outcome.ADDED
    assert notes() == {first.pk: "", second.pk: "", row.record_id: "要货"}


def test_left_out_it_comes_back_as_a_file(cast: Cast) -> None:
    first, second = two_with_one_phone(cast)
    row = decide(cast, Decision.SKIP)
    assert notes() == {first.pk: "", second.pk: ""}
    left = rejected_file(actor=cast.alice.actor, import_id=row.source_id).content.decode()
    assert left.splitlines()[1] == "华强电子,13800138000,要货,Left out by decision."


@pytest.mark.parametrize(
    ("key", "values", "column"),
    [
        ("external_id", {"external_id": "K-77812"}, "客户编号"),
        ("phone", {"phone": "13800138000"}, "电话"),
        ("email", {"email": "w@x.cn"}, "邮箱"),
        ("tax_number", {"tax_number": "91440300MA5EQXKG2H"}, "税号"),
        ("name", {}, "客户名称"),
    ],
)
def test_a_key_that_two_customers_have_decides_nothing_by_itself(
    cast: Cast, key: str, values: dict[str, str], column: str
) -> None:
    first = cast.alice.adds("customer", name="华强电子", **values)
    second = cast.alice.adds("customer", name="华强电子" if key == "name" else "百利五金", **values)
    said = next(iter(values.values()), "华强电子")
    columns = {"客户名称": "华强电子", column: said, "备注": "要货"}
    job = bring(cast.alice, ",".join(columns) + "\n" + ",".join(columns.values()) + "\n", key=key)
    assert job.result is not None
    assert (job.result["needs_review"], job.result["updated"]) == (1, 0)
    review = ReviewItem.objects.get()
    assert (review.reason, review.candidates) == ("several", [first.pk, second.pk])
    assert set(notes().values()) == {""}


@pytest.mark.parametrize("in_one_batch", [True, False])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_key_the_list_gives_to_two_names_updates_once_and_asks(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, *, in_one_batch: bool, is_there: bool
) -> None:
    if not in_one_batch:
        monkeypatch.setattr(running, "BATCH_ROWS", 1)
    if is_there:
        cast.alice.adds("customer", name="旧名字", external_id="K-77812")
    content = "客户名称,客户编号,备注\n华强电子,K-77812,一\n百利五金,K-77812,二\n"
    job = bring(cast.alice, content, key="external_id")
    assert job.result is not None
    assert (job.result["updated"], job.result["added"]) == ((1, 0) if is_there else (0, 1))
    assert job.result["needs_review"] == 1
    review = ReviewItem.objects.get()
    customer = Customer.objects.get()
    assert (review.reason, review.candidates, review.row.raw[0]) == (
        "key_repeated",
        [customer.pk],
        "百利五金",
    )
    assert (customer.name, customer.note) == ("华强电子", "一")
    decide(cast, Decision.SAME)
    customer.refresh_from_db()
    assert (customer.name, customer.note) == ("百利五金", "二")


def test_rows_of_one_key_and_one_name_are_one_customer(cast: Cast) -> None:
    content = "客户名称,客户编号,联系人\n华强电子,K-77812,王芳\n华强电子,K-77812,李娜\n,K-77812,张强\n"
    job = bring(cast.alice, content, key="external_id", on_fault="blank")
    assert job.result is not None
    assert (job.result["added"], job.result["merged"], job.result["needs_review"]) == (1, 1, 0)
    assert list(Customer.objects.get().contacts.order_by("pk").values_list("name", flat=True)) == [
        "王芳",
        "李娜",
    ]


def test_rows_that_fit_each_other_and_two_customers_wait_each(cast: Cast) -> None:
    cast.alice.adds("customer", name="甲厂", phone="13800138000")
    cast.alice.adds("customer", name="乙厂", phone="13800138000")
    job = bring(cast.alice, "客户名称,电话\n丙厂,13800138000\n丁厂,13800138000\n")
    assert job.result is not None
    assert job.result["needs_review"] == 2
    assert SourceRow.objects.filter(outcome="needs_review").count() == 2
    assert Customer.objects.count() == 2
