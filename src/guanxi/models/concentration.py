"""How much of the revenue hangs on how few customers, and how that moved between two periods.

Customers without a positive value count as customers without revenue, in every figure here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError
from guanxi.models.frames import floats

FIFTH = Fraction(1, 5)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unevenly the revenue of one period is spread; shares from 0 to 1.

    `half_by` is the number of the greatest customers who make half of the revenue together, `four_fifths_by` those
    who make 80 %.
    """

    customers: int
    revenue: float
    gini: float
    top_percent: float
    top_tenth: float
    top_fifth: float
    half_by: int
    four_fifths_by: int


@dataclass(frozen=True, slots=True)
class Drift:
    """How the concentration moved: both periods, and what became of the top customers of the first.

    `stayed` is the share of the former top who are in the top again; `former_top` the share of the revenue after that
    the former top makes; `gone` the number of them without any revenue after.
    """

    before: Concentration
    after: Concentration
    gini_change: float
    top_share_change: float
    stayed: float
    former_top: float
    gone: int


def pareto_curve(values: ArrayLike, points: int = 100) -> list[tuple[float, float]]:
    """Return (share of customers, share of revenue) from the greatest value down, both from 0 to 1.

    At most `points` + 1 pairs, the first (0, 0), the last (1, 1); empty when nothing is positive.
    """
    sums = _sums(values)
    count = len(sums) - 1
    if not sums[-1]:
        return []
    places = sorted({round(step * count / points) for step in range(points + 1)})
    return [(place / count, float(sums[place] / sums[-1])) for place in places]


def share_of_top(values: ArrayLike, share: Fraction = FIFTH) -> float | None:
    """Return what part of the revenue the top `share` of the customers make (rounded up to whole customers).

    None when nothing is positive.
    """
    sums = _sums(values)
    return float(sums[_size_of_top(len(sums) - 1, share)] / sums[-1]) if sums[-1] else None


def gini(values: ArrayLike) -> float | None:
    """Return the Gini coefficient: 0 when all customers bring the same, 1 - 1/n when one brings all; None without any.

    G = Σ (2i - n - 1) x_i / (n Σ x), x ascending, i from 1 (Gini 1912; Damgaard and Weiner, "Describing inequality in
    plant size or fecundity", Ecology 81, 2000, eq. 2, without their correction for small n).
    """
    sums = _sums(values)
    if not sums[-1]:
        return None
    count = len(sums) - 1
    below_diagonal = 2 * float((sums[1:] / sums[-1]).sum()) - 1  # twice the area under the curve from the top
    return max(0.0, below_diagonal / count - 1)


def concentration_of(values: ArrayLike) -> Concentration:
    """Return the figures of one period. Raises ModelDataError: no_revenue, not_a_number, not_finite."""
    sums = _sums(values)
    if not sums[-1]:
        raise ModelDataError("no_revenue", "no customer has a positive value: there is nothing to share out")
    shares = sums / sums[-1]
    count = len(sums) - 1

    def top(part: Fraction) -> float:
        return float(shares[_size_of_top(count, part)])

    return Concentration(
        customers=count,
        revenue=float(sums[-1]),
        gini=gini(values) or 0.0,
        top_percent=top(Fraction(1, 100)),
        top_tenth=top(Fraction(1, 10)),
        top_fifth=top(FIFTH),
        half_by=int(np.searchsorted(shares, 0.5)),
        four_fifths_by=int(np.searchsorted(shares, 0.8)),
    )


def concentration_drift(
    before: Mapping[Any, float], after: Mapping[Any, float], share: Fraction = FIFTH
) -> Drift:
    """Compare two periods; each maps a customer to its value in it, and who is missing had none.

    The top `share` of each period is of its own customers, rounded up; of equal values at the edge those who come
    first in the mapping are in. Raises ModelDataError as `concentration_of`.
    """
    first, second = concentration_of(list(before.values())), concentration_of(list(after.values()))
    old_top, new_top = _top_of(before, share), _top_of(after, share)
    old_share, new_share = (share_of_top(list(each.values()), share) or 0.0 for each in (before, after))
    kept = [max(float(after.get(customer, 0)), 0.0) for customer in old_top]
    return Drift(
        before=first,
        after=second,
        gini_change=second.gini - first.gini,
        top_share_change=new_share - old_share,
        stayed=len(old_top & new_top) / len(old_top),
        former_top=sum(kept) / second.revenue,
        gone=sum(value <= 0 for value in kept),
    )


def _top_of(values: Mapping[Any, float], share: Fraction) -> set[Any]:
    ranked = sorted(values, key=lambda customer: -float(values[customer]))
    return set(ranked[: _size_of_top(len(ranked), share)])


def _sums(values: ArrayLike) -> NDArray[np.float64]:
    """Running sums from the greatest value down, beginning with 0; one more than there are values."""
    ranked = np.sort(np.maximum(floats(values), 0.0))[::-1]
    return np.concatenate([[0.0], np.cumsum(ranked)])


def _size_of_top(count: int, share: Fraction) -> int:
    return -(-count * share.numerator // share.denominator)
