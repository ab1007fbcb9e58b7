"""Metrics made of others, and those that look at all customers. Pure."""

from __future__ import annotations

from guanxi.metrics.calc.definitions import (
    Combined,
    Metric,
    Operation,
    Otherwise,
    Predicted,
    Quantity,
    Scored,
    Unit,
)
from guanxi.metrics.calc.marking import mark as _

COMBINED: tuple[Metric, ...] = (
    Otherwise(
        name="contribution", label=_("contribution"), unit=Unit.MONEY, of="value_12m", other="customer.amount"
    ),
    Combined(
        name="orders_change",
        label=_("change of orders against the year before"),
        unit=Unit.COUNT,
        left="orders_12m",
        operation=Operation.DIFFERENCE,
        right="orders_before_12m",
    ),
    Combined(
        name="value_change",
        label=_("change of revenue against the year before"),
        unit=Unit.MONEY,
        left="value_12m",
        operation=Operation.DIFFERENCE,
        right="value_before_12m",
    ),
    Combined(
        name="value_growth",
        label=_("revenue against the year before"),
        unit=Unit.RATIO,
        left="value_12m",
        operation=Operation.RATIO,
        right="value_before_12m",
    ),
    Combined(
        name="margin_rate_12m",
        label=_("margin rate in 12 months"),
        unit=Unit.RATIO,
        left="margin_12m",
        operation=Operation.RATIO,
        right="costed_12m",
    ),
    Combined(
        name="share_of_wallet",
        label=_("share of wallet"),
        unit=Unit.RATIO,
        left="value_12m",
        operation=Operation.RATIO,
        right="customer.demand",
    ),
    Combined(
        name="next_order",
        label=_("next order to expect"),
        unit=Unit.DATE,
        left="last_order",
        operation=Operation.SUM,
        right="interval_median",
    ),
    Combined(
        name="overdue_days",
        label=_("days past the order to expect"),
        unit=Unit.DAYS,
        left="today",
        operation=Operation.DIFFERENCE,
        right="next_order",
    ),
    Combined(
        name="revenue_per_visit_12m",
        label=_("revenue a visit in 12 months"),
        unit=Unit.MONEY,
        left="value_12m",
        operation=Operation.RATIO,
        right="visits_12m",
    ),
    Combined(
        name="touches_per_order_12m",
        label=_("contacts made an order in 12 months"),
        unit=Unit.RATIO,
        left="touches_12m",
        operation=Operation.RATIO,
        right="orders_12m",
    ),
    Combined(
        name="customer_age_days",
        label=_("days since the customer was added"),
        unit=Unit.DAYS,
        left="today",
        operation=Operation.DIFFERENCE,
        right="customer.day",
    ),
)

AMONG_ALL: tuple[Metric, ...] = (
    Scored(name="recency_score", label=_("recency score"), of="recency_days", best_is_low=True),
    Scored(name="frequency_score", label=_("frequency score"), of="frequency"),
    Scored(name="value_score", label=_("value score"), of="value_total"),
    Predicted(
        name="alive_probability",
        label=_("probability that the customer still buys"),
        unit=Unit.RATIO,
        quantity=Quantity.ALIVE,
    ),
    Predicted(
        name="expected_purchases_12m",
        label=_("purchases to expect in 12 months"),
        unit=Unit.NUMBER,
        quantity=Quantity.PURCHASES,
    ),
    Predicted(
        name="expected_value_12m",
        label=_("revenue to expect in 12 months"),
        unit=Unit.MONEY,
        quantity=Quantity.VALUE,
        measure="total",
    ),
)
