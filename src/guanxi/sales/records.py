"""The record types of this room."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.access.errors import InvalidError
from guanxi.records.columns import declare_field, declare_times
from guanxi.records.declaration import Kind, RecordType, register
from guanxi.sales.calc import total_of
from guanxi.sales.models import Order, OrderLine, Product


def require_total_of_lines(order: Order) -> None:
    """Refuse a total that is not the sum of the order's lines. Raises InvalidError."""
    if order._state.adding:  # noqa: SLF001 - Django's documented state of an instance
        return
    amounts = list(OrderLine.objects.filter(order_id=order.pk).values_list("amount", flat=True))
    if amounts and total_of(amounts) != order.total:
        raise InvalidError({"total": [gettext("The total is the sum of the lines: change the lines.")]})


ORDER = register(
    RecordType(
        name="order",
        plural="orders",
        model=Order,
        label=_("Order"),
        label_plural=_("Orders"),
        icon="receipt",
        title="number",
        searched=("number",),
        order="-ordered_on",
        parent="customer",
        moment="ordered_on",
        derive=require_total_of_lines,
        fields=(
            declare_field(Order, "number", listed=True),
            declare_field(Order, "customer", listed=True),
            declare_field(Order, "ordered_on", listed=True),
            declare_field(Order, "state", listed=True),
            declare_field(Order, "total", kind=Kind.MONEY, currency="currency", listed=True),
            declare_field(Order, "currency"),
            declare_field(Order, "note", sortable=False),
            *declare_times(Order),
        ),
    )
)

PRODUCT = register(
    RecordType(
        name="product",
        plural="products",
        model=Product,
        label=_("Product"),
        label_plural=_("Products"),
        icon="package",
        title="name",
        searched=("name", "code"),
        order="name",
        fields=(
            declare_field(Product, "name", listed=True),
            declare_field(Product, "code", listed=True),
            declare_field(Product, "line", listed=True),
            declare_field(Product, "price", kind=Kind.MONEY, currency="currency", listed=True),
            declare_field(Product, "cost", kind=Kind.MONEY, currency="currency", sensitive=True),
            declare_field(Product, "currency"),
            declare_field(Product, "is_active", listed=True),
            *declare_times(Product),
        ),
    )
)

LINE = RecordType(
    name="order_line",
    plural="order_lines",
    model=cast("Any", OrderLine),  # seen, written and undone with its order: declared, but not registered
    label=_("Order line"),
    label_plural=_("Order lines"),
    icon="receipt",
    title="product",
    searched=(),
    fields=(
        declare_field(cast("Any", OrderLine), "product"),
        declare_field(cast("Any", OrderLine), "quantity"),
        declare_field(cast("Any", OrderLine), "unit_price", kind=Kind.MONEY, required=False),
        declare_field(cast("Any", OrderLine), "amount", kind=Kind.MONEY, required=False),
        declare_field(cast("Any", OrderLine), "cost", kind=Kind.MONEY, editable=False, sensitive=True),
    ),
)
