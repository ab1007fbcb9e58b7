"""Models and rules on the second 39 weeks of CDNOW, and the parts they are judged by."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import lifetimes.datasets
import lifetimes.utils
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from guanxi.models import BetaGeo, ParetoNBD
from guanxi.models.comparison import ModelComparison, auc, auc_gain, compare_models
from guanxi.models.errors import ModelDataError, NotConvergedError
from guanxi.models.rfm import split_summary
from tests.models.test_rfm import DAYS, ROWS, frame_of

END = dt.date(1997, 9, 30)
OUTCOMES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), min_size=4, max_size=40)


def cdnow() -> Any:
    """The published sample of a tenth of CDNOW: one row a purchase."""
    path = Path(lifetimes.datasets.__file__).parent / "CDNOW_sample.txt"
    rows = [line.split() for line in path.read_text().splitlines()]
    frame = pd.DataFrame({"customer": [int(row[1]) for row in rows], "date": [row[2] for row in rows]})
    return frame.assign(date=pd.to_datetime(frame["date"], format="%Y%m%d"))


@pytest.fixture(scope="module")
def compared() -> ModelComparison:
    return compare_models(*split_summary(cdnow(), calibration_until=END, periods_per_unit=7))


def test_the_best_model_beats_recency_on_cdnow(compared: ModelComparison) -> None:
    """Weeks 40 to 78: correlations as in Fader, Hardie and Lee (2005), AUC of recency .771, of Pareto/NBD .779."""
    assert (compared.customers, compared.duration) == (2357, 39)
    models = {standing.name: standing for standing in compared.models}
    rules = {standing.name: standing for standing in compared.rules}
    assert models["bg-nbd"].correlation == pytest.approx(0.626, abs=0.005)
    assert models["pareto-nbd"].correlation == pytest.approx(0.630, abs=0.005)
    assert models["bg-nbd"].log_likelihood == pytest.approx(-9582.43, abs=0.5)
    assert models["pareto-nbd"].log_likelihood == pytest.approx(-9594.98, abs=0.5)
    assert round(rules["recency"].auc, 3) == 0.771
    assert round(models["pareto-nbd"].auc, 3) == 0.779
    assert 0.5 < rules["hiatus"].auc < rules["recency"].auc
    gain = auc_of_best(compared) - rules["recency"].auc
    assert compared.gain.difference == pytest.approx(gain)
    assert compared.gain.low < gain < compared.gain.high
    assert compared.failed == {}


def auc_of_best(compared: ModelComparison) -> float:
    return next(standing.auc for standing in compared.models if standing.name == compared.best)


def test_deciles_hold_everybody_and_rise(compared: ModelComparison) -> None:
    for standing in compared.models:
        deciles = standing.deciles
        assert sum(decile.customers for decile in deciles) == 2357
        assert [decile.expected for decile in deciles] == sorted(decile.expected for decile in deciles)
        expected, actual = (
            sum(decile.customers * getattr(decile, name) for decile in deciles)
            for name in ("expected", "actual")
        )
        assert expected == pytest.approx(actual, rel=0.2)  # all three expect a sixth too few


@settings(max_examples=25, deadline=None)
@given(ROWS, DAYS)
def test_the_split_is_that_of_lifetimes(rows: list[tuple[int, dt.date, int]], end: dt.date) -> None:
    frame = frame_of(rows)
    first, last = min(row[1] for row in rows), max(row[1] for row in rows)
    if not first <= end < last:
        return
    ours, duration = split_summary(frame, calibration_until=end, periods_per_unit=7)
    theirs = lifetimes.utils.calibration_and_holdout_data(
        frame, "customer", "date", pd.Timestamp(end), freq="D", freq_multiplier=7
    )
    assert duration == theirs["duration_holdout"].iloc[0]
    names = ["frequency_cal", "recency_cal", "T_cal", "frequency_holdout"]
    found = ours.to_pandas().set_index("customer").astype(float)
    assert found.to_numpy().tolist() == theirs[names].to_numpy().tolist()
    assert found.index.tolist() == theirs.index.tolist()


@given(OUTCOMES)
def test_auc_is_that_of_all_pairs(rows: list[tuple[int, int, bool]]) -> None:
    scores, _, outcomes = (np.array(column) for column in zip(*rows, strict=True))
    if outcomes.all() or not outcomes.any():
        with pytest.raises(ModelDataError):
            auc(scores, outcomes)
        return
    statistic = mannwhitneyu(scores[outcomes], scores[~outcomes]).statistic
    assert auc(scores, outcomes) == pytest.approx(statistic / (outcomes.sum() * (~outcomes).sum()))


@given(OUTCOMES)
def test_a_gain_is_the_difference_of_two_auc(rows: list[tuple[int, int, bool]]) -> None:
    first, second, outcomes = (np.array(column) for column in zip(*rows, strict=True))
    if min(outcomes.sum(), (~outcomes).sum()) < 2:
        return
    gain = auc_gain(first, second, outcomes)
    assert gain.difference == pytest.approx(auc(first, outcomes) - auc(second, outcomes), abs=1e-12)
    assert gain.low <= gain.difference <= gain.high
    same = auc_gain(first, first, outcomes)
    assert (same.difference, same.low, same.high) == (0, 0, 0)


def test_the_interval_of_a_gain_covers_what_it_promises() -> None:
    """Two scores of known worth: normal, apart by 1 and 0.5 (AUC .7602 and .6382 by the normal distribution)."""
    random = np.random.default_rng(4)
    outcomes = np.arange(200) % 2 == 0
    inside = []
    for _ in range(300):
        scores = random.normal(size=(2, 200)) + np.outer([1, 0.5], outcomes)
        gain = auc_gain(*scores, outcomes)
        inside.append(gain.low <= 0.7602 - 0.6382 <= gain.high)
    assert 0.91 <= np.mean(inside) <= 0.99


def test_where_all_bought_again_nothing_can_be_told() -> None:
    summary = {"frequency": [1.0] * 40, "recency": [1.0] * 40, "T": [2.0] * 40, "holdout": [1.0] * 40}
    with pytest.raises(ModelDataError) as refused:
        compare_models(summary, 10)
    assert refused.value.code == "one_outcome"


def test_a_second_period_is_needed() -> None:
    with pytest.raises(ModelDataError) as refused:
        split_summary(cdnow(), calibration_until=dt.date(1999, 1, 1))
    assert refused.value.code == "no_holdout"


def test_a_model_without_a_result_is_told_and_the_others_judged() -> None:
    table, duration = split_summary(cdnow(), calibration_until=END, periods_per_unit=7)
    hasty = {"hasty": ParetoNBD(max_iter=1), "bg-nbd": BetaGeo()}
    found = compare_models(table, duration, models=hasty)
    assert list(found.failed) == ["hasty"]
    assert found.best == "bg-nbd"
    with pytest.raises(NotConvergedError, match="hasty"):
        compare_models(table, duration, models={"hasty": ParetoNBD(max_iter=1)})
