"""The metrics that come with the product. Pure.

Recency, frequency and value (monetary) are those of Hughes, Strategic Database Marketing (1994); the interval against
the customer's own rhythm is the hiatus rule made personal; share of wallet is revenue over the customer's demand.
docs/metrics.md says each in words.
"""

from guanxi.metrics.calc.built_in.lines import LINES
from guanxi.metrics.calc.built_in.made import AMONG_ALL, COMBINED
from guanxi.metrics.calc.built_in.orders import ORDERS
from guanxi.metrics.calc.built_in.touches import AROUND, TOUCHED
from guanxi.metrics.calc.definitions import Metric

BUILT_IN: tuple[Metric, ...] = (*ORDERS, *LINES, *TOUCHED, *AROUND, *COMBINED, *AMONG_ALL)

SENSITIVE = frozenset({"margin_12m", "costed_12m", "margin_rate_12m"})
"""Metrics that tell of what products cost: masked for whoever may not change the customer."""
