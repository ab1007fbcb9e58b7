"""Orders that come with the rows of a list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guanxi.customers.models import Customer
from guanxi.imports.calc.headers import Guess, guess_mapping
from guanxi.imports.calc.orders import with_first_order
from guanxi.imports.models import Import
from guanxi.imports.services import undo_import
from guanxi.sales.models import Order
from tests.cast import NOW, Cast
from tests.imports.bringing import bring

LIST = """客户名称,联系人,地址,订单号,下单日期,订单金额(万元)
深圳市华强电子有限公司,王经理,深圳市福田区华强北路1号,SO-1,2026-03-05,1.2
深圳市华强电子有限公司,王经理,深圳市福田区华强北路1号,SO-2,2026-04-01,3
东莞百利五金厂,李小姐,东莞市虎门镇,,2026-03-06,0.5
佛山恒通商贸,,,SO-3,,8
"""


def fields(header: list[str]) -> list[str | None]:
    return [guess.field for guess in with_first_order(header, guess_mapping(header, []))]


def test_a_list_with_day_and_amount_of_an_order_brings_orders() -> None:
    assert fields(["客户名称", "订单号", "下单日期", "订单金额"]) == [
        "name",
        "order_number",
        "order_date",
        "order_amount",
    ]
    assert fields(["거래처명", "주문일자", "주문금액"]) == ["name", "order_date", "order_amount"]
    assert fields(["Customer", "Order No.", "Order Date", "Order Total"]) == [
        "name",
        "order_number",
        "order_date",
        "order_amount",
    ]


def test_an_amount_or_a_date_alone_is_no_order() -> None:
    assert fields(["客户名称", "成交日期", "成交金额"]) == ["name", "date", "amount"]
    assert fields(["Customer", "Order Amount"]) == ["name", "amount"]
    assert with_first_order(["x"], [Guess(0, None, 0.0, "unknown")]) == [Guess(0, None, 0.0, "unknown")]


@pytest.mark.django_db
def test_customer_contact_place_and_orders_come_from_one_sheet(cast: Cast) -> None:
    job = bring(cast.alice, LIST)
    assert job.result is not None
    assert (job.result["added"], job.result["rejected"]) == (3, [])
    huaqiang = Customer.objects.get(name="深圳市华强电子有限公司")
    found = list(
        huaqiang.orders.order_by("ordered_on").values_list("number", "ordered_on", "total", "currency")
    )
    assert found == [
        ("SO-1", date(2026, 3, 5), Decimal("12000.00"), "CNY"),
        ("SO-2", date(2026, 4, 1), Decimal("30000.00"), "CNY"),
    ]
    assert huaqiang.contacts.count() == 1
    assert huaqiang.places.count() == 1
    assert huaqiang.amount is None, "an order is not what a year brings"
    assert not Order.objects.filter(customer__name="佛山恒通商贸").exists(), "an order needs its day"


@pytest.mark.django_db
def test_the_same_orders_again_are_there_once_and_new_ones_come(cast: Cast) -> None:
    bring(cast.alice, LIST)
    later = LIST + "东莞百利五金厂,李小姐,东莞市虎门镇,,2026-05-06,0.5\n"
    job = bring(cast.alice, later, name="april.csv")
    assert job.result is not None
    assert Order.objects.alive().count() == 4
    assert (job.result["added"], job.result["unchanged"]) == (0, 4)


@pytest.mark.django_db
def test_orders_go_with_their_import(cast: Cast) -> None:
    bring(cast.alice, LIST)
    source = Import.objects.get()
    undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    assert not Order.objects.alive().exists()
