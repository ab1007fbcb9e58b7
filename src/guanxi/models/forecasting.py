"""A forecast of a series by the dynamic optimised Theta model, the seasonal naive one beside it, both checked.

What is said of a method's worth is what it did on this very series: from each of the last origins it forecasts what
is known since (rolling origin; Tashman, International Journal of Forecasting 16, 2000).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError
from guanxi.models.frames import floats
from guanxi.models.theta import SHORTEST, DynamicTheta

Floats = NDArray[np.float64]
Seasonality = Literal["multiplicative", "additive"]

MOST_ORIGINS = 12
ONE_SIDED_95 = 1.645


@dataclass(frozen=True, slots=True)
class Outlook:
    """The means of the next values, and the interval each lies in with the confidence asked for."""

    means: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Check:
    """What both methods did from `origins` origins, `horizon` values each.

    `mase`: mean absolute error over that of the seasonal naive forecast one step ahead within the sample before each
    origin (Hyndman and Koehler, International Journal of Forecasting 22, 2006): below 1 is better than naive; None
    when that sample never changed. `coverage`: the share of values that lay in their interval.
    """

    origins: int
    horizon: int
    theta_mase: float | None
    naive_mase: float | None
    theta_coverage: float
    naive_coverage: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Both forecasts; how seasons were taken off for Theta, None when a test found none; `check` is None for a series
    too short for one.
    """

    theta: Outlook
    seasonal_naive: Outlook
    seasonality: Seasonality | None
    check: Check | None

    @property
    def better(self) -> Literal["theta", "seasonal_naive"] | None:
        """The method with the smaller error in the check; None when there was none to tell them apart."""
        if self.check is None or self.check.theta_mase is None or self.check.naive_mase is None:
            return None
        return "theta" if self.check.theta_mase < self.check.naive_mase else "seasonal_naive"


def forecast(values: ArrayLike, *, horizon: int = 12, season: int = 12, confidence: float = 0.95) -> Forecast:
    """Forecast the next `horizon` of equally spaced values, the oldest first; `season` of them make a year.

    Negative values are fine: seasons are then added, not multiplied. A series that never changed goes on as it was,
    with no width. Gaps are refused: whoever knows what they mean fills them, with 0 for a month without sales.
    Raises ModelDataError: too_short (fewer than 8 values, or than one season and one more), gaps, bad_horizon,
    not_a_number, wrong_shape.
    """
    series = _checked(values, horizon, season, confidence)
    theta, seasonality = _theta(series, horizon, season, confidence)
    return Forecast(
        theta=theta,
        seasonal_naive=_naive(series, horizon, season, confidence),
        seasonality=seasonality,
        check=_check(series, horizon, season, confidence),
    )


def find_seasons(series: Floats, season: int) -> tuple[Seasonality, Floats] | None:
    """Return how seasons work and one index for each value of the last cycle's length, in phase with the first value.

    None unless there are more than two seasons and the autocorrelation at their lag exceeds its 90 % limit under
    shorter ones (Bartlett), as in the M3 competition. Indices by classical decomposition: ratios to (or differences
    from) the centred moving mean, averaged by phase, with a mean of 1 (or 0).
    """
    if season < 2 or len(series) <= 2 * season or np.ptp(series) == 0:
        return None
    centred = series - series.mean()
    lags = [float(centred[lag:] @ centred[:-lag]) for lag in range(1, season + 1)]
    correlations = np.array(lags) / float(centred @ centred)
    limit = ONE_SIDED_95 * np.sqrt((1 + 2 * (correlations[:-1] ** 2).sum()) / len(series))
    if abs(correlations[-1]) <= limit:
        return None
    middle = _centred_mean(series, season)
    inner = slice(season // 2, len(series) - season // 2)
    phases = np.arange(len(series))[inner] % season
    multiplies = bool((series > 0).all())
    parts = series[inner] / middle if multiplies else series[inner] - middle
    indices = np.array([parts[phases == phase].mean() for phase in range(season)])
    if multiplies:
        return "multiplicative", indices / indices.mean()
    return "additive", indices - indices.mean()


def _centred_mean(series: Floats, season: int) -> Floats:
    weights = np.full(season + 1 - season % 2, 1.0)
    if season % 2 == 0:
        weights[0] = weights[-1] = 0.5
    return np.convolve(series, weights / season, mode="valid")


def _theta(
    series: Floats, horizon: int, season: int, confidence: float
) -> tuple[Outlook, Seasonality | None]:
    found = find_seasons(series, season)
    if found is None:
        return _outlook_of(DynamicTheta().fit(series), horizon, confidence), None
    kind, indices = found
    past = indices[np.arange(len(series)) % season]
    future = indices[np.arange(len(series), len(series) + horizon) % season]
    put: Callable[[Floats, Floats], Floats] = np.multiply if kind == "multiplicative" else np.add
    rest = series / past if kind == "multiplicative" else series - past
    plain = _outlook_of(DynamicTheta().fit(rest), horizon, confidence)
    return Outlook(put(plain.means, future), put(plain.low, future), put(plain.high, future)), kind


def _outlook_of(model: DynamicTheta, horizon: int, confidence: float) -> Outlook:
    means = model.predict(horizon)
    reach = _quantile(confidence, model.degrees_of_freedom_) * model.spread(horizon)
    return Outlook(means, means - reach, means + reach)


def _naive(series: Floats, horizon: int, season: int, confidence: float) -> Outlook:
    """The value of a season before, again; spread after Hyndman and Athanasopoulos, Forecasting, 5.5."""
    errors = series[season:] - series[:-season]
    cycles = np.arange(horizon) // season
    means = series[-season:][np.arange(horizon) % season]
    sigma = float(np.sqrt(errors @ errors / len(errors)))
    reach = _quantile(confidence, len(errors)) * sigma * np.sqrt(cycles + 1)
    return Outlook(means, means - reach, means + reach)


def _quantile(confidence: float, degrees_of_freedom: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - heavy

    return float(stdtrit(degrees_of_freedom, 0.5 + confidence / 2))


def _check(series: Floats, horizon: int, season: int, confidence: float) -> Check | None:
    """Forecast from the last origins that leave a whole horizon, and both methods what they need before them."""
    shortest = max(SHORTEST, season + 1)
    last = len(series) - horizon
    origins = range(max(shortest, last - MOST_ORIGINS + 1), last + 1)
    if not origins:
        return None
    errors: dict[str, list[float]] = {"theta": [], "naive": []}
    inside: dict[str, list[float]] = {"theta": [], "naive": []}
    for origin in origins:
        past, future = series[:origin], series[origin : origin + horizon]
        scale = float(np.abs(past[season:] - past[:-season]).mean())
        outlooks = {
            "theta": _theta(past, horizon, season, confidence)[0],
            "naive": _naive(past, horizon, season, confidence),
        }
        for name, outlook in outlooks.items():
            errors[name].append(float(np.abs(future - outlook.means).mean()) / scale if scale else np.nan)
            inside[name].append(float(((outlook.low <= future) & (future <= outlook.high)).mean()))
    theta_mase, naive_mase = (_mean_or_none(errors[name]) for name in ("theta", "naive"))
    return Check(
        origins=len(origins),
        horizon=horizon,
        theta_mase=theta_mase,
        naive_mase=naive_mase,
        theta_coverage=float(np.mean(inside["theta"])),
        naive_coverage=float(np.mean(inside["naive"])),
    )


def _mean_or_none(values: list[float]) -> float | None:
    return None if np.isnan(values).any() else float(np.mean(values))


def _checked(values: ArrayLike, horizon: int, season: int, confidence: float) -> Floats:
    if horizon < 1 or season < 1 or not 0 < confidence < 1:
        raise ModelDataError(
            "bad_horizon", "horizon and season are 1 or more, the confidence between 0 and 1"
        )
    try:
        series = floats(values)
    except ModelDataError as error:
        if error.code != "not_finite":
            raise
        raise ModelDataError(
            "gaps",
            "the series has gaps: fill them, with 0 where nothing was sold, or begin after the last one",
        ) from error
    if len(series) < max(SHORTEST, season + 1):
        raise ModelDataError(
            "too_short",
            f"{len(series)} values are too few for seasons of {season}: give {max(SHORTEST, season + 1)} or more",
        )
    return series
