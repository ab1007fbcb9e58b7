"""Survival against lifelines and hand computations."""

from __future__ import annotations

from typing import Any

import lifelines
import lifelines.datasets
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.models.errors import ModelDataError, NotConvergedError, NotFittedError
from guanxi.models.survival import CoxProportionalHazards, KaplanMeier

STAYS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


@settings(max_examples=30, deadline=None)
@given(STAYS)
def test_kaplan_meier_is_that_of_lifelines(stays: list[tuple[int, bool]]) -> None:
    times, left = (list(column) for column in zip(*stays, strict=True))
    ours = KaplanMeier().fit(times, left)
    theirs = lifelines.KaplanMeierFitter().fit(times, left)
    assert ours.survival_ == pytest.approx(
        theirs.survival_function_at_times(ours.times_).to_numpy(), abs=1e-12
    )
    if (abs(ours.survival_ - 0.5) > 1e-9).all():
        assert (np.inf if ours.median_ is None else ours.median_) == theirs.median_survival_time_
    interval = theirs.confidence_interval_.loc[ours.times_]
    inside = (ours.survival_ > 0) & (ours.survival_ < 1)
    assert ours.low_[inside] == pytest.approx(interval.iloc[:, 0].to_numpy()[inside], abs=1e-9)
    assert ours.high_[inside] == pytest.approx(interval.iloc[:, 1].to_numpy()[inside], abs=1e-9)


def test_kaplan_meier_by_hand() -> None:
    """Six customers: 1, 2+, 3, 3, 4+, 5: (5/6), (5/6)(2/4), then (5/6)(2/4)(0/1)."""
    found = KaplanMeier().fit([1, 2, 3, 3, 4, 5], [1, 0, 1, 1, 0, 1])
    assert found.times_.tolist() == [1, 2, 3, 4, 5]
    assert found.at_risk_.tolist() == [6, 5, 4, 2, 1]
    assert found.survival_ == pytest.approx([5 / 6, 5 / 6, 5 / 12, 5 / 12, 0])
    assert found.median_ == 3
    assert found.survival_at([0, 1, 2.5, 5]) == pytest.approx([1, 5 / 6, 5 / 6, 0])
    assert np.isnan(found.survival_at([6])).all()
    assert (found.low_ <= found.survival_).all()
    assert (found.survival_ <= found.high_).all()


def test_where_most_are_still_there_the_median_is_unknown() -> None:
    assert KaplanMeier().fit([5, 6, 7], [1, 0, 0]).median_ is None


def test_hazards_of_the_rossi_sample_as_published() -> None:
    """432 released prisoners: Fox, "Cox Proportional-Hazards Regression for Survival Data" (2002), section 3."""
    rossi = lifelines.datasets.load_rossi()
    covariates = rossi.drop(columns=["week", "arrest"])
    ours = CoxProportionalHazards().fit(covariates, rossi["week"], rossi["arrest"])
    theirs = lifelines.CoxPHFitter().fit(rossi, "week", "arrest")
    assert ours.names_ == list(covariates.columns)
    assert ours.coefficients_ == pytest.approx(theirs.params_.to_numpy(), abs=1e-6)
    assert ours.standard_errors_ == pytest.approx(theirs.standard_errors_.to_numpy(), abs=1e-6)
    assert ours.log_likelihood_ == pytest.approx(theirs.log_likelihood_, abs=1e-8)
    published = [-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915]
    assert ours.coefficients_ == pytest.approx(published, abs=6e-5)
    assert ours.interval()["fin"] == pytest.approx(
        tuple(np.exp(theirs.confidence_intervals_.loc["fin"])), abs=1e-5
    )
    assert ours.null_log_likelihood_ < ours.log_likelihood_


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.sampled_from([0, 1, 2]))
def test_hazards_are_those_of_lifelines_with_and_without_ties(seed: int, width: int, decimals: int) -> None:
    random = np.random.default_rng(seed)
    covariates = random.normal(size=(120, width)) * [1, 50, 0.01][:width] + [0, 1000, 3][:width]
    times = np.round(random.exponential(np.exp(0.5 * random.normal(size=120))) * 3, decimals)
    left = random.random(120) < 0.7
    frame = pd.DataFrame(covariates, columns=[f"x{place}" for place in range(width)])
    ours = CoxProportionalHazards().fit(frame, times, left)
    theirs = lifelines.CoxPHFitter().fit(frame.assign(times=times, left=left), "times", "left")
    spread = covariates.std(axis=0)
    assert ours.coefficients_ * spread == pytest.approx(theirs.params_.to_numpy() * spread, abs=1e-3)
    assert ours.standard_errors_ * spread == pytest.approx(
        theirs.standard_errors_.to_numpy() * spread, abs=1e-5
    )
    assert (
        0 <= ours.log_likelihood_ - theirs.log_likelihood_ + 1e-9 < 1e-4
    )  # lifelines stops a little earlier


def test_any_table_and_any_unit_give_the_same_hazards() -> None:
    rossi = lifelines.datasets.load_rossi()
    names = ["fin", "age"]
    whole = CoxProportionalHazards().fit(rossi[names], rossi["week"], rossi["arrest"])
    for table in (rossi[names].to_numpy(), pl.from_pandas(rossi[names])):
        other = CoxProportionalHazards().fit(table, rossi["week"], rossi["arrest"], names=names)
        assert other.coefficients_ == pytest.approx(whole.coefficients_)
    in_months = CoxProportionalHazards().fit(rossi[names] * [1, 12], rossi["week"] * 7, rossi["arrest"])
    assert in_months.coefficients_ * [1, 12] == pytest.approx(whole.coefficients_)
    assert whole.predict({"fin": [0, 1], "age": [20, 20]})[1] - whole.predict({"fin": [0], "age": [20]})[
        0
    ] == (pytest.approx(whole.coefficients_[0]))


@pytest.mark.parametrize(
    ("table", "times", "left", "code"),
    [
        ([[1], [2]], [1, 2], [0, 0], "no_events"),
        ([[1], [1]], [1, 2], [1, 0], "constant_column"),
        ([[1, 2], [2, 4], [3, 6]], [1, 2, 3], [1, 0, 1], "dependent_columns"),
        ([1, 2], [1, 2], [1, 0], "wrong_shape"),
        ([[1]], [1, 2], [1, 0], "wrong_shape"),
        ([[1], [2]], [1, -2], [1, 0], "negative_duration"),
        ([[1], [2]], [1, 2], [1, 3], "bad_outcome"),
        ([[1], [2]], [1, 2], [1], "wrong_shape"),
        ([[1], [float("nan")]], [1, 2], [1, 0], "not_finite"),
        (np.zeros((0, 1)), [], [], "no_rows"),
        ({"age": ["old", "young"]}, [1, 2], [1, 0], "not_a_number"),
    ],
)
def test_what_cannot_be_explained_is_refused(table: Any, times: Any, left: Any, code: str) -> None:
    with pytest.raises(ModelDataError) as refused:
        CoxProportionalHazards().fit(table, times, left)
    assert refused.value.code == code


def test_complete_separation_is_no_result() -> None:
    with pytest.raises(NotConvergedError, match="leave it out"):
        CoxProportionalHazards().fit([[0], [0], [0], [1], [1], [1]], [9, 9, 9, 1, 2, 3], [0, 0, 0, 1, 1, 1])


def test_a_search_that_is_cut_short_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanxi.models.survival.MOST_STEPS", 1)
    with pytest.raises(NotConvergedError):
        CoxProportionalHazards().fit([[1], [2], [4], [3]], [4, 2, 3, 1], [1, 1, 1, 0])


def test_one_customer_far_out_does_not_throw_the_search_off() -> None:
    """A step of Newton's overshoots here and is halved; at the maximum the gradient is nothing."""
    covariates = np.r_[np.linspace(0, 1, 30), 400.0]
    times = np.r_[np.arange(30, 0, -1), 31.0] + np.tile([0, 0.5], 16)[:31]
    found = CoxProportionalHazards().fit(covariates[:, None], times, np.ones(31))
    near = [found.coefficients_[0] + change for change in (-1e-3, 1e-3)]
    assert all(_log_likelihood(covariates, times, each) < found.log_likelihood_ for each in near)


def _log_likelihood(covariate: np.ndarray, times: np.ndarray, coefficient: float) -> float:
    """Cox's partial likelihood without ties, straight from its definition."""
    linear = covariate * coefficient
    return float(
        sum(
            each - np.log(np.exp(linear[times >= time]).sum())
            for each, time in zip(linear, times, strict=True)
        )
    )


def test_names_that_do_not_fit_and_questions_before_fitting_are_refused() -> None:
    with pytest.raises(ModelDataError, match="2 names for 1"):
        CoxProportionalHazards().fit([[1], [2]], [1, 2], [1, 1], names=["a", "b"])
    with pytest.raises(NotFittedError):
        CoxProportionalHazards().predict([[1]])
    with pytest.raises(NotFittedError):
        KaplanMeier().survival_at([1])
