"""The parts of a change: exact, without an order, adding up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.models.decomposition import FACTORS, PeriodFigures, decompose
from guanxi.models.errors import ModelDataError

VALUES = st.one_of(
    st.integers(-1000, 10**6),
    st.decimals(-100, 10**6, places=3),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.just(0),
)
SIDES = st.tuples(*[st.fixed_dictionaries(dict.fromkeys(FACTORS, VALUES))] * 2)


@given(SIDES)
def test_the_parts_add_up_to_the_change_exactly(sides: tuple[Any, Any]) -> None:
    found = decompose(*sides)
    before, after = (prod(Fraction(value) for value in side.values()) for side in sides)
    assert (found.before, found.after) == (before, after)
    assert sum(found.parts.values()) == after - before == found.change


@settings(max_examples=30, deadline=None)
@given(SIDES)
def test_a_part_is_the_mean_over_all_orders(sides: tuple[Any, Any]) -> None:
    """The definition itself: 120 orders in which five factors can be changed one after another."""
    before, after = ({name: Fraction(value) for name, value in side.items()} for side in sides)
    totals = dict.fromkeys(FACTORS, Fraction(0))
    for order in permutations(FACTORS):
        now = dict(before)
        for name in order:
            was = prod(now.values())
            now[name] = after[name]
            totals[name] += prod(now.values()) - was
    assert decompose(*sides).parts == {name: total / 120 for name, total in totals.items()}


@given(SIDES, st.permutations(FACTORS))
def test_the_order_of_the_factors_does_not_matter(sides: tuple[Any, Any], order: list[str]) -> None:
    shuffled = [{name: side[name] for name in order} for side in sides]
    assert decompose(*shuffled).parts == decompose(*sides).parts


@given(SIDES)
def test_the_way_back_takes_away_what_the_way_there_brought(sides: tuple[Any, Any]) -> None:
    there, back = decompose(*sides), decompose(*reversed(sides))
    assert back.parts == {name: -part for name, part in there.parts.items()}


@given(SIDES, st.sampled_from(FACTORS))
def test_a_factor_that_did_not_change_has_no_part(sides: tuple[Any, Any], name: str) -> None:
    before, after = sides
    assert decompose(before, {**after, name: before[name]}).parts[name] == 0


@given(SIDES, st.integers(0, 2))
def test_rounded_parts_add_up_to_the_rounded_change(sides: tuple[Any, Any], places: int) -> None:
    found = decompose(*sides)
    rounded = found.rounded(places)
    assert sum(map(Fraction, rounded.values())) == Fraction(round(found.change * 10**places), 10**places)
    for name, value in rounded.items():
        assert abs(Fraction(value) - found.parts[name]) < Fraction(1, 10**places)


def test_two_factors_share_their_product_by_halves() -> None:
    """2 x 3 to 4 x 5: the first accounts for 2 x (3 + 5) / 2 = 8, the second for 2 x (2 + 4) / 2 = 6."""
    assert decompose({"price": 2, "pieces": 3}, {"price": 4, "pieces": 5}).parts == {"price": 8, "pieces": 6}


def test_all_from_nothing_is_shared_equally() -> None:
    found = decompose(dict.fromkeys(FACTORS, 0), dict.fromkeys(FACTORS, 2))
    assert set(found.parts.values()) == {Fraction(32, 5)}


def test_five_factors_of_two_seasons() -> None:
    """More came and more of them bought, but in smaller tickets and at a thinner margin."""
    spring = PeriodFigures(
        visitors=2000, buyers=500, purchases=800, revenue=Decimal(400_000), cost=Decimal(240_000)
    )
    summer = PeriodFigures(
        visitors=2400, buyers=660, purchases=1056, revenue=Decimal(475_200), cost=Decimal(308_880)
    )
    assert summer.factors() == {
        "traffic": 2400,
        "close_rate": Fraction(11, 40),
        "ticket": 450,
        "repurchase": Fraction(8, 5),
        "margin": Fraction(35, 100),
    }
    found = decompose(spring, summer)
    assert (found.before, found.after, found.change) == (160_000, 166_320, 6_320)
    assert found.parts["repurchase"] == 0
    assert (
        found.parts["traffic"] > found.parts["close_rate"] > 0 > found.parts["ticket"] > found.parts["margin"]
    )
    assert sum(found.rounded().values()) == 6_320


def test_a_margin_that_turns_negative_is_told() -> None:
    before = PeriodFigures(visitors=100, buyers=10, purchases=10, revenue=1000, cost=800)
    after = PeriodFigures(visitors=100, buyers=10, purchases=10, revenue=1000, cost=1100)
    assert decompose(before, after).parts == {**dict.fromkeys(FACTORS, 0), "margin": -300}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"visitors": 0}, "undefined_factor"),
        ({"buyers": 0}, "undefined_factor"),
        ({"purchases": 0}, "undefined_factor"),
        ({"revenue": 0}, "undefined_factor"),
        ({"revenue": -5}, "negative_factor"),
        ({"cost": float("nan")}, "not_a_number"),
        ({"cost": Decimal("Infinity")}, "not_a_number"),
        ({"visitors": "many"}, "not_a_number"),
    ],
)
def test_a_period_without_factors_is_refused(changed: dict[str, Any], code: str) -> None:
    good = {"visitors": 100, "buyers": 10, "purchases": 10, "revenue": 1000, "cost": 800}
    with pytest.raises(ModelDataError) as refused:
        decompose(PeriodFigures(**good), PeriodFigures(**good | changed))
    assert refused.value.code == code


def test_different_or_too_many_factors_are_refused() -> None:
    with pytest.raises(ModelDataError, match="same factors"):
        decompose({"price": 1}, {"pieces": 1})
    with pytest.raises(ModelDataError, match="same factors"):
        decompose({}, {})
    many = {str(number): 1 for number in range(11)}
    with pytest.raises(ModelDataError, match="no more than 10"):
        decompose(many, many)
