"""The order that comes with a customer's row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.imports.extensions import Batch, Changed, PlainExtension, Values
from guanxi.metrics.queries import house_currency
from guanxi.sales.models import Order

BATCH = 900


class OrderSaid(NamedTuple):
    """An order as a row says it."""

    day: date
    total: Decimal
    currency: str
    number: str


class OrderExtension(PlainExtension):
    """Adds the order of a row that has a day and an amount, once: known by its number, else by day and amount."""

    name = "order"
    fields = frozenset({"order_date", "order_amount", "order_number", "currency"})

    def write(self, batch: Batch) -> Changed:
        """Add the orders that their customers do not have yet."""
        wanted = [
            (row.number, row.customer.pk, said)
            for row in batch.rows
            if (said := order_said(row.values)) is not None
        ]
        if not wanted:
            return Changed()
        known = _known_orders({row.customer.pk for row in batch.rows if not row.is_new})
        currency = "" if all(said.currency for _, _, said in wanted) else house_currency()
        changed, made = Changed(), []
        for number, customer_id, said in wanted:
            keys = {(customer_id, key) for key in keys_of(said.day, said.total, said.number)}
            if keys & known:
                continue
            known |= keys
            changed.added.add(number)
            made.append(
                Order(
                    customer_id=customer_id,
                    number=said.number,
                    ordered_on=said.day,
                    total=said.total,
                    currency=said.currency or currency,
                    created_in=batch.changeset,
                    created_at=batch.now,
                    updated_at=batch.now,
                )
            )
        Order.objects.bulk_create(made)
        rows: dict[int, dict[str, tuple[object, object]]] = {order.pk: {} for order in made}
        if made:
            record_changes(batch.changeset, record_type="order", action=ChangeAction.CREATE, rows=rows)
        return changed


def order_said(values: Values) -> OrderSaid | None:
    """Return the order a row speaks of, None where its day or its amount is missing."""
    day, total = values.get("order_date"), values.get("order_amount")
    if day is None or total is None:
        return None
    currency = values.get("order_currency") or values.get("currency") or ""
    return OrderSaid(day, Decimal(total).quantize(Decimal("0.01")), currency, values.get("order_number", ""))


def keys_of(day: date, total: Decimal, number: str) -> set[tuple[object, ...]]:
    """Return by what an order is known again: its number where it has one, else its day and amount."""
    return {("number", number)} if number else {("day", day, total)}


def _known_orders(ids: Iterable[int]) -> set[tuple[int, tuple[object, ...]]]:
    known: set[tuple[int, tuple[object, ...]]] = set()
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        orders = Order.objects.alive().filter(customer_id__in=ordered[start : start + BATCH])
        for customer_id, number, day, total in orders.values_list(
            "customer_id", "number", "ordered_on", "total"
        ):
            known |= {(customer_id, key) for key in keys_of(day, total, number)}
    return known
