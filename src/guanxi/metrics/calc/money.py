"""Money as whole minor units. Pure.

Decimals of a currency: ISO 4217 (those that differ from two).
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS = {**dict.fromkeys(_WITHOUT.split(), 0), **dict.fromkeys(_WITH_THREE.split(), 3)}


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has; two for one that is not known.

    >>> [decimals_of(code) for code in ("CNY", "KRW", "KWD", "")]
    [2, 0, 3, 2]
    """
    return DECIMALS.get(currency.upper(), 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return an amount in whole minor units, rounded half to even where the currency has no smaller coin.

    >>> to_minor(Decimal("12.34"), "CNY"), to_minor(Decimal("12.50"), "KRW")
    (1234, 12)
    """
    return int(amount.scaleb(decimals_of(currency)).to_integral_value(ROUND_HALF_EVEN))


def from_minor(minor: int, currency: str) -> Decimal:
    """Return minor units as an amount with the currency's decimals.

    >>> from_minor(1234, "CNY"), from_minor(12, "JPY")
    (Decimal('12.34'), Decimal('12'))
    """
    return Decimal(minor).scaleb(-decimals_of(currency))
