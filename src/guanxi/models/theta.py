"""The dynamic optimised Theta model of a series without seasons.

Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler, "Models for optimising the theta method and their relationship
to state space models", International Journal of Forecasting 32 (2016), section 3.2. With l the exponentially smoothed
series, A and B the intercept and slope of the straight line through the first t values, and w = 1 - 1/theta:

    mean of y[t+1] = l[t] + w ((1-alpha)^t A[t] + (1 - (1-alpha)^(t+1)) / alpha B[t])

A and B hang on neither parameter, and for a given alpha the mean is linear in w and in the first level. So instead of
searching three parameters, the best w (0 to 1) and level are solved for every alpha of a grid that is refined; the
minimum of the squared errors (from the third on, as the authors' program forecTheta does) is the global one to the
width of the grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError, NotFittedError
from guanxi.models.frames import floats

Floats = NDArray[np.float64]

SHORTEST = 8
LEAST_ALPHA, MOST_ALPHA = 0.1, 0.99
GRID = 90
REFINEMENTS = 4
_PARAMETERS = 3
_LEFT_OUT = 2


@dataclass(slots=True)
class _State:
    """All that the future hangs on after t values: the smoothed level, and the sums behind the straight line."""

    t: int
    level: float
    sum: float
    moment: float

    def line(self) -> tuple[float, float]:
        """Return intercept and slope of the least squares line through (1, y[1]) … (t, y[t])."""
        if self.t == 1:
            return self.sum, 0.0
        slope = 6 * (2 * self.moment - (self.t + 1) * self.sum) / (self.t * (self.t**2 - 1))
        return self.sum / self.t - (self.t + 1) * slope / 2, slope


class DynamicTheta:
    """Forecasts of one series.

    After `fit`: `alpha_`, `theta_` (infinite for a weight of 1), `first_level_`, `sigma_` (standard deviation of an
    error one step ahead), `degrees_of_freedom_`, `fitted_` (NaN for the first two, which are not counted), `n_`.
    """

    def fit(self, values: ArrayLike) -> Self:
        """Learn from equally spaced values, the oldest first. Raises ModelDataError: too_short, not_finite …."""
        series = floats(values)
        if len(series) < SHORTEST:
            raise ModelDataError(
                "too_short", f"{len(series)} values are too few to forecast from: give {SHORTEST} or more"
            )
        self.n_, self._centre = len(series), float(series.mean())
        self._scale = float(np.abs(series - self._centre).max()) or 1.0
        scaled = (series - self._centre) / self._scale
        self.alpha_, self._weight, self._first = _best(scaled)
        self.theta_ = float("inf") if self._weight == 1 else 1 / (1 - self._weight)
        self.first_level_ = self._scale * self._first + self._centre * (1 - self._weight)
        self._state = _State(
            1, self.alpha_ * scaled[0] + (1 - self.alpha_) * self._first, scaled[0], scaled[0]
        )
        means = np.full(self.n_, np.nan)
        for place, value in enumerate(scaled[1:], start=1):
            means[place] = self._mean(self._state)
            self._enter(self._state, value)
        means[1] = np.nan
        self.fitted_ = means * self._scale + self._centre
        self.degrees_of_freedom_ = self.n_ - _LEFT_OUT - _PARAMETERS
        errors = (series - self.fitted_)[_LEFT_OUT:]
        self.sigma_ = float(np.sqrt(errors @ errors / self.degrees_of_freedom_))
        return self

    def predict(self, horizon: int) -> Floats:
        """Return the mean of the next `horizon` values. Raises NotFittedError."""
        self._check_fitted()
        now = self._state
        state = _State(now.t, now.level, now.sum, now.moment)
        return self._run(state, np.zeros(horizon)) * self._scale + self._centre

    def spread(self, horizon: int) -> Floats:
        """Return the standard deviation of the error 1 … `horizon` steps ahead.

        The model is linear in what was seen, so an error that enters now moves each later mean by a fixed factor;
        errors of different times are independent. That the parameters are estimates is not in it.
        """
        self._check_fitted()
        variance = np.zeros(horizon)
        for entry in range(horizon):
            shocks = np.zeros(horizon - entry)
            shocks[0] = 1.0
            variance[entry:] += self._run(_State(self.n_ + entry, 0.0, 0.0, 0.0), shocks) ** 2
        return self.sigma_ * np.sqrt(variance)

    def _run(self, state: _State, shocks: Floats) -> Floats:
        """Return the values that follow a state when the errors are `shocks`."""
        values = np.empty(len(shocks))
        for place, shock in enumerate(shocks):
            values[place] = self._mean(state) + shock
            self._enter(state, values[place])
        return values

    def _mean(self, state: _State) -> float:
        intercept, slope = state.line()
        kept = (1 - self.alpha_) ** state.t
        rest = (1 - kept * (1 - self.alpha_)) / self.alpha_
        return state.level + self._weight * (kept * intercept + rest * slope)

    def _enter(self, state: _State, value: float) -> None:
        state.t += 1
        state.level = self.alpha_ * value + (1 - self.alpha_) * state.level
        state.sum += value
        state.moment += state.t * value

    def _check_fitted(self) -> None:
        if not hasattr(self, "alpha_"):
            raise NotFittedError("fit the series first")


def _best(series: Floats) -> tuple[float, float, float]:
    """Return alpha, weight and first level with the least squared errors."""
    low, high = LEAST_ALPHA, MOST_ALPHA
    lines = _lines(series)
    for _ in range(1 + REFINEMENTS):
        alphas = np.linspace(low, high, GRID)
        errors, weights, levels = _solve(series, lines, alphas)
        best = int(np.argmin(errors))
        low, high = alphas[max(best - 1, 0)], alphas[min(best + 1, GRID - 1)]
    return float(alphas[best]), float(weights[best]), float(levels[best])


def _lines(series: Floats) -> tuple[Floats, Floats]:
    """Return intercept and slope of the straight line through the first t values, for t from 1 on."""
    t = np.arange(1, len(series) + 1)
    sums, moments = np.cumsum(series), np.cumsum(t * series)
    slopes = np.zeros(len(series))
    slopes[1:] = (6 * (2 * moments - (t + 1) * sums))[1:] / (t * (t**2 - 1))[1:]
    return sums / t - (t + 1) * slopes / 2, slopes


def _solve(series: Floats, lines: tuple[Floats, Floats], alphas: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the least squared error for each alpha, with its weight and first level."""
    intercepts, slopes = lines
    t = np.arange(1, len(series))
    kept = (1 - alphas)[:, None] ** t
    trend = kept * intercepts[:-1] + (1 - kept * (1 - alphas)[:, None]) / alphas[:, None] * slopes[:-1]
    level, levels = np.zeros_like(alphas), np.empty((len(alphas), len(t)))
    for place, value in enumerate(series[:-1]):
        level = alphas * value + (1 - alphas) * level
        levels[:, place] = level
    used = slice(_LEFT_OUT - 1, None)
    rest, kept, trend = (series[1:] - levels)[:, used], kept[:, used], trend[:, used]
    kk, kt, tt = (kept**2).sum(1), (kept * trend).sum(1), (trend**2).sum(1)
    rk, rt = (rest * kept).sum(1), (rest * trend).sum(1)
    determinant = kk * tt - kt**2
    sound = determinant > 1e-14 * kk * tt
    weights = np.where(sound, (rt * kk - rk * kt) / np.where(sound, determinant, 1.0), 0.0).clip(0.0, 1.0)
    firsts = (rk - weights * kt) / kk
    errors = ((rest - firsts[:, None] * kept - weights[:, None] * trend) ** 2).sum(1)
    return errors, weights, firsts
