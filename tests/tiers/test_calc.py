"""Cuts and segments."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.tiers.calc import (
    ABCD,
    DEFAULT_CUTS,
    RFM_SEGMENTS,
    By,
    CutsRule,
    RuleError,
    Segment,
    SegmentsRule,
    Standing,
    abcd,
    check_segments,
    classify,
    read_cuts,
    read_rule,
    segment_of,
    worth,
)
from guanxi.tiers.shipped import RFM, SCHEMES

AMOUNTS = st.decimals(min_value=-(10**6), max_value=10**12, places=2)
VALUES = st.lists(st.none() | AMOUNTS, max_size=40)
CUTS = st.lists(st.decimals(min_value=1, max_value=99, places=1), min_size=1, max_size=5, unique=True).map(
    sorted
)
BY = st.sampled_from(By)


@given(VALUES, CUTS, BY)
def test_more_value_is_never_a_lower_tier_and_equals_go_together(
    values: list[Decimal | None], cuts: list[Decimal], by: By
) -> None:
    rated = [pair for pair in zip(values, classify(values, cuts, by), strict=True) if pair[0] is not None]
    for value, tier in rated:
        for other, other_tier in rated:
            assert value is not None
            assert other is not None
            assert tier is not None
            assert other_tier is not None
            assert value <= other or tier <= other_tier
            assert value != other or tier == other_tier


@given(VALUES, CUTS, BY, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(
    values: list[Decimal | None], cuts: list[Decimal], by: By, random: Any
) -> None:
    shuffled = random.sample(values, len(values))
    tiers = dict(zip(values, classify(values, cuts, by), strict=True))
    assert [tiers[value] for value in shuffled] == classify(shuffled, cuts, by)


@given(VALUES, CUTS, BY)
def test_who_has_no_value_has_no_tier_and_nobody_else(
    values: list[Decimal | None], cuts: list[Decimal], by: By
) -> None:
    assert [tier is None for tier in classify(values, cuts, by)] == [value is None for value in values]


@given(VALUES, CUTS, BY)
def test_each_tier_but_its_last_ties_stays_within_its_cut(
    values: list[Decimal | None], cuts: list[Decimal], by: By
) -> None:
    """The share strictly above anyone in a tier has not reached its cut, and has reached all better cuts."""
    known = [Fraction(value) for value in values if value is not None]
    total = sum(max(value, Fraction(0)) for value in known) if by is By.REVENUE else len(known)
    for value, tier in zip(values, classify(values, cuts, by), strict=True):
        if value is None or value <= 0:
            assert tier in (None, len(cuts))
            continue
        better = [other for other in known if other > value]
        share = sum(better) if by is By.REVENUE else len(better)
        limits = [Fraction(cut) / 100 * total for cut in cuts]
        assert tier == next((place for place, limit in enumerate(limits) if share < limit), len(cuts))


@given(st.lists(AMOUNTS.filter(lambda value: value > 0), min_size=1), st.integers(1, 10**6))
def test_another_unit_of_money_changes_nothing(values: list[Decimal], factor: int) -> None:
    assert abcd(values) == abcd([int(value * 100) * factor for value in values])


@given(st.lists(AMOUNTS.filter(lambda value: value > 0), min_size=1))
def test_the_greatest_is_always_in_the_best_tier(values: list[Decimal]) -> None:
    assert abcd(values)[values.index(max(values))] == "A"


def test_ten_customers_of_eighty_twenty() -> None:
    values: list[Decimal | None] = [Decimal(value) for value in (450, 350, 50, 40, 30, 25, 20, 15, 12, 8)]
    assert abcd(values) == ["A", "A", "C", "C", "C", "C", "C", "D", "D", "D"]
    assert classify(values, [Decimal(10), Decimal(30)], By.CUSTOMERS) == [0, 1, 1, 2, 2, 2, 2, 2, 2, 2]


def test_nothing_and_less_than_nothing_are_in_the_last_tier() -> None:
    assert abcd([Decimal(0), Decimal(-5), None]) == ["D", "D", None]
    assert abcd([]) == []


@pytest.mark.parametrize(
    "cuts", [[50, 50], [0, 50], [50, 100], [80, 50], ["NaN"], ["x"], [1, 2, 3, 4], ["1." + "1" * 20, 50, 60]]
)
def test_cuts_that_do_not_rise_are_refused(cuts: list[object]) -> None:
    with pytest.raises(RuleError):
        read_cuts(cuts, 4 if len(cuts) >= 3 else len(cuts) + 1)


def test_cuts_are_read_as_people_write_them() -> None:
    assert read_cuts([" 50% ", "80.5", 95], 4) == (Decimal(50), Decimal("80.5"), Decimal(95))


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_a_value_that_is_not_finite_is_refused(value: str) -> None:
    with pytest.raises(RuleError):
        abcd([Decimal(value)])


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
def test_every_score_has_one_segment(recency: int, frequency: int, value: int) -> None:
    check_segments(RFM_SEGMENTS)
    code = segment_of(RFM_SEGMENTS, recency, frequency, value)
    assert [found.code for found in RFM_SEGMENTS if found.holds(recency, worth(frequency, value))] == [code]


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ([Segment("a", (1, 5), (1, 4))], "no segment"),
        ([Segment("a", (1, 5), (1, 5)), Segment("b", (3, 3), (3, 3))], "a and b"),
    ],
)
def test_segments_with_gaps_or_overlaps_are_refused(segments: list[Segment], message: str) -> None:
    with pytest.raises(RuleError, match=message):
        check_segments(segments)


def standing(
    key: int, currency: str, contribution: int | None, scores: tuple[int, int, int] | None
) -> Standing:
    return Standing(
        key,
        currency,
        None if contribution is None else Decimal(contribution),
        *(scores or (None, None, None)),
    )


def test_currencies_are_ranked_each_for_itself() -> None:
    people = [
        standing(1, "KRW", 1_000_000, None),
        standing(2, "CNY", 900, None),
        standing(3, "CNY", 100, None),
    ]
    rule = CutsRule(By.REVENUE, DEFAULT_CUTS)
    assert rule.rate([*people, standing(4, "CNY", None, None)], ABCD) == {1: "A", 2: "A", 3: "C", 4: None}


def test_rfm_needs_a_first_order() -> None:
    rule = SegmentsRule(RFM_SEGMENTS)
    people = [standing(1, "CNY", 5, (5, 5, 5)), standing(2, "CNY", 5, None), standing(3, "CNY", 5, (1, 1, 2))]
    assert rule.rate(people, [segment.code for segment in RFM_SEGMENTS]) == {
        1: "champion",
        2: None,
        3: "dormant",
    }


def test_shipped_rules_can_be_read() -> None:
    for scheme in SCHEMES:
        read_rule(scheme.rule, [tier.code for tier in scheme.tiers])


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ({"kind": "horoscope"}, ["A"]),
        ({**RFM.rule}, ["champion"]),
        ({"kind": "cuts", "by": "revenue", "cuts": ["50"]}, ["A"]),
    ],
)
def test_rules_that_do_not_fit_are_refused(rule: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(RuleError):
        read_rule(rule, codes)
