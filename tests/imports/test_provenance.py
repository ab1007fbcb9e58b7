"""Every row of a file is kept and shown: which one said what of a customer, and whether it still says so."""

from __future__ import annotations

import pytest
from django.utils import timezone

from guanxi.customers.models import Customer
from guanxi.customers.provenance import Origin, origins_of
from guanxi.imports.models import Import
from guanxi.imports.services import undo_import
from tests.cast import Cast
from tests.imports.bringing import bring
from tests.web.reading import body, text

pytestmark = pytest.mark.django_db

LIST = (
    "客户名称,电话,邮箱,等级,年采购额\n"
    "许昌鑫源商贸有限公司,138 0013 8000,sales@xinyuan.cn,A,12.50\n"
    "宏达电气有限公司,13700137000,,,\n"
)


def origins(cast: Cast, customer: Customer) -> list[Origin]:
    return origins_of(cast.alice.actor, [customer])[customer.pk]


def test_a_customer_knows_the_file_the_row_and_who_brought_it(cast: Cast) -> None:
    bring(cast.alice, LIST, name="客户名单.csv")
    customer = Customer.objects.get(name="许昌鑫源商贸有限公司")
    (origin,) = origins(cast, customer)
    assert (origin.source, origin.row, origin.by) == ("客户名单.csv", 2, "Alice")
    assert origin.address == f"/imports/{Import.objects.get().pk}/"
    assert {value.field: (value.text, value.stands) for value in origin.values} == {
        "name": ("许昌鑫源商贸有限公司", True),
        "phone": ("138 0013 8000", True),
        "email": ("sales@xinyuan.cn", True),
        "grade": ("A", True),
        "amount": ("12.50", True),
    }


def test_what_was_edited_since_is_told_as_former(cast: Cast) -> None:
    bring(cast.alice, LIST)
    customer = Customer.objects.get(name="许昌鑫源商贸有限公司")
    browser = cast.alice.browser
    answer = browser.post(
        f"/customers/{customer.pk}/cell/phone/", {"value": "13999999999"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200
    (origin,) = origins(cast, Customer.objects.get(pk=customer.pk))
    assert [value.field for value in origin.values if not value.stands] == ["phone"]


def test_each_file_that_met_it_is_told_the_newest_first(cast: Cast, now: timezone.datetime) -> None:
    bring(cast.alice, LIST, name="one.csv", now=now)
    bring(cast.alice, LIST.replace("sales@", "office@"), name="two.csv", now=now + timezone.timedelta(days=1))
    customer = Customer.objects.get(name="许昌鑫源商贸有限公司")
    assert [origin.source for origin in origins(cast, customer)] == ["two.csv", "one.csv"]


def test_an_import_that_was_undone_is_no_source(cast: Cast, now: timezone.datetime) -> None:
    there = cast.alice.adds("customer", name="许昌鑫源商贸有限公司", phone="13800138000")
    bring(cast.alice, LIST)
    assert origins(cast, there)
    undo_import(actor=cast.alice.actor, import_id=Import.objects.get().pk, now=now)
    assert origins(cast, there) == []


def test_the_page_shows_a_mark_at_the_field_and_the_rows(cast: Cast) -> None:
    bring(cast.alice, LIST, name="客户名单.csv")
    customer = Customer.objects.get(name="许昌鑫源商贸有限公司")
    mine = cast.alice.browser.get(f"/customers/{customer.pk}/")
    assert body(mine).count("origin-mark") == 5
    assert "客户名单.csv" in text(body(mine))
    assert "“138 0013 8000”" in text(body(mine))


def test_a_teammate_sees_the_source_but_the_phone_only_masked(cast: Cast) -> None:
    bring(cast.alice, LIST, name="客户名单.csv", team=next(iter(cast.alice.actor.teams)))
    customer = Customer.objects.get(name="许昌鑫源商贸有限公司")
    theirs = cast.bob.browser.get(f"/customers/{customer.pk}/")
    assert theirs.status_code == 200
    assert "客户名单.csv" in text(body(theirs))
    for secret in ("138 0013 8000", "13800138000", "sales@xinyuan.cn", "/imports/"):
        assert secret not in body(theirs).replace('href="/imports/', "")
    assert cast.charlie.browser.get(f"/customers/{customer.pk}/").status_code == 404


def test_it_costs_one_query_however_many_customers(cast: Cast, django_assert_num_queries: object) -> None:
    bring(cast.alice, LIST)
    customers, alice = list(Customer.objects.all()), cast.alice.actor
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert all(origins_of(alice, customers).values())
