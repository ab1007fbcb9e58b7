"""Why a result that is a product changed: the change between two periods, shared out among its factors.

Result = traffic x close rate x ticket x repurchase x margin. Each factor gets its Shapley value: the mean of what
changing it adds over all orders in which the factors could have been changed one after another (Shapley 1953; for
decompositions Shorrocks, "Decomposition procedures for distributional analysis", Journal of Economic Inequality 11,
2013). It is exact, leaves no rest, does not depend on an order, and, unlike the logarithmic mean (LMDI: Ang 2005),
stands when a factor is zero or changes its sign, as a margin may. Reckoned in fractions: the parts add up to the
change to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial, floor, isfinite, prod

from guanxi.models.errors import ModelDataError

Number = int | float | Decimal | Fraction
FACTORS = ("traffic", "close_rate", "ticket", "repurchase", "margin")
MOST_FACTORS = 10


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A result before and after, and the part of the change that each factor accounts for; the parts add up to it."""

    before: Fraction
    after: Fraction
    parts: Mapping[str, Fraction]

    @property
    def change(self) -> Fraction:
        """The result after less the result before."""
        return self.after - self.before

    def rounded(self, places: int = 0) -> dict[str, Decimal]:
        """Return the parts with `places` decimals such that they still add up to the change, rounded the same way.

        By largest remainders: each part is off by less than one unit of the last place.
        """
        unit = 10**places
        whole = {name: floor(part * unit) for name, part in self.parts.items()}
        missing = round(self.change * unit) - sum(whole.values())
        nearest = sorted(self.parts, key=lambda name: whole[name] - self.parts[name] * unit)
        for name in nearest[:missing]:
            whole[name] += 1
        return {name: Decimal(f"{value}E-{places}") for name, value in whole.items()}


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The counts and sums of one period, of which the five factors are made.

    `visitors` who came, `buyers` among them, the `purchases` these made, their `revenue` and what it `cost`, money in
    one currency.
    """

    visitors: Number
    buyers: Number
    purchases: Number
    revenue: Number
    cost: Number

    def factors(self) -> dict[str, Fraction]:
        """Return the five factors; their product is revenue less cost.

        traffic = visitors, close_rate = buyers / visitors, repurchase = purchases / buyers, ticket = revenue /
        purchases, margin = (revenue - cost) / revenue. Raises ModelDataError: undefined_factor when one would divide
        by zero, negative_factor, not_a_number.
        """
        counts = {name: _exact(name, getattr(self, name)) for name in self.__slots__}
        for name in ("visitors", "buyers", "purchases", "revenue"):
            if counts[name] < 0:
                raise ModelDataError("negative_factor", f"{name} is below zero: only the margin may be")
            if counts[name] == 0:
                raise ModelDataError(
                    "undefined_factor",
                    f"without {name} the factors of a period are undefined: take a longer one",
                )
        visitors, buyers, purchases, revenue, cost = counts.values()
        return {
            "traffic": visitors,
            "close_rate": buyers / visitors,
            "ticket": revenue / purchases,
            "repurchase": purchases / buyers,
            "margin": (revenue - cost) / revenue,
        }


def decompose(
    before: Mapping[str, Number] | PeriodFigures, after: Mapping[str, Number] | PeriodFigures
) -> Decomposition:
    """Share the change of the product of the factors out among them.

    Each side is PeriodFigures, or maps the same factors, whatever their names, to their values; a factor may be zero or
    negative. Raises ModelDataError: different_factors, too_many_factors, not_a_number, and as `PeriodFigures.factors`.
    """
    first, second = (
        each.factors()
        if isinstance(each, PeriodFigures)
        else {name: _exact(name, value) for name, value in each.items()}
        for each in (before, after)
    )
    if set(first) != set(second) or not first:
        raise ModelDataError("different_factors", "both periods need the same factors, one at least")
    if len(first) > MOST_FACTORS:
        raise ModelDataError("too_many_factors", f"no more than {MOST_FACTORS} factors at a time")
    parts = {name: _shapley_value(name, first, second) for name in first}
    return Decomposition(_product(first), _product(second), parts)


def _product(factors: Mapping[str, Fraction]) -> Fraction:
    return prod(factors.values(), start=Fraction(1))


def _shapley_value(name: str, before: Mapping[str, Fraction], after: Mapping[str, Fraction]) -> Fraction:
    """Weigh what the factor adds after each set of the others was changed: |S|! (n - |S| - 1)! / n!."""
    others = [other for other in before if other != name]
    total = Fraction(0)
    for size in range(len(others) + 1):
        weight = Fraction(factorial(size) * factorial(len(others) - size), factorial(len(others) + 1))
        for changed in combinations(others, size):
            rest = prod(after[other] if other in changed else before[other] for other in others)
            total += weight * rest
    return total * (after[name] - before[name])


def _exact(name: str, value: object) -> Fraction:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | Decimal | Fraction)
        or not isfinite(value)
    ):
        raise ModelDataError("not_a_number", f"{name} is no finite number")
    return Fraction(value)
