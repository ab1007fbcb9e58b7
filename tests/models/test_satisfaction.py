"""The satisfaction curve against published figures, SciPy and the laws of its parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from scipy.stats import binomtest
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio
from scipy.stats.contingency import relative_risk

from guanxi.models.errors import ModelDataError, NotFittedError
from guanxi.models.satisfaction import (
    SatisfactionCurve,
    isotonic_means,
    odds_ratio,
    rate_ratio,
    wilson_interval,
)

COUNTS = st.integers(1, 500)


def fitted(*counts: tuple[int, int, int]) -> SatisfactionCurve:
    """Fit (score, bought again, did not) triples."""
    scores = [score for score, again, not_again in counts for _ in range(again + not_again)]
    outcomes = [outcome for _, again, not_again in counts for outcome in [1] * again + [0] * not_again]
    return SatisfactionCurve().fit(scores, outcomes)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_as_published(successes: int, trials: int, low: float, high: float) -> None:
    """Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, I."""
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.5, 0.999))
def test_wilson_intervals_are_those_of_scipy(again: int, not_again: int, confidence: float) -> None:
    trials = again + not_again
    if trials:
        theirs = binomtest(again, trials).proportion_ci(confidence, method="wilson")
        assert wilson_interval(again, trials, confidence) == pytest.approx(
            (theirs.low, theirs.high), abs=1e-12
        )


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 100)), max_size=12))
def test_pooling_is_isotonic_regression(pairs: list[tuple[float, int]]) -> None:
    values, weights = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ours = isotonic_means(values, weights)
    if pairs:
        assert ours == pytest.approx(isotonic_regression(values, weights=weights).x, abs=1e-12)
    assert ours == sorted(ours)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_ratios_are_those_of_scipy(a: int, b: int, c: int, d: int) -> None:
    ours, theirs = odds_ratio((a, b), (c, d)), scipy_odds_ratio([[a, b], [c, d]], kind="sample")
    interval = theirs.confidence_interval(0.95)
    assert (ours.ratio, ours.low, ours.high) == pytest.approx((theirs.statistic, interval.low, interval.high))
    rates = relative_risk(a, a + b, c, c + d)
    interval = rates.confidence_interval(0.95)
    found = rate_ratio((a, b), (c, d))
    assert (found.ratio, found.low, found.high) == pytest.approx(
        (rates.relative_risk, interval.low, interval.high)
    )


def test_a_five_that_buys_again_six_times_more_than_a_four() -> None:
    curve = fitted((3, 5, 95), (4, 10, 90), (5, 60, 40))
    assert curve.rate_ratio_ is not None
    assert curve.odds_ratio_ is not None
    assert curve.rate_ratio_.ratio == pytest.approx(6)
    assert curve.odds_ratio_.ratio == pytest.approx(13.5)
    assert curve.rate_ratio_.low < 6 < curve.rate_ratio_.high
    assert curve.n_customers_ == 300


def test_the_curve_has_a_level_for_every_score_and_never_falls_when_smoothed() -> None:
    curve = fitted((1, 3, 7), (2, 1, 9), (4, 6, 4), (5, 9, 1))
    assert [level.customers for level in curve.levels_] == [10, 10, 0, 10, 10]
    assert [level.rate for level in curve.levels_] == [0.3, 0.1, None, 0.6, 0.9]
    assert [level.smoothed for level in curve.levels_] == pytest.approx([0.2, 0.2, None, 0.6, 0.9])
    assert curve.predict([5, 3, 1]) == pytest.approx([0.9, None, 0.2])
    assert curve.levels_[2].low is None


def test_an_empty_cell_is_corrected_and_told() -> None:
    curve = fitted((4, 0, 10), (5, 10, 10))
    assert curve.odds_ratio_ is not None
    assert curve.odds_ratio_.corrected
    assert curve.odds_ratio_.ratio == pytest.approx(10.5 / 10.5 * 10.5 / 0.5)
    assert not odds_ratio((1, 2), (3, 4)).corrected


def test_without_fours_there_is_no_comparison() -> None:
    curve = fitted((3, 1, 2), (5, 2, 1))
    assert (curve.odds_ratio_, curve.rate_ratio_) == (None, None)


@pytest.mark.parametrize(
    ("scores", "outcomes", "code"),
    [
        ([], [], "no_rows"),
        ([5, 4], [1], "wrong_shape"),
        ([0], [1], "bad_score"),
        ([4.5], [1], "bad_score"),
        ([5], [2], "bad_outcome"),
        ([5, np.nan], [1, 1], "not_finite"),
        (["good"], [1], "not_a_number"),
    ],
)
def test_what_is_no_survey_is_refused(scores: Any, outcomes: Any, code: str) -> None:
    with pytest.raises(ModelDataError) as refused:
        SatisfactionCurve().fit(scores, outcomes)
    assert refused.value.code == code


def test_questions_that_have_no_answer_are_refused() -> None:
    with pytest.raises(NotFittedError):
        SatisfactionCurve().predict([5])
    with pytest.raises(ModelDataError, match="1, 2, 3, 4 or 5"):
        fitted((5, 1, 1)).predict([6])
    with pytest.raises(ModelDataError, match="between 0 and 1"):
        SatisfactionCurve(confidence=95).fit([5], [1])
    for successes, trials in ((2, 1), (0, 0), (-1, 3)):
        with pytest.raises(ModelDataError, match="successes"):
            wilson_interval(successes, trials)
