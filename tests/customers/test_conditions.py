"""What conditions on customers reach: contacts, orders, places and initials, and what nobody learns by asking."""

from __future__ import annotations

from datetime import UTC, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.initials import initials
from guanxi.customers.models import Customer
from guanxi.records.declaration import record_type
from guanxi.records.queries import matching, parse_where
from guanxi.records.services import delete_record, update_record
from guanxi.sales.models import Product
from guanxi.sales.services import create_order
from tests.cast import NOW, Cast, Person

TODAY = NOW.date()


def _found(person: Person, text: str) -> set[str]:
    known = record_type("customer")
    context = Context(now=NOW, zone=UTC)
    return set(
        matching(known, person.actor, parse_where(text, known), context).values_list("name", flat=True)
    )


def _order(cast: Cast, customer: Customer, product: Product, days_ago: int) -> Any:
    return create_order(
        actor=cast.alice.actor,
        values={
            "customer": customer.pk,
            "ordered_on": str(TODAY - timedelta(days=days_ago)),
            "currency": "CNY",
        },
        rows=[{"product": product.pk, "quantity": "1", "unit_price": "100"}],
        now=NOW,
    ).row


@pytest.mark.django_db
def test_a_masked_field_is_not_learned_by_asking_for_what_hangs_from_a_record(cast: Cast) -> None:
    huawei = cast.alice.adds("customer", name="华为科技")
    cast.alice.adds("contact", customer=huawei.pk, name="王芳", phone="13912345678")
    cast.alice.adds("customer", name="Other")
    for text in (
        'any contacts where phone starts with "139"',
        'contacts where phone contains "1234" count >= 1',
    ):
        assert _found(cast.alice, text) == {"华为科技"}
        assert _found(cast.viola, text) == set()
        assert _found(cast.charlie, text) == set()
    assert _found(cast.viola, 'none contacts where phone starts with "139"') == set()
    assert _found(cast.viola, 'any contacts where name = "王芳"') == {"华为科技"}
    assert _found(cast.charlie, 'any contacts where name = "王芳"') == set()


@pytest.mark.django_db
def test_orders_are_asked_by_the_name_or_code_of_a_product(cast: Cast) -> None:
    often, once = (cast.alice.adds("customer", name=name) for name in ("Often", "Once"))
    product = cast.root.adds("product", name="X", code="X-1")
    other = cast.root.adds("product", name="Y", code="Y-1")
    orders = [_order(cast, often, product, days) for days in (1, 300)]
    _order(cast, once, product, 400)
    _order(cast, once, other, 2)
    asked = 'orders where product = "X" count >= 2 in last 12 months'
    assert _found(cast.alice, asked) == {"Often"}
    assert _found(cast.alice, 'orders where product = "X-1" count >= 2') == {"Often"}
    assert _found(cast.alice, 'any orders where product != "X"') == {"Once"}
    assert _found(cast.alice, 'all orders where product_code = "X-1"') == {"Often"}
    assert _found(cast.alice, "none orders in last 12 months") == set()
    delete_record(
        actor=cast.alice.actor, known=record_type("order"), record_id=orders[0].pk, version=None, now=NOW
    )
    assert _found(cast.alice, asked) == set()


@pytest.mark.django_db
def test_places_are_asked_by_distance_and_by_area(cast: Cast) -> None:
    near, far = (cast.alice.adds("customer", name=name) for name in ("Near", "Far"))
    cast.alice.adds("place", customer=near.pk, address="浙江省杭州市西湖区文三路1号")
    cast.alice.adds("place", customer=far.pk, address="서울특별시 강남구 테헤란로 1")
    assert _found(cast.alice, "within 30 km of 30.27,120.13") == {"Near"}
    assert _found(cast.alice, "not within 30 km of 30.27,120.13") == {"Far"}
    for area in ("浙江省", "浙江", "33", "330000", "杭州市", "西湖区"):
        assert _found(cast.alice, f'in area "{area}"') == {"Near"}
    for area in ("서울특별시", "강남구", "KR11"):
        assert _found(cast.alice, f'in area "{area}"') == {"Far"}
    with pytest.raises(ConditionError) as raised:
        _found(cast.alice, 'in area "浙江州"')
    assert raised.value.code == "unknown_area"
    assert "浙江省" in (raised.value.parameters["suggestion"], *raised.value.expected)


@pytest.mark.django_db
def test_a_name_is_matched_by_its_initials_after_every_change(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华为科技")
    assert _found(cast.alice, 'name matches "hwkj"') == {"华为科技"}
    update_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=row.pk,
        values={"name": "삼성전자"},
        version=None,
        now=NOW,
    )
    assert _found(cast.alice, 'name matches "hwkj"') == set()
    assert _found(cast.alice, 'name matches "ㅅㅈㅈ"') == {"삼성전자"}
    assert {row.name_initials == initials(row.name) for row in Customer.objects.all()} == {True}


@pytest.mark.django_db
def test_names_from_before_get_their_initials(cast: Cast) -> None:
    names = ("华为科技", "Acme Trading", "重庆银行")
    for name in names:
        cast.alice.adds("customer", name=name)
    Customer.objects.update(name_initials="")
    migration = import_module("guanxi.customers.migrations.0002_initials_and_demand")
    migration.BATCH = 2
    migration.fill_initials(apps, connection.schema_editor())
    assert set(Customer.objects.values_list("name_initials", flat=True)) == {"hwkj", "at", "cqyh"}


@pytest.mark.django_db
def test_what_is_not_kept_yet_is_told_not_guessed(cast: Cast) -> None:
    where = {"where": "value_12m on 2000-01-01 > 5"}
    assert cast.alice.browser.get("/customers/", where).status_code == 422
    answer = cast.alice.browser.get("/api/v1/customers", where)
    assert answer.status_code == 422
    assert answer.json()["code"] == "condition"
