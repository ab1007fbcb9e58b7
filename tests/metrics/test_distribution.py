"""How values are spread: a histogram loses nobody, whatever the values are."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.metrics.calc.distribution import BINS, distribution

NUMBERS = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=200)


@given(NUMBERS, st.booleans())
def test_every_value_stands_in_one_bin(values: list[int], days: bool) -> None:
    found = distribution(values, whole=not days, days=days)
    assert found is not None
    assert (found.count, found.smallest, found.largest) == (len(values), min(values), max(values))
    assert found.median == pytest.approx(median(values))
    assert sum(one.count for one in found.bins) == len(values)
    assert len(found.bins) <= BINS + 2
    for one in found.bins:
        held = [value for value in values if value >= one.low and (one.high is None or value < one.high)]
        assert len(held) == one.count


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_fractions_are_lost_no_more_than_whole_numbers(values: list[float]) -> None:
    found = distribution(values)
    assert found is not None
    assert sum(one.count for one in found.bins) == len(values)
    assert found.bins[0].low <= min(values) + 1e-9


def test_one_giant_does_not_squeeze_the_others_into_the_first_bin() -> None:
    found = distribution([*range(99), 1_000_000], whole=True)
    assert found is not None
    assert found.bins[0].count <= 10
    assert found.bins[-1].high is None


def test_days_go_by_weeks_months_and_years() -> None:
    week = distribution([0, 70], days=True)
    assert week is not None
    assert week.bins[1].low == 7
    assert distribution([]) is None
