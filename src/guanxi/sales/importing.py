"""The order that comes with a customer's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.imports.extensions import Batch, BatchRow, Changed, PlainExtension, Values
from guanxi.imports.own_fields import fill_fields, own_values
from guanxi.metrics.queries import house_currency
from guanxi.records.storing import insert_rows, reserve_ids
from guanxi.records.values import plain
from guanxi.sales.models import Order

OrderKey = tuple[int, tuple[str, ...]]
"""A customer's number and by what the order is known again."""


class OrderSaid(NamedTuple):
    """An order as a row says it, in plain values: day, amount with two decimals, currency and number or nothing.

    `fields` are those the team has defined, by attribute.
    """

    day: str
    total: str
    currency: str
    number: str
    fields: Mapping[str, Any] = {}


class OrderExtension(PlainExtension):
    """Adds the order of a row that has a day and an amount, once: known by its number, else by day and amount."""

    name = "order"
    fields = frozenset({"order_date", "order_amount", "order_number", "currency"})

    def prepare(
        self, rows: Sequence[Values], _survey: Mapping[str, Any], _options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Return the order of each row."""
        return [order_said(row) for row in rows]

    def write(self, batch: Batch) -> Changed:
        """Add the orders that their customers do not have yet."""
        wanted = [(row, OrderSaid(*row.prepared)) for row in batch.rows if row.prepared is not None]
        known = _known_orders({row.customer for row, _ in wanted if not row.is_new})
        changed, made = Changed(), []
        for row, said in wanted:
            key = (row.customer, key_of(said.day, said.total, said.number))
            if key in known:
                continue
            known[key] = 0
            changed.added.add(row.number)
            made.append((row.customer, said))
        new = _add(batch, made)
        _fill(batch, wanted, known | new, set(new.values()), changed)
        return changed


def _fill(
    batch: Batch,
    wanted: Sequence[tuple[BatchRow, OrderSaid]],
    numbers: Mapping[OrderKey, int],
    new: set[int],
    changed: Changed,
) -> None:
    """Fill the team's own fields of the orders that rows speak of."""
    orders = [
        (row.number, numbers[row.customer, key_of(said.day, said.total, said.number)], said.fields)
        for row, said in wanted
        if said.fields
    ]
    given: dict[int, dict[str, Any]] = {}
    for _row, number, fields in orders:
        given.setdefault(number, {}).update(fields)
    filled = fill_fields(batch, "order", given, new) - new
    changed.updated |= {row for row, number, _ in orders if number in filled}


def _add(batch: Batch, made: Sequence[tuple[int, OrderSaid]]) -> dict[OrderKey, int]:
    if not made:
        return {}
    ids = reserve_ids(Order, len(made))
    currency = "" if all(said.currency for _, said in made) else house_currency()
    insert_rows(
        Order,
        ("id", "customer_id", "number", "ordered_on", "total", "currency"),
        [
            (number, customer, said.number, said.day, said.total, said.currency or currency)
            for number, (customer, said) in zip(ids, made, strict=True)
        ],
        {"created_in_id": batch.changeset.pk, "created_at": batch.now, "updated_at": batch.now},
    )
    record_changes(
        batch.changeset, record_type="order", action=ChangeAction.CREATE, rows={number: {} for number in ids}
    )
    return {
        (customer, key_of(said.day, said.total, said.number)): number
        for number, (customer, said) in zip(ids, made, strict=True)
    }


def order_said(values: Values) -> OrderSaid | None:
    """Return the order a row speaks of, None where its day or its amount is missing."""
    day, total = values.get("order_date"), values.get("order_amount")
    if day is None or total is None:
        return None
    currency = values.get("order_currency") or values.get("currency") or ""
    amount = Decimal(total).quantize(Decimal("0.01"))
    return OrderSaid(
        plain(day), plain(amount), currency, values.get("order_number", ""), own_values(values, "order")
    )


def key_of(day: str, total: str, number: str) -> tuple[str, ...]:
    """Return by what an order of a customer is known again: its number where it has one, else its day and amount."""
    return ("number", number) if number else ("day", day, total)


def _known_orders(ids: Iterable[int]) -> dict[OrderKey, int]:
    wanted = sorted(ids)
    if not wanted:
        return {}
    orders = Order.objects.alive().filter(customer__id__among=wanted)
    return {
        (customer, key_of(plain(day), plain(total), number)): key
        for key, customer, number, day, total in orders.values_list(
            "pk", "customer_id", "number", "ordered_on", "total"
        )
    }
