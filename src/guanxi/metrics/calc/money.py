"""Money as whole minor units. Pure.

Decimals of a currency: ISO 4217 (those that differ from two).
"""

from __future__ import annotations

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS = {**dict.fromkeys(_WITHOUT.split(), 0), **dict.fromkeys(_WITH_THREE.split(), 3)}


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has; two for one that is not known.

    >>> [decimals_of(code) for code in ("CNY", "KRW", "KWD", "")]
    [2, 0, 3, 2]
    """
    return DECIMALS.get(currency.upper(), 2)


def minor_of_hundredths(hundredths: int, decimals: int) -> int:
    """Return hundredths of a currency as whole minor units, rounded half to even where its coins are larger.

    >>> [minor_of_hundredths(1250, decimals) for decimals in (0, 1, 2, 3)]
    [12, 125, 1250, 12500]
    """
    if decimals >= 2:
        return hundredths * int(10 ** (decimals - 2))
    unit: int = 10 ** (2 - decimals)
    whole, rest = divmod(hundredths, unit)
    return whole + (2 * rest > unit or (2 * rest == unit and whole % 2 == 1))
