"""The lines of an order on its page."""

from __future__ import annotations

import pytest

from guanxi.sales.services import create_order
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_lines_stand_on_the_page_of_the_order_for_who_sees_it(cast: Cast) -> None:
    customer = cast.alice.adds("customer", name="한빛상사")
    drill = cast.dana.adds("product", name="<b>드릴</b>", price="98000", currency="KRW")
    values = {"customer": customer.pk, "ordered_on": "2026-10-01", "currency": "KRW"}
    rows = [{"product": drill.pk, "quantity": "2"}]
    order = create_order(actor=cast.alice.actor, values=values, rows=rows, now=NOW).row
    page = cast.viola.browser.get(f"/orders/{order.pk}/").content.decode()
    assert "&lt;b&gt;드릴&lt;/b&gt;" in page
    assert "196,000" in page
    assert cast.charlie.browser.get(f"/orders/{order.pk}/").status_code == 404


def test_an_order_without_lines_has_no_table_of_them(cast: Cast) -> None:
    customer = cast.alice.adds("customer", name="Acme")
    order = cast.alice.adds("order", customer=customer.pk, ordered_on="2026-10-01", total="5", currency="CNY")
    assert "Unit price" not in cast.alice.browser.get(f"/orders/{order.pk}/").content.decode()
