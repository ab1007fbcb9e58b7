"""What this room tells the others, once, at start: nested lines, undo of lines, the fact of orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guanxi.metrics.facts import Column, Fact, register_fact
from guanxi.records.declaration import NestedRows, contribute_nested
from guanxi.records.services.beside import Keeper, register_keeper
from guanxi.sales.queries import order_facts, plain_lines
from guanxi.sales.records import LINE
from guanxi.sales.services import create_order, lines_for_undo, restore_lines, update_order

contribute_nested(
    "order",
    NestedRows(
        name="lines",
        label=_("Lines"),
        fields=LINE.fields,
        read=plain_lines,
        create=create_order,
        update=update_order,
        computes=("total",),
    ),
)
register_keeper("order", "lines", Keeper(current=lines_for_undo, restore=restore_lines))
register_fact(
    Fact(
        name="orders",
        columns={
            "order_id": Column.INTEGER,
            "customer_id": Column.INTEGER,
            "ordered_on": Column.DATE,
            "currency": Column.TEXT,
            "total": Column.MONEY,
        },
        rows=order_facts,
        day="ordered_on",
        currency="currency",
    )
)
