"""Reads of orders and what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from guanxi.access.calc import Actor
from guanxi.records.values import plain
from guanxi.sales.models import Order, OrderLine, OrderState

COLUMNS = ("product_id", "quantity", "unit_price", "amount", "cost")
CHUNK = 900


def plain_lines(order_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the lines of orders the caller may see, as plain values in the order they were written; without costs.

    Orders without lines are left out. One query for up to 900 orders.
    """
    found = whole_lines(order_ids)
    for lines in found.values():
        for line in lines:
            line.pop("cost", None)
    return found


def whole_lines(order_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the same with the cost of each line where it is known: for the program itself."""
    ids = list(order_ids)
    found: dict[int, list[dict[str, Any]]] = {}
    for start in range(0, len(ids), CHUNK):
        rows = OrderLine.objects.filter(order_id__in=ids[start : start + CHUNK]).order_by("order_id", "id")
        for order_id, product, *numbers in rows.values_list("order_id", *COLUMNS):
            quantity, unit_price, amount, cost = map(plain, numbers)
            line = {"product": product, "quantity": quantity, "unit_price": unit_price, "amount": amount}
            if cost is not None:
                line["cost"] = cost
            found.setdefault(order_id, []).append(line)
    return found


def lines_visible_to(actor: Actor, order_id: int) -> list[OrderLine]:
    """Return the lines of one order with their products, none when the actor may not see the order."""
    orders = Order.objects.visible_to(actor).filter(pk=order_id)
    return list(OrderLine.objects.filter(order__in=orders).select_related("product").order_by("id"))


def counting_orders() -> QuerySet[Order]:
    """Return every living order that was not cancelled, whoever may see it: the rows of the fact `orders`."""
    orders: QuerySet[Order] = Order.objects.alive().exclude(state=OrderState.CANCELLED)
    return orders


def counting_lines() -> QuerySet[OrderLine]:
    """Return the lines of those orders: the rows of the fact `order_lines`."""
    lines = OrderLine.objects.filter(order__deleted_in=None, order__customer__deleted_in=None)
    return lines.exclude(order__state=OrderState.CANCELLED)


def customers_of_orders(order_ids: Sequence[int]) -> QuerySet[Order, Any]:
    """Return the ids of the customers of these orders, for the warehouse."""
    orders: QuerySet[Order, Any] = Order.objects.filter(pk__in=order_ids).order_by()
    return orders.values_list("customer_id", flat=True)


def customers_of_products(product_ids: Sequence[int]) -> QuerySet[OrderLine, Any]:
    """Return the ids of the customers who bought these products, for the warehouse."""
    lines = OrderLine.objects.filter(product__in=product_ids).order_by()
    return lines.values_list("order__customer_id", flat=True).distinct()
