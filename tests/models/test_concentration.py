"""The Pareto curve, the Gini coefficient, and how concentration drifts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guanxi.models.concentration import (
    concentration_drift,
    concentration_of,
    gini,
    pareto_curve,
    share_of_top,
)
from guanxi.models.errors import ModelDataError

AMOUNTS = st.decimals(min_value=-(10**6), max_value=10**12, places=2)
POSITIVE = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


@given(st.lists(AMOUNTS, max_size=60), st.integers(1, 20))
def test_the_pareto_curve_rises_and_bends_down(values: list[Decimal], points: int) -> None:
    curve = pareto_curve(values, points)
    assume(curve)
    assert (curve[0], curve[-1]) == ((0, 0), (1, 1))
    assert len(curve) <= points + 1
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(curve)]
    assert all(width > 0 and rise >= 0 for width, rise in steps)
    slopes = [rise / width for width, rise in steps]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(slopes))


def test_without_revenue_there_is_no_curve_no_share_and_no_gini() -> None:
    assert pareto_curve([Decimal(0), Decimal(-1)]) == []
    assert pareto_curve([]) == []
    assert share_of_top([Decimal(0)]) is None
    assert gini([0, -3]) is None
    with pytest.raises(ModelDataError, match="positive"):
        concentration_of([0, -3])


def test_share_of_the_top_fifth() -> None:
    assert share_of_top([80, 5, 5, 5, 5]) == 0.8
    assert share_of_top([60, 20, 5, 5, 5, 5]) == 0.8


@given(POSITIVE)
def test_gini_is_the_mean_difference_of_all_pairs(values: list[int]) -> None:
    """Half the mean absolute difference over the mean: the definition itself."""
    count = len(values)
    differences = sum(abs(one - other) for one in values for other in values)
    assert gini(values) == pytest.approx(float(Fraction(differences, 2 * count * sum(values))), abs=1e-12)


def test_gini_of_equals_and_of_one_who_brings_all() -> None:
    assert gini([7, 7, 7, 7]) == pytest.approx(0)
    assert gini([0, 0, 0, 12]) == pytest.approx(3 / 4)


@given(POSITIVE, st.integers(1, 1000))
def test_the_currency_does_not_matter(values: list[int], rate: int) -> None:
    one, other = concentration_of(values), concentration_of([rate * value for value in values])
    assert (one.gini, one.top_fifth) == pytest.approx((other.gini, other.top_fifth))
    assert one.customers == other.customers


def test_the_telecom_front_of_large_customers() -> None:
    """A thousand of 1,666,667 customers (0.06 %) who make 31 % of the revenue: nobody else matters as much."""
    found = concentration_of([310.0] * 1000 + [690_000 / 1_665_667] * 1_665_667)
    assert found.customers == 1_666_667
    assert found.top_percent == pytest.approx(
        0.31 + (16_667 - 1000) * 690_000 / 1_665_667 / 1_000_000, abs=1e-6
    )
    assert found.half_by == 1000 + 458_662  # hand: (500,000 - 310,000) / (690,000 / 1,665,667), rounded up


def test_how_the_top_drifts() -> None:
    before = {"a": 60.0, "b": 20.0, "c": 10.0, "d": 5.0, "e": 5.0}
    after = {"b": 50.0, "c": 30.0, "d": 10.0, "f": 5.0, "g": 5.0}
    found = concentration_drift(before, after)
    assert (found.before.top_fifth, found.after.top_fifth) == (0.6, 0.5)
    assert found.top_share_change == pytest.approx(-0.1)
    assert (found.stayed, found.former_top, found.gone) == (0.0, 0.0, 1)
    half = concentration_drift(before, after, Fraction(2, 5))
    assert (half.stayed, half.former_top, half.gone) == (0.5, 0.5, 1)


def test_nothing_drifts_between_a_period_and_itself() -> None:
    period = {"a": 9.0, "b": 4.0, "c": 1.0}
    found = concentration_drift(period, period)
    assert (found.gini_change, found.top_share_change, found.stayed, found.gone) == (0, 0, 1, 0)


def test_gaps_are_refused() -> None:
    with pytest.raises(ModelDataError) as refused:
        gini([1.0, float("nan")])
    assert refused.value.code == "not_finite"
