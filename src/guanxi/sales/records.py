"""The record types of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guanxi.records.declaration import Kind, RecordType, declare_field, declare_times, register
from guanxi.sales.models import Order, Product

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
            declare_field(Product, "currency"),
            declare_field(Product, "is_active", listed=True),
            *declare_times(Product),
        ),
    )
)
