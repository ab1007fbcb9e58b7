"""The lines of an order on its record page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from guanxi.access.middleware import ActorRequest
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.pages.sections import Section, Slot, register_section
from guanxi.records.presentation import shown_money, shown_number
from guanxi.sales.queries import lines_visible_to


def lines_of(request: ActorRequest, _known: RecordType, row: Any) -> Mapping[str, object] | None:
    """Return the lines of an order as they are read; nothing for an order without lines."""
    product = record_type("product")
    lines = [
        {
            "product": line.product,
            "address": reverse("records:record", args=[product, line.product_id]),
            "quantity": shown_number(line.quantity),
            "unit_price": shown_money(line.unit_price, row.currency),
            "amount": shown_money(line.amount, row.currency),
        }
        for line in lines_visible_to(request.actor, row.pk)
    ]
    return {"lines": lines, "total": shown_money(row.total, row.currency)} if lines else None


register_section("order", Section(template="sales/lines.html", slot=Slot.MAIN, context=lines_of))

urlpatterns: list[Any] = []
