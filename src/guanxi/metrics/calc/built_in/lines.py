"""Metrics of what was bought: order lines. Pure."""

from __future__ import annotations

from guanxi.metrics.calc.definitions import Aggregate, Counted, Metric, Unit, last
from guanxi.metrics.calc.marking import mark as _

YEAR = last(12)
COSTED = "cost is not empty"
IN_A_LINE = "product_line is not empty"

LINES: tuple[Metric, ...] = (
    Counted(
        name="margin_12m",
        label=_("margin in 12 months"),
        unit=Unit.MONEY,
        fact="order_lines",
        aggregate=Aggregate.SUM,
        measure="amount - cost",
        window=YEAR,
        condition=COSTED,
    ),
    Counted(
        name="costed_12m",
        label=_("revenue of known cost in 12 months"),
        unit=Unit.MONEY,
        fact="order_lines",
        aggregate=Aggregate.SUM,
        measure="amount",
        window=YEAR,
        condition=COSTED,
    ),
    Counted(
        name="products_held",
        label=_("products bought"),
        unit=Unit.COUNT,
        fact="order_lines",
        aggregate=Aggregate.DISTINCT,
        measure="product",
    ),
    Counted(
        name="products_12m",
        label=_("products bought in 12 months"),
        unit=Unit.COUNT,
        fact="order_lines",
        aggregate=Aggregate.DISTINCT,
        measure="product",
        window=YEAR,
    ),
    Counted(
        name="product_lines_held",
        label=_("product lines bought"),
        unit=Unit.COUNT,
        fact="order_lines",
        aggregate=Aggregate.DISTINCT,
        measure="product_line",
        condition=IN_A_LINE,
    ),
    Counted(
        name="product_lines_12m",
        label=_("product lines bought in 12 months"),
        unit=Unit.COUNT,
        fact="order_lines",
        aggregate=Aggregate.DISTINCT,
        measure="product_line",
        window=YEAR,
        condition=IN_A_LINE,
    ),
    Counted(
        name="quantity_12m",
        label=_("quantity in 12 months"),
        unit=Unit.NUMBER,
        fact="order_lines",
        aggregate=Aggregate.SUM,
        measure="quantity",
        window=YEAR,
    ),
)
