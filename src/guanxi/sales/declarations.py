"""What this room tells the others, once, at start: nested lines, undo of lines, the facts it gives."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from guanxi.conditions.schema import Field, FieldType, Relation, Schema
from guanxi.metrics.declared_facts import FactPlan, declared_fact, register_declared
from guanxi.metrics.facts import Source, register_fact
from guanxi.records.contributing import contribute_nested, contribute_part
from guanxi.records.declaration import FieldDeclaration, Kind, NestedRows
from guanxi.records.reach import contribute_relation, contribute_values
from guanxi.records.services.beside import Keeper, register_keeper
from guanxi.sales.models import Product
from guanxi.sales.queries import (
    counting_lines,
    counting_orders,
    customers_of_orders,
    customers_of_products,
    plain_lines,
)
from guanxi.sales.records import LINE, ORDER, PRODUCT
from guanxi.sales.services import create_order, lines_for_undo, restore_lines, update_order

contribute_nested(
    "order",
    NestedRows(
        name="lines",
        label=_("Lines"),
        fields=tuple(field for field in LINE.fields if not field.sensitive),
        read=plain_lines,
        create=create_order,
        update=update_order,
        computes=("total",),
    ),
)
register_keeper("order", "lines", Keeper(current=lines_for_undo, restore=restore_lines))
_OF_ORDER = ("customer", "ordered_on", "currency")
_OF_PRODUCT = ("name", "code", "line")
_of_line = (
    FieldDeclaration("order", _("Order"), Kind.REFERENCE, "order", target="order"),
    *(replace(ORDER.by_name[name], column=f"order__{name}") for name in _OF_ORDER),
    *(
        replace(PRODUCT.by_name[name], name=f"product_{name}", column=f"product__{name}")
        for name in _OF_PRODUCT
    ),
)
register_declared(ORDER, FactPlan("orders", counting_orders))
register_fact(
    declared_fact(
        LINE,
        FactPlan(
            "order_lines",
            counting_lines,
            customer="order__customer_id",
            more=_of_line,
            kept=frozenset({"cost"}),
            moment="ordered_on",
            currency="currency",
            sources=(("order", Source(customers_of_orders)), ("product", Source(customers_of_products))),
        ),
    )
)
register_declared(PRODUCT, FactPlan("products", Product.objects.alive, customer=""))


def _schema_of_lines() -> Schema:
    """What can be asked of the lines of an order; a product is meant by its name or its code."""
    columns = {f"product_{name}": f"product__{name}" for name in _OF_PRODUCT}
    return Schema.of(
        "order_line",
        Field("product", FieldType.TEXT, "", alternatives=("product_name", "product_code")),
        *(Field(name, FieldType.TEXT, column, nullable=False) for name, column in columns.items()),
        *(field.condition_field() for field in LINE.fields if field.name != "product"),
    )


contribute_part("customer", "order")
contribute_relation("order", Relation("lines", _schema_of_lines, model="sales.OrderLine", path="order"))
contribute_values(
    "order",
    *(
        Field(name, FieldType.TEXT, "", through="lines")
        for name in ("product", *(f"product_{name}" for name in _OF_PRODUCT))
    ),
)
