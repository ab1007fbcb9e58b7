"""Classes by cumulative share: where to cut a ranking. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, lcm

from guanxi.tiers.calc.errors import RuleError

Value = Decimal | int
HUNDRED = 100
ABCD = ("A", "B", "C", "D")
DEFAULT_CUTS = (Decimal(50), Decimal(80), Decimal(95))
"""A makes the first half of the revenue; A and B together the 80 % of the 80/20 rule; C up to 95 %; D the tail."""


class By(StrEnum):
    """What a cut is a share of, counted from the top."""

    REVENUE = "revenue"
    CUSTOMERS = "customers"


def check_cuts(cuts: Sequence[Decimal], tiers: int) -> None:
    """Raise RuleError unless there are `tiers` - 1 cuts, rising, between 0 and 100 percent."""
    if len(cuts) != tiers - 1:
        raise RuleError(f"{tiers} tiers need {tiers - 1} cuts, not {len(cuts)}")
    if not all(cut.is_finite() for cut in cuts):
        raise RuleError("a cut is a number of percent")
    bounds = [Decimal(0), *cuts, Decimal(HUNDRED)]
    if any(low >= high for low, high in pairwise(bounds)):
        raise RuleError("cuts rise from above 0 to below 100 percent")


def classify(
    values: Sequence[Value | None], cuts: Sequence[Decimal], by: By = By.REVENUE
) -> list[int | None]:
    """Return the tier of each value, 0 the best; None where there is no value.

    A value is in the first tier whose cut the share strictly above it has not reached: whoever crosses a cut still
    belongs to the better side, so the greatest value is always in tier 0, and equal values go together. By revenue
    the share is of the sum of all positive values, by customers of their number. Zero and less is in the last tier.
    Exact: no floats. Raises RuleError for bad cuts or values that are not finite.
    """
    check_cuts(cuts, len(cuts) + 1)
    whole = in_whole_numbers(values)
    positive = sorted((value for value in whole if value is not None and value > 0), reverse=True)
    greater_first = [-value for value in positive]
    above = [0, *accumulate(positive)] if by is By.REVENUE else range(len(positive) + 1)
    total = above[-1] if by is By.REVENUE else sum(value is not None for value in whole)
    limits = [ceil(Fraction(cut) * total / HUNDRED) for cut in cuts]  # a whole share is below both or neither
    last = len(cuts)

    def tier_of(value: int | None) -> int | None:
        if value is None:
            return None
        if value <= 0:
            return last
        share = above[bisect_left(greater_first, -value)]
        return next((place for place, limit in enumerate(limits) if share < limit), last)

    known: dict[int | None, int | None] = {value: tier_of(value) for value in set(whole)}
    return [known[value] for value in whole]


def abcd(values: Sequence[Value | None], cuts: Sequence[Decimal] = DEFAULT_CUTS) -> list[str | None]:
    """Return A, B, C or D for each contribution, None where there is none; see `classify`.

    >>> abcd([Decimal("500"), Decimal("300"), Decimal("150"), Decimal("50"), None])
    ['A', 'B', 'C', 'D', None]
    """
    return [None if place is None else ABCD[place] for place in classify(values, cuts)]


def in_whole_numbers(values: Sequence[Value | None]) -> list[int | None]:
    """The values times their common denominator: exact, and quick to add up."""
    if any(isinstance(value, Decimal) and not value.is_finite() for value in values):
        raise RuleError("a value is not a finite number")
    ratios = [None if value is None else value.as_integer_ratio() for value in values]
    common = lcm(*{ratio[1] for ratio in ratios if ratio is not None})
    return [None if ratio is None else ratio[0] * (common // ratio[1]) for ratio in ratios]
