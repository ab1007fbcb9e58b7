"""The sums of an order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext

DIGITS = 60  # more than the widest quantity times the widest price


def line_amount(quantity: Decimal, unit_price: Decimal, *, decimals: int) -> Decimal:
    """Return what a line costs, rounded half up to the `decimals` of its currency, kept with two places.

    >>> line_amount(Decimal("3"), Decimal("0.335"), decimals=2)
    Decimal('1.01')
    >>> line_amount(Decimal("1.5"), Decimal("333"), decimals=0)
    Decimal('500.00')
    """
    with localcontext(prec=DIGITS):
        rounded = (quantity * unit_price).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        return rounded.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    """Return the total of an order from the amounts of its lines."""
    return sum(amounts, Decimal("0.00"))
