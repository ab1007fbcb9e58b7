"""Writes of orders: an order and its lines go together, in one change set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Verb
from guanxi.access.errors import InvalidError, StaleError
from guanxi.access.models import ChangeAction, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.metrics.calc.money import decimals_of
from guanxi.records.declaration import record_type
from guanxi.records.services import Written, create_record, locked_row, update_record
from guanxi.records.values import clean_values, row_values
from guanxi.sales.calc import line_amount, total_of
from guanxi.sales.models import OrderLine, Product
from guanxi.sales.queries import whole_lines
from guanxi.sales.records import LINE

Lines = Sequence[Mapping[str, object]]
MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class _Priced:
    """What one of a product sells for and costs us; None where it is not said."""

    price: Decimal | None
    cost: Decimal | None
    currency: str

    def within(self, currency: str) -> _Priced:
        """The same in an order's currency: nothing where the product is priced in another one."""
        is_other = self.currency and currency and self.currency != currency
        return _UNPRICED if is_other else self


_UNPRICED = _Priced(None, None, "")


@transaction.atomic
def create_order(
    *, actor: Actor, values: Mapping[str, object], rows: Lines | None = None, now: datetime, why: str = ""
) -> Written:
    """Add an order with its lines; the total is the lines' sum where there are lines.

    Raises ForbiddenError or InvalidError (faults of lines under `lines.0.quantity`).
    """
    known = record_type("order")
    if not rows:
        return create_record(actor=actor, known=known, values=values, now=now, why=why)
    currency = str(values.get("currency") or "")
    lines = _clean_lines(rows, actor=actor, currency=currency)
    total = total_of(line.amount for line in lines)
    written = create_record(
        actor=actor, known=known, values={**values, "total": str(total)}, now=now, why=why
    )
    _keep_lines(written.row.pk, lines)
    return written


@transaction.atomic
def update_order(
    *,
    actor: Actor,
    record_id: int,
    values: Mapping[str, object],
    rows: Lines | None = None,
    version: int | None,
    now: datetime,
    why: str = "",
) -> Written:
    """Change an order; `rows` replaces all its lines (None: leave them, empty: none any more).

    Raises NotFoundError, ForbiddenError, StaleError or InvalidError.
    """
    known = record_type("order")
    if rows is None:
        return update_record(
            actor=actor, known=known, record_id=record_id, values=values, version=version, now=now, why=why
        )
    order = locked_row(known, actor, record_id, Verb.CHANGE)
    if version is not None and order.version != version:
        raise StaleError(version=order.version, current=row_values(order, known, actor))
    lines = _clean_lines(rows, actor=actor, currency=str(values.get("currency") or order.currency))
    before = whole_lines([record_id]).get(record_id, [])
    _keep_costs(before, lines)
    _replace_lines({record_id: lines})
    after = whole_lines([record_id]).get(record_id, [])
    total = {"total": str(total_of(line.amount for line in lines))} if lines else {}
    written = update_record(
        actor=actor,
        known=known,
        record_id=record_id,
        values={**values, **total},
        version=None,
        now=now,
        why=why,
    )
    return written if before == after else _tell_of_lines(written, actor, (before, after), now, why)


def _tell_of_lines(
    written: Written,
    actor: Actor,
    lines: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    now: datetime,
    why: str,
) -> Written:
    """Keep the lines before and after with what else changed; without that, they alone make a version."""
    order = written.row
    if written.changeset is not None:
        change = written.changeset.changes.get(record_type="order")
        change.rows[str(order.pk)]["lines"] = list(lines)
        change.save(update_fields=["rows"])
        return written
    changeset = open_changeset(actor=actor, verb=ChangeVerb.UPDATE, why=why, now=now)
    order.version += 1
    order.updated_at = now
    order.save(update_fields=["version", "updated_at"])
    record_changes(
        changeset, record_type="order", action=ChangeAction.UPDATE, rows={order.pk: {"lines": lines}}
    )
    return replace(written, changeset=changeset)


def _clean_lines(rows: Lines, *, actor: Actor, currency: str) -> list[OrderLine]:
    """Return lines with price and amount filled in. Raises InvalidError with every fault of every line."""
    if len(rows) > MOST_LINES:
        raise InvalidError({"lines": [_("An order has at most %(most)d lines.") % {"most": MOST_LINES}]})
    errors: dict[str, list[str]] = {}
    lines: list[OrderLine] = []
    prices = _prices(rows)
    for place, row in enumerate(rows):
        try:
            lines.append(_clean_line(row, prices, actor=actor, currency=currency))
        except InvalidError as error:
            errors |= {f"lines.{place}.{name}": found for name, found in error.errors.items()}
    if errors:
        raise InvalidError(errors)
    return lines


def _clean_line(
    row: Mapping[str, object],
    prices: Mapping[str, _Priced],
    *,
    actor: Actor,
    currency: str,
) -> OrderLine:
    given = {name: value for name, value in row.items() if value not in (None, "")}
    line = OrderLine(**clean_values(LINE, given, actor=actor, partial=False))
    priced = prices.get(str(line.product_id), _UNPRICED).within(currency)
    if "unit_price" not in given:
        if priced.price is None:
            raise InvalidError({"unit_price": [_("This field is required.")]})
        line.unit_price = priced.price
    if "amount" not in given:
        amount = line_amount(line.quantity, line.unit_price, decimals=decimals_of(currency))
        try:
            line.amount = OrderLine._meta.get_field("amount").clean(amount, None)  # noqa: SLF001 - documented
        except ValidationError as error:
            raise InvalidError({"amount": list(error.messages)}) from error
    if priced.cost is not None:
        line.cost = line_amount(line.quantity, priced.cost, decimals=decimals_of(currency))
    return line


def _keep_costs(before: Lines, lines: Iterable[OrderLine]) -> None:
    """What a product cost when the order was made stays when its lines are written anew."""
    costs: dict[object, Decimal] = {}
    for former in before:
        quantity = Decimal(str(former["quantity"]))
        if "cost" in former and quantity:
            costs.setdefault(former["product"], Decimal(str(former["cost"])) / quantity)
    for line in lines:
        if line.product_id in costs:
            line.cost = line_amount(line.quantity, costs[line.product_id], decimals=2)


def _prices(rows: Lines) -> dict[str, _Priced]:
    """The prices and costs of the products named; whether the actor may name them is checked with each line."""
    ids = {str(row.get("product")) for row in rows}
    known = Product.objects.alive().filter(
        pk__in=[int(key) for key in ids if key.isascii() and key.isdigit()]
    )
    found = known.values_list("pk", "price", "cost", "currency")
    return {str(key): _Priced(price, cost, currency) for key, price, cost, currency in found}


def _keep_lines(order_id: int, lines: Iterable[OrderLine]) -> None:
    for line in lines:
        line.order_id = order_id
    OrderLine.objects.bulk_create(lines)


def _replace_lines(lines_by_order: Mapping[int, list[OrderLine]]) -> None:
    OrderLine.objects.filter(order_id__in=lines_by_order).delete()
    for order_id, lines in lines_by_order.items():
        _keep_lines(order_id, lines)


def restore_lines(former: Mapping[int, object], _now: datetime) -> None:
    """Put back the lines that orders had: undo's hook. `former` maps an order to its plain lines."""
    lines_by_order: dict[int, list[OrderLine]] = {}
    for order_id, lines in former.items():
        assert isinstance(lines, list)  # noqa: S101 - written by `_tell_of_lines`
        lines_by_order[order_id] = [
            OrderLine(
                product_id=line["product"],
                **{
                    name: Decimal(line[name])
                    for name in ("quantity", "unit_price", "amount", "cost")
                    if name in line
                },
            )
            for line in lines
        ]
    _replace_lines(lines_by_order)


def lines_for_undo(order_ids: Iterable[int]) -> Mapping[int, object]:
    """Return what undo compares: the whole lines of each order, an empty list where there are none."""
    ids = list(order_ids)
    found = whole_lines(ids)
    return {order_id: found.get(order_id, []) for order_id in ids}
