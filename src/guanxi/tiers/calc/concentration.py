"""How much of the revenue hangs on how few customers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from guanxi.tiers.calc.cuts import Value, in_whole_numbers


def pareto_curve(values: Sequence[Value], points: int = 100) -> list[tuple[float, float]]:
    """Return (share of customers, share of revenue) from the greatest value down, both from 0 to 1.

    At most `points` + 1 pairs, the first (0, 0), the last (1, 1); empty when nothing is positive. Values of zero
    and less count as customers without revenue.
    """
    whole = sorted((value for value in in_whole_numbers(values) if value is not None), reverse=True)
    sums = [0, *accumulate(max(value, 0) for value in whole)]
    if not sums[-1]:
        return []
    count = len(whole)
    places = sorted({round(step * count / points) for step in range(points + 1)})
    return [(place / count, sums[place] / sums[-1]) for place in places]


def revenue_share_of_top(values: Sequence[Value], share: Fraction = Fraction(1, 5)) -> float | None:
    """Return what part of the revenue the top `share` of the customers make (rounded up to whole customers)."""
    whole = sorted((max(value, 0) for value in in_whole_numbers(values) if value is not None), reverse=True)
    total = sum(whole)
    if not total:
        return None
    return sum(whole[: -(-len(whole) * share.numerator // share.denominator)]) / total
