"""Windows and money."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.metrics.calc.definitions import Span, Window, before, last
from guanxi.metrics.calc.money import decimals_of, minor_of_hundredths
from guanxi.metrics.calc.windows import bounds, months_before, one_before
from guanxi.models.scores import scores

DAYS = st.dates(min_value=date(1960, 1, 1), max_value=date(2100, 12, 31))
WINDOWS = st.builds(Window, st.sampled_from([Span.DAYS, Span.MONTHS]), st.integers(1, 100), st.integers(0, 5))


@given(DAYS, st.integers(1, 600))
def test_a_window_never_begins_in_another_month(day: date, months: int) -> None:
    start = months_before(day, months)
    assert (day.year * 12 + day.month) - (start.year * 12 + start.month) == months
    assert start.day <= day.day
    assert start.day == day.day or (start + timedelta(days=1)).day == 1


@given(DAYS, WINDOWS)
def test_a_window_and_the_one_before_it_leave_no_day_out_and_share_none(day: date, window: Window) -> None:
    after, until = bounds(window, day)
    assert after < until <= day
    assert bounds(one_before(window), day)[1] == after


@pytest.mark.parametrize(
    ("window", "after", "until"),
    [
        (last(12), date(2027, 2, 28), date(2028, 2, 29)),
        (before(12), date(2026, 2, 28), date(2027, 2, 28)),
        (Window(Span.DAYS, 90), date(2027, 12, 1), date(2028, 2, 29)),
        (Window(Span.YEAR), date(2027, 12, 31), date(2028, 2, 29)),
        (Window(Span.YEAR, back=1), date(2026, 12, 31), date(2027, 2, 28)),
    ],
)
def test_windows_seen_from_a_leap_day(window: Window, after: date, until: date) -> None:
    assert bounds(window, date(2028, 2, 29)) == (after, until)


@given(st.integers(-(10**18), 10**18), st.sampled_from([0, 1, 2, 3]))
def test_minor_units_are_rounded_as_decimals_are(hundredths: int, decimals: int) -> None:
    exact = Decimal(hundredths).scaleb(decimals - 2).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    assert minor_of_hundredths(hundredths, decimals) == int(exact)


def test_currencies_have_the_decimals_of_the_standard() -> None:
    assert [decimals_of(code) for code in ("CNY", "krw", "JPY", "BHD", "???")] == [2, 0, 0, 3, 2]


@given(st.lists(st.one_of(st.none(), st.integers(-50, 50)), max_size=40), st.booleans())
def test_scores_keep_the_order_and_equals_together(values: list[int | None], best_is_low: bool) -> None:
    found = scores(values, best_is_low=best_is_low)
    pairs = [(value, score) for value, score in zip(values, found, strict=True) if value is not None]
    assert [value is None for value in values] == [score is None for score in found]
    for value, score in pairs:
        assert score is not None
        assert 1 <= score <= 5
        for other, other_score in pairs:
            better = value < other if best_is_low else value > other
            assert other_score is not None
            assert not better or score >= other_score
            assert value != other or score == other_score


@given(st.sets(st.integers(), min_size=5).filter(lambda found: len(found) % 5 == 0))
def test_different_values_fall_into_equal_fifths(values: set[int]) -> None:
    found = scores(sorted(values))
    assert [found.count(score) for score in range(1, 6)] == [len(values) // 5] * 5
