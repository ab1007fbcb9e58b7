"""The value of purchases and of customers."""

from __future__ import annotations

import lifetimes
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes.datasets import load_cdnow_summary_data_with_monetary_value

from guanxi.models import BetaGeo, GammaGamma, ModelDataError, NotFittedError, ParetoNBD
from guanxi.models.gamma_gamma import _evaluate
from tests.models.derivatives import assert_derivatives, observations

CDNOW = load_cdnow_summary_data_with_monetary_value()
BACK = CDNOW[CDNOW["frequency"] > 0]
LIKELY = st.floats(0.2, 20)


@pytest.fixture(scope="module")
def fitted() -> GammaGamma:
    return GammaGamma().fit(CDNOW)


@given(
    st.tuples(LIKELY, LIKELY, LIKELY),
    st.lists(st.tuples(st.integers(1, 300).map(float), LIKELY, st.just(0.0), LIKELY), min_size=1, max_size=8),
)
def test_derivatives_are_those_of_the_likelihood(
    parameters: tuple[float, ...], rows: list[tuple[float, float, float, float]]
) -> None:
    assert_derivatives(_evaluate, np.array(parameters), observations(*rows))


def test_expected_values_and_errors_as_lifetimes(fitted: GammaGamma) -> None:
    theirs = lifetimes.GammaGammaFitter().fit(BACK["frequency"], BACK["monetary_value"])
    assert fitted.standard_errors_ == pytest.approx(theirs.standard_errors_.to_dict(), rel=1e-5)
    assert fitted.log_likelihood_ == pytest.approx(-theirs._negative_log_likelihood_ * 946, rel=1e-9)
    expected = theirs.conditional_expected_average_profit(CDNOW["frequency"], CDNOW["monetary_value"])
    assert fitted.expected_value(CDNOW) == pytest.approx(expected.to_numpy(), rel=1e-6)
    assert fitted.score(CDNOW) * 946 == pytest.approx(fitted.log_likelihood_)


def test_who_never_came_back_is_worth_what_all_are(fitted: GammaGamma) -> None:
    p, q, v = fitted.params_.values()
    assert fitted.expected_value(0, 0) == pytest.approx(p * v / (q - 1))
    # the more purchases, the nearer to the customer's own mean
    assert fitted.expected_value(10**9, 80.0) == pytest.approx(80, rel=1e-6)


@settings(max_examples=5)
@given(st.sampled_from([100, 0.01, 7.3]))
def test_the_currency_does_not_matter(factor: float) -> None:
    plain = GammaGamma().fit(BACK)
    other = GammaGamma().fit(BACK["frequency"], BACK["monetary_value"] * factor)
    assert other.params_["p"] == pytest.approx(plain.params_["p"], rel=1e-6)
    assert other.params_["v"] == pytest.approx(plain.params_["v"] * factor, rel=1e-6)
    assert other.log_likelihood_ == pytest.approx(plain.log_likelihood_ - 946 * np.log(factor), rel=1e-9)


def test_the_parameters_of_drawn_values_are_found_again() -> None:
    random = np.random.default_rng(4)
    p, q, v = 6.0, 4.0, 15.0
    counts = random.integers(1, 30, 20_000)
    values = random.gamma(p * counts, 1 / (counts * random.gamma(q, 1 / v, len(counts))))
    found = GammaGamma().fit(counts, values)
    for name, value in {"p": p, "q": q, "v": v}.items():
        assert abs(found.params_[name] - value) < 4 * found.standard_errors_[name]
    assert abs(found.correlation_) < 0.05


def test_lifetime_value_is_the_discounted_sum_over_months(fitted: GammaGamma) -> None:
    """Worked by hand for three months of 365.25 / 84 weeks, one percent a month."""
    purchases = BetaGeo().fit(CDNOW)
    customer = 4.0, 20.0, 30.0, 35.0
    found = fitted.customer_lifetime_value(purchases, *customer, months=3)
    month = 365.25 / 84
    until = [0.0, *(purchases.expected_purchases(k * month, *customer[:3]) for k in (1, 2, 3))]
    worth = sum((until[k] - until[k - 1]) / 1.01**k for k in (1, 2, 3))
    assert found == pytest.approx(worth * fitted.expected_value(4, 35.0))
    undiscounted = fitted.customer_lifetime_value(purchases, *customer, months=3, discount_rate=0)
    assert undiscounted == pytest.approx(until[3] * fitted.expected_value(4, 35.0))
    assert found < undiscounted


def test_lifetime_value_of_everybody_as_lifetimes_within_its_shorter_month(fitted: GammaGamma) -> None:
    """lifetimes has months of 4.345 weeks, 0.07 % shorter."""
    theirs = lifetimes.BetaGeoFitter().fit(CDNOW["frequency"], CDNOW["recency"], CDNOW["T"])
    values = lifetimes.GammaGammaFitter().fit(BACK["frequency"], BACK["monetary_value"])
    expected = values.customer_lifetime_value(
        theirs, CDNOW["frequency"], CDNOW["recency"], CDNOW["T"], CDNOW["monetary_value"], freq="W"
    )
    found = fitted.customer_lifetime_value(BetaGeo().fit(CDNOW), CDNOW)
    assert found == pytest.approx(expected.to_numpy(), rel=1e-3)
    assert (found > expected).all()


def test_the_unit_of_time_does_not_matter(fitted: GammaGamma) -> None:
    days = CDNOW.assign(recency=CDNOW["recency"] * 7, T=CDNOW["T"] * 7)
    by_day = fitted.customer_lifetime_value(ParetoNBD().fit(days), days, unit="day")
    by_week = fitted.customer_lifetime_value(ParetoNBD().fit(CDNOW), CDNOW, unit="week")
    assert by_day == pytest.approx(by_week, rel=1e-5)


def test_bad_input_is_refused(fitted: GammaGamma) -> None:
    purchases = BetaGeo().fit(CDNOW)
    wild = GammaGamma()
    wild.params_ = {"p": 2.0, "q": 0.8, "v": 1.0}
    for call, code in (
        (lambda: GammaGamma().fit([1, 2] * 20, [5, -1] * 20), "negative_amount"),
        (lambda: GammaGamma().fit([1, 2] * 20, [5, 0] * 20), "amount_of_zero"),
        (lambda: GammaGamma().fit([0] * 50, [0] * 50), "too_few_customers"),
        (lambda: GammaGamma(allow_small=True).fit([0] * 50, [0] * 50), "no_repeat_purchases"),
        (lambda: GammaGamma().fit([1.5] * 50, [1] * 50), "not_whole"),
        (lambda: GammaGamma().fit([1] * 12, [3] * 12), "too_few_customers"),
        (lambda: fitted.score([0], [0]), "no_repeat_purchases"),
        (lambda: wild.expected_value([0, 1], [0, 5]), "mean_not_finite"),
        (lambda: fitted.customer_lifetime_value(purchases, 1, 1, 2, 3, unit="year"), "unknown_unit"),
        (lambda: fitted.customer_lifetime_value(purchases, 1, 1, 2, 3, months=0), "invalid_horizon"),
        (lambda: fitted.customer_lifetime_value(purchases, 1, 1, 2, 3, discount_rate=-1), "invalid_horizon"),
    ):
        with pytest.raises(ModelDataError) as caught:
            call()
        assert caught.value.code == code
    assert wild.expected_value(1, 5.0) > 0
    with pytest.raises(NotFittedError):
        GammaGamma().expected_value(1, 2)


def test_no_correlation_without_variation() -> None:
    values = np.random.default_rng(1).gamma(3, 5, 100)
    assert np.isnan(GammaGamma().fit(pd.Series([2] * 100), values).correlation_)
