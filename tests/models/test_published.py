"""The figures that the papers print, from their own data."""

from __future__ import annotations

import numpy as np
import pytest
from lifetimes.datasets import (
    load_cdnow_summary,
    load_cdnow_summary_data_with_monetary_value,
    load_donations,
)

from guanxi.models import BetaGeo, BetaGeoBetaBinom, GammaGamma, ModifiedBetaGeo, ParetoNBD
from guanxi.models.comparison import auc
from guanxi.models.frames import float_columns
from guanxi.models.purchase_model import PurchaseModel
from guanxi.models.rfm import split_summary
from tests.models.test_comparison import END, cdnow

HOLD_OUT_WEEKS = 39


def fitted(model: type[PurchaseModel]) -> PurchaseModel:
    return model().fit(load_cdnow_summary())


@pytest.mark.parametrize(
    ("model", "published", "log_likelihood"),
    [
        (BetaGeo, {"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258}, -9582.43),
        (ModifiedBetaGeo, {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}, None),
        (ParetoNBD, {"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.669}, -9594.98),
    ],
)
def test_cdnow(model: type[PurchaseModel], published: dict[str, float], log_likelihood: float | None) -> None:
    """Fader, Hardie and Lee (2005), table 2; MBG/NBD as the R package BTYDplus prints it."""
    found = model().fit(split_summary(cdnow(), calibration_until=END, periods_per_unit=7)[0])
    assert found.params_ == pytest.approx(published, abs=5e-4)
    assert found.n_customers_ == 2357
    assert found.converged_
    assert log_likelihood is None or round(found.log_likelihood_, 2) == log_likelihood
    assert fitted(model).params_ == pytest.approx(
        published, rel=1e-4
    )  # times rounded to a hundredth of a week


def test_what_one_customer_is_expected_to_buy() -> None:
    """BG/NBD: Fader, Hardie and Lee (2005) in Excel, E[Y(39)] = 1.226. Pareto/NBD: BTYD's vignette, .9979 and 25.46."""
    assert round(fitted(BetaGeo).expected_purchases(39, 2, 30.43, 38.86), 3) == 1.226
    pareto = fitted(ParetoNBD)
    assert round(pareto.probability_alive(26, 30.86, 31), 4) == 0.9979
    assert round(pareto.expected_purchases(52, 26, 30.86, 31), 2) == 25.46


def test_gamma_gamma_on_those_who_came_back() -> None:
    """Fader and Hardie (2013): p = 6.25, q = 3.74, v = 15.44 on the 946 of 2,357 who bought again."""
    found = GammaGamma().fit(load_cdnow_summary_data_with_monetary_value())
    assert found.n_customers_ == 946
    assert {name: round(value, 3) for name, value in found.params_.items()} == {
        "p": 6.249,
        "q": 3.745,
        "v": 15.448,
    }
    assert round(found.correlation_, 2) == 0.11


def test_bg_bb_on_donations() -> None:
    """Fader, Hardie and Shang (2010), table 3: 11,104 donors, six years."""
    data = load_donations()
    found = BetaGeoBetaBinom().fit(
        data["frequency"], data["recency"], data["periods"], weights=data["weights"]
    )
    published = {"alpha": 1.2035, "beta": 0.7497, "gamma": 0.6567, "delta": 2.7834}
    assert found.params_ == pytest.approx(published, abs=5e-5)
    assert round(found.log_likelihood_, 2) == -33225.58
    assert found.n_customers_ == 11_104


def test_the_second_39_weeks_of_cdnow() -> None:
    """Correlation of expected with actual: Fader, Hardie and Lee (2005) print .626 (BG/NBD) and .630 (Pareto/NBD).

    And the trap: as a score of who is gone, BG/NBD's P(alive) is worse than chance, as all one-time buyers have 1.
    """
    summary, weeks = split_summary(cdnow(), calibration_until=END, periods_per_unit=7)
    columns = float_columns(summary, ["frequency", "recency", "T", "holdout"])
    frequency, recency, age, actual = columns.values()
    assert weeks == HOLD_OUT_WEEKS
    gone = actual == 0
    correlations, expectation, alive = {}, {}, {}
    for model in (BetaGeo, ParetoNBD):
        found = model().fit(frequency, recency, age)
        expected = found.expected_purchases(weeks, frequency, recency, age)
        correlations[model] = round(float(np.corrcoef(expected, actual)[0, 1]), 3)
        expectation[model] = round(auc(-expected, gone), 3)
        alive[model] = round(auc(-found.probability_alive(frequency, recency, age), gone), 3)
    assert correlations == {BetaGeo: 0.626, ParetoNBD: 0.630}
    assert alive[BetaGeo] == 0.316
    assert expectation[ParetoNBD] == 0.779
    assert round(auc(age - recency, gone), 3) == 0.771  # plain recency
    assert expectation[BetaGeo] > 0.771
