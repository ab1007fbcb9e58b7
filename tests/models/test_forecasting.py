"""The Theta model against its equations, and forecasts on a published series and on awkward ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from guanxi.models.errors import ModelDataError, NotFittedError
from guanxi.models.forecasting import find_seasons, forecast
from guanxi.models.theta import DynamicTheta

AIR_PASSENGERS = [
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114,
    140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191,
    172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259,
    229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405,
    355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491,
    505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535,
    622, 606, 508, 461, 390, 432,
]  # fmt: skip
"""Box and Jenkins, Time Series Analysis (1970), series G: thousands of international air passengers, 1949 to 1960."""

SERIES = st.lists(st.floats(-1e4, 1e4), min_size=8, max_size=30)


def by_the_paper(
    series: list[float], alpha: float, weight: float, first: float, ahead: int = 0
) -> NDArray[np.float64]:
    """The recursion of Fiorucci et al. (2016), section 3.2, step by step; forecasts are fed back as values."""
    y = list(series)
    level, mean, a, b = alpha * y[0] + (1 - alpha) * first, y[0], y[0], 0.0
    means = [float("nan")]
    for t in range(1, len(series) + ahead):
        means.append(level + weight * ((1 - alpha) ** t * a + (1 - (1 - alpha) ** (t + 1)) / alpha * b))
        if t == len(y):
            y.append(means[-1])
        new_mean = (t * mean + y[t]) / (t + 1)
        b = ((t - 1) * b + 6 * (y[t] - mean) / (t + 1)) / (t + 2)
        a, mean = new_mean - b * (t + 2) / 2, new_mean
        level = alpha * y[t] + (1 - alpha) * level
    return np.array(means)


def weight_of(model: DynamicTheta) -> float:
    return 1 - 1 / model.theta_


@settings(max_examples=40, deadline=None)
@given(SERIES)
def test_means_follow_the_equations_of_the_paper(series: list[float]) -> None:
    model = DynamicTheta().fit(series)
    reference = by_the_paper(series, model.alpha_, weight_of(model), model.first_level_, ahead=5)
    size = max(1.0, float(np.abs(series).max()))
    assert model.fitted_[2:] == pytest.approx(reference[2 : len(series)], abs=1e-6 * size)
    assert model.predict(5) == pytest.approx(reference[len(series) :], abs=1e-6 * size)


@settings(max_examples=60, deadline=None)
@given(SERIES, st.floats(0.1, 0.99), st.floats(0, 1), st.floats(-3, 3))
def test_no_other_parameters_fit_better(
    series: list[float], alpha: float, weight: float, first: float
) -> None:
    """Whatever is drawn has no smaller squared error, but for the width of the grid."""
    model = DynamicTheta().fit(series)
    start = first * max(map(abs, series))
    others = np.array(series) - by_the_paper(series, alpha, weight, start)
    ours = np.array(series) - model.fitted_
    best, drawn = (float(errors[2:] @ errors[2:]) for errors in (ours, others))
    assert best <= drawn * (1 + 1e-3) + 1e-9 * max(1.0, *map(abs, series)) ** 2


@settings(max_examples=30, deadline=None)
@given(SERIES, st.floats(0.01, 100), st.floats(-1e4, 1e4))
def test_unit_and_zero_of_the_scale_do_not_matter(series: list[float], unit: float, zero: float) -> None:
    if np.ptp(series) < 1:
        return
    scaled = np.array(series) * unit + zero
    plain, moved = DynamicTheta().fit(series), DynamicTheta().fit(scaled)
    losses = [
        float(np.square(y - model.fitted_)[2:].sum()) for y, model in ((series, plain), (scaled, moved))
    ]
    size = unit * np.ptp(series)
    assert losses[1] == pytest.approx(losses[0] * unit**2, rel=1e-4, abs=1e-8 * size**2)
    if moved.alpha_ == pytest.approx(
        plain.alpha_, abs=1e-4
    ):  # two may fit equally well, as after a single peak
        assert moved.predict(3) == pytest.approx(plain.predict(3) * unit + zero, rel=1e-5, abs=1e-4 * size)


def test_the_spread_is_what_simulated_futures_have() -> None:
    """Twenty thousand futures with drawn errors, through the equations of the paper, against the exact variance."""
    series = [20.0, 22, 21, 25, 24, 27, 26, 30, 29, 31, 33, 32]
    model = DynamicTheta().fit(series)
    random = np.random.default_rng(5)
    futures = np.empty((4000, 4))
    for row in futures:
        path = list(series)
        for step in range(4):
            mean = by_the_paper(path, model.alpha_, weight_of(model), model.first_level_, ahead=1)[-1]
            row[step] = mean + random.normal(0, model.sigma_)
            path.append(row[step])
    assert futures.std(axis=0) == pytest.approx(model.spread(4), rel=0.05)
    assert futures.mean(axis=0) == pytest.approx(
        model.predict(4), abs=4 * model.spread(4)[-1] / np.sqrt(4000)
    )


def test_air_passengers_are_forecast_better_than_by_last_year() -> None:
    found = forecast(AIR_PASSENGERS[:132], horizon=12, season=12)
    actual = np.array(AIR_PASSENGERS[132:])
    theta, naive = (np.abs(actual - each.means).mean() for each in (found.theta, found.seasonal_naive))
    assert found.seasonality == "multiplicative"
    assert theta < naive / 2
    assert (
        (found.theta.low <= actual) & (actual <= found.theta.high)
    ).mean() >= 9 / 12  # narrow: the seasons are taken as known
    assert found.seasonal_naive.means.tolist() == AIR_PASSENGERS[120:132]
    assert found.check is not None
    assert found.check.origins == 12
    assert found.check.theta_mase is not None
    assert found.check.theta_mase < 1
    assert found.better == "theta"


def test_seasonal_indices_of_a_series_made_of_them() -> None:
    """Quarters of 0.8, 1.2, 1.1 and 0.9 on a straight line come out again."""
    indices = np.array([0.8, 1.2, 1.1, 0.9])
    series = 100 * np.tile(indices, 6)
    found = find_seasons(series, 4)
    assert found is not None
    assert found[0] == "multiplicative"
    assert found[1] == pytest.approx(indices)
    added = find_seasons(series - 100, 4)
    assert added is not None
    assert added[0] == "additive"
    assert added[1] == pytest.approx(100 * (indices - 1))
    odd = find_seasons(np.tile([1.0, 2.0, 6.0], 8), 3)
    assert odd is not None
    assert odd[1] == pytest.approx([1 / 3, 2 / 3, 2])


def test_no_seasons_are_seen_in_noise_nor_in_two_years() -> None:
    noise = np.random.default_rng(8).normal(100, 5, 60)
    assert find_seasons(noise, 12) is None
    assert find_seasons(noise[:24], 12) is None
    assert find_seasons(noise, 1) is None


def test_intervals_hold_what_they_promise_on_random_walks() -> None:
    """The share of true values within 95 % intervals over 60 drawn series, six steps ahead."""
    random = np.random.default_rng(11)
    inside = []
    for _ in range(60):
        walk = 500 + np.cumsum(random.normal(1, 5, 54))
        found = forecast(walk[:48], horizon=6, season=1)
        inside.append((found.theta.low <= walk[48:]) & (walk[48:] <= found.theta.high))
    assert 0.88 <= np.mean(inside) <= 1


def test_a_series_that_never_changed_goes_on() -> None:
    found = forecast([7.0] * 40, horizon=3, season=12)
    for outlook in (found.theta, found.seasonal_naive):
        assert outlook.means == pytest.approx([7, 7, 7])
        assert outlook.low == pytest.approx([7, 7, 7])
    assert found.check is not None
    assert found.check.theta_mase is None
    assert found.better is None


def test_losses_are_forecast_as_well_as_gains() -> None:
    random = np.random.default_rng(2)
    series = np.tile([-50.0, 20, -10, 40], 8) + random.normal(0, 1, 32)
    found = forecast(series, horizon=4, season=4)
    assert found.seasonality == "additive"
    assert found.theta.means == pytest.approx([-50, 20, -10, 40], abs=4)


def test_a_short_series_is_forecast_without_a_check() -> None:
    found = forecast([3, 4, 5, 4, 6, 7, 6, 8], horizon=4, season=1)
    assert found.check is None
    assert found.better is None
    assert (found.theta.low < found.theta.means).all()


@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        ([1, 2, 3], {"season": 1}, "too_short"),
        ([1] * 12, {"season": 12}, "too_short"),
        ([1, 2, float("nan"), 4, 5, 6, 7, 8, 9], {"season": 1}, "gaps"),
        (["a"] * 20, {}, "not_a_number"),
        ([1] * 20, {"horizon": 0}, "bad_horizon"),
        ([1] * 20, {"confidence": 95}, "bad_horizon"),
    ],
)
def test_what_cannot_be_forecast_is_refused(values: Any, options: dict[str, Any], code: str) -> None:
    with pytest.raises(ModelDataError) as refused:
        forecast(values, **options)
    assert refused.value.code == code


def test_the_model_alone_refuses_too() -> None:
    with pytest.raises(ModelDataError, match="too few"):
        DynamicTheta().fit([1, 2, 3])
    with pytest.raises(NotFittedError):
        DynamicTheta().predict(1)
