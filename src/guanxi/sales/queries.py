"""Reads of orders and what they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from guanxi.access.calc import Actor
from guanxi.metrics.queries import hundredths
from guanxi.records.values import plain
from guanxi.sales.models import Order, OrderLine, OrderState

COLUMNS = ("product_id", "quantity", "unit_price", "amount")
CHUNK = 900


def plain_lines(order_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the lines of orders the caller may see, as plain values in the order they were written.

    Orders without lines are left out. One query for up to 900 orders.
    """
    ids = list(order_ids)
    found: dict[int, list[dict[str, Any]]] = {}
    for start in range(0, len(ids), CHUNK):
        rows = OrderLine.objects.filter(order_id__in=ids[start : start + CHUNK]).order_by("order_id", "id")
        for order_id, product, *numbers in rows.values_list("order_id", *COLUMNS):
            quantity, unit_price, amount = map(plain, numbers)
            line = {"product": product, "quantity": quantity, "unit_price": unit_price, "amount": amount}
            found.setdefault(order_id, []).append(line)
    return found


def lines_visible_to(actor: Actor, order_id: int) -> list[OrderLine]:
    """Return the lines of one order with their products, none when the actor may not see the order."""
    orders = Order.objects.visible_to(actor).filter(pk=order_id)
    return list(OrderLine.objects.filter(order__in=orders).select_related("product").order_by("id"))


def order_facts() -> QuerySet[Order, Any]:
    """Return the rows of the fact `orders`: every living order that was not cancelled, its total in hundredths."""
    orders: QuerySet[Order, Any] = Order.objects.alive().exclude(state=OrderState.CANCELLED).order_by("pk")
    return orders.values_list("pk", "customer_id", "ordered_on", "currency", hundredths("total"))
