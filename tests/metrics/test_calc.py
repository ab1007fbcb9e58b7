"""Windows, money, definitions and scores."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.metrics.calc.definitions import (
    BUILT_IN,
    Aggregate,
    Counted,
    DefinitionError,
    Metric,
    Otherwise,
    Scored,
    check,
    facts_of,
    months_of,
)
from guanxi.metrics.calc.money import decimals_of, minor_of_hundredths
from guanxi.metrics.calc.scores import scores
from guanxi.metrics.calc.windows import months_before

DAYS = st.dates(min_value=date(1960, 1, 1), max_value=date(2100, 12, 31))


@given(DAYS, st.integers(1, 600))
def test_a_window_never_begins_in_another_month(day: date, months: int) -> None:
    start = months_before(day, months)
    assert (day.year * 12 + day.month) - (start.year * 12 + start.month) == months
    assert start.day <= day.day
    assert start.day == day.day or (start + timedelta(days=1)).day == 1


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


def test_the_built_in_metrics_are_sound() -> None:
    check(BUILT_IN)
    assert facts_of(BUILT_IN) == ("orders",)
    assert months_of(BUILT_IN) == (12,)


COUNT = Counted("orders", "orders", Aggregate.COUNT)
SUM = Counted("revenue", "orders", Aggregate.SUM, "total")


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ([COUNT, COUNT], "twice"),
        ([Scored("a", of="a")], "not defined before"),
        ([Scored("a", of="orders"), COUNT], "not defined before"),
        ([SUM, Otherwise("b", of="revenue", column="amount"), Scored("c", of="b")], "counted from rows"),
        ([COUNT, Otherwise("b", of="orders", column="amount")], "is not"),
        ([Counted("a", "orders", Aggregate.SUM)], "needs a measure"),
        ([Counted("a", "orders", Aggregate.COUNT, "total")], "takes no measure"),
        ([Counted("a", "orders", Aggregate.COUNT, months=0)], "months"),
    ],
)
def test_what_cannot_be_computed_is_refused(metrics: list[Metric], message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        check(metrics)
