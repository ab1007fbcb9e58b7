"""How long customers stay: Kaplan-Meier with intervals, and Cox's proportional hazards, ties as Efron does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError, NotConvergedError, NotFittedError
from guanxi.models.frames import Frame, arrow_table, float_columns, floats, is_frame

Floats = NDArray[np.float64]

MOST_STEPS = 50
LEAST_INFORMATION = 1e-6  # of a covariate in units of its spread: a standard error of a thousand


class KaplanMeier:
    """The share of customers still there after a time (Kaplan and Meier, JASA 53, 1958).

    After `fit`, arrays of one length, one entry a distinct time: `times_`, `at_risk_` (just before it), `events_`,
    `survival_`, `low_`, `high_`; and `n_customers_`, `median_` (None when more than half are still there at the end).
    Intervals by Greenwood's variance on the scale log(-log S), which keeps them between 0 and 1 (Kalbfleisch and
    Prentice, The Statistical Analysis of Failure Time Data, 1980, 1.4); no width where nobody or everybody is gone.
    """

    def __init__(self, *, confidence: float = 0.95) -> None:
        self.confidence = confidence

    def fit(self, durations: ArrayLike, observed: ArrayLike) -> Self:
        """Learn from how long each customer was seen, and whether it left then (1) or was still there (0).

        Raises ModelDataError: no_rows, wrong_shape, negative_duration, bad_outcome, not_finite.
        """
        times, events = _checked(durations, observed)
        self.times_, places = np.unique(times, return_inverse=True)
        self.events_ = np.bincount(places, weights=events)
        self.at_risk_ = np.bincount(places)[::-1].cumsum()[::-1].astype(np.float64)
        self.survival_ = np.cumprod(1 - self.events_ / self.at_risk_)
        self.low_, self.high_ = self._interval()
        below = np.flatnonzero(self.survival_ <= 0.5 + 1e-12)  # 4/6 times 3/4 is half
        self.median_ = float(self.times_[below[0]]) if below.size else None
        self.n_customers_ = len(times)
        return self

    def survival_at(self, times: ArrayLike) -> Floats:
        """Return the share still there after each time; NaN beyond the last time seen. Raises NotFittedError."""
        if not hasattr(self, "times_"):
            raise NotFittedError("fit the survival first")
        asked = floats(times, "times")
        steps = np.concatenate([[1.0], self.survival_])
        found = steps[np.searchsorted(self.times_, asked, side="right")]
        return np.where(asked > self.times_[-1], np.nan, found)

    def _interval(self) -> tuple[Floats, Floats]:
        z = NormalDist().inv_cdf(0.5 + self.confidence / 2)
        left = self.at_risk_ - self.events_
        with np.errstate(divide="ignore", invalid="ignore"):
            greenwood = np.cumsum(self.events_ / (self.at_risk_ * left))
            logarithm = np.log(self.survival_)
            reach = z * np.sqrt(greenwood) / logarithm
            low, high = (np.exp(-np.exp(np.log(-logarithm) + sign * reach)) for sign in (-1, 1))
        certain = (self.survival_ >= 1) | (self.survival_ <= 0)
        return np.where(certain, self.survival_, low), np.where(certain, self.survival_, high)


@dataclass(frozen=True, slots=True)
class _Sample:
    """Rows from the longest duration to the shortest, and one entry for each event.

    `starts` are the first rows of the distinct times; for an event, `time` is the place of its time among these,
    `fraction` the l/d of Efron's formula: how many of the d events of that time are counted before it.
    """

    covariates: Floats
    events: Floats
    starts: NDArray[np.intp]
    time: NDArray[np.intp]
    fraction: Floats


class CoxProportionalHazards:
    """What makes customers leave sooner: hazard ratios (Cox, Journal of the Royal Statistical Society B 34, 1972).

    After `fit`: `names_`, `coefficients_` (log hazard ratios), `hazard_ratios_`, `standard_errors_`, `covariance_`,
    `log_likelihood_`, `null_log_likelihood_` (all coefficients zero), `n_iter_`, `n_customers_`, `n_events_`. Ties
    after Efron, "The efficiency of Cox's likelihood function for censored data", JASA 72 (1977). By Newton's method
    with halved steps.
    """

    def fit(
        self,
        covariates: ArrayLike | Frame,
        durations: ArrayLike,
        observed: ArrayLike,
        *,
        names: Sequence[str] | None = None,
    ) -> Self:
        """Learn from one row of covariates a customer: a frame of numeric columns, or a table of numbers.

        Raises ModelDataError: no_rows, wrong_shape, no_events, constant_column, dependent_columns, not_finite …, and
        NotConvergedError when a covariate tells leavers and stayers apart completely, so that no finite ratio fits.
        """
        self.names_, table = _table(covariates, names)
        times, events = _checked(durations, observed)
        _check_table(self.names_, table, times, events)
        middle, spread = table.mean(axis=0), table.std(axis=0)
        sample = _sample((table - middle) / spread, times, events)
        found, steps = _maximum(sample)
        likelihood, _, information = _likelihood(sample, found)
        scale = np.outer(spread, spread)
        self.covariance_ = np.linalg.inv(information) / scale
        self.coefficients_ = found / spread
        self.hazard_ratios_ = np.exp(self.coefficients_)
        self.standard_errors_ = np.sqrt(np.diag(self.covariance_))
        self.log_likelihood_, self.n_iter_ = likelihood, steps
        self.null_log_likelihood_ = _likelihood(sample, np.zeros_like(found))[0]
        self.n_customers_, self.n_events_ = len(times), int(events.sum())
        return self

    def interval(self, confidence: float = 0.95) -> dict[str, tuple[float, float]]:
        """Return the interval of each hazard ratio (Wald, on the logarithm). Raises NotFittedError."""
        self._check_fitted()
        reach = NormalDist().inv_cdf(0.5 + confidence / 2) * self.standard_errors_
        low, high = np.exp(self.coefficients_ - reach), np.exp(self.coefficients_ + reach)
        return {name: (float(a), float(b)) for name, a, b in zip(self.names_, low, high, strict=True)}

    def predict(self, covariates: ArrayLike | Frame) -> Floats:
        """Return the log hazard of each row: the higher, the sooner gone. Only differences have a meaning."""
        self._check_fitted()
        logarithms: Floats = _table(covariates, self.names_)[1] @ self.coefficients_
        return logarithms

    def _check_fitted(self) -> None:
        if not hasattr(self, "coefficients_"):
            raise NotFittedError("fit the hazards first")


def _sample(covariates: Floats, durations: Floats, events: Floats) -> _Sample:
    order = np.argsort(-durations, kind="stable")
    times, left = durations[order], events[order]
    starts = np.flatnonzero(np.concatenate([[True], times[1:] != times[:-1]]))
    deaths = np.add.reduceat(left, starts).astype(np.intp)
    time = np.repeat(np.arange(len(starts)), deaths)
    before = np.arange(deaths.sum()) - np.repeat(np.cumsum(deaths) - deaths, deaths)
    return _Sample(covariates[order], left, starts, time, before / np.maximum(deaths, 1)[time])


def _likelihood(sample: _Sample, coefficients: Floats) -> tuple[float, Floats, Floats]:
    """Return Efron's log partial likelihood, its gradient, and the information (the negative Hessian).

    For each event: x'b - log s, with s = sum of exp(x'b) over those at risk less l/d times that over the events of
    the same time, and likewise for its derivatives.
    """
    x = sample.covariates
    linear = x @ coefficients
    shift = linear.max()
    weight = np.exp(linear - shift)

    def at_risk(values: Floats) -> Floats:
        risk = np.cumsum(np.add.reduceat(values, sample.starts))
        tied = np.add.reduceat(values * sample.events, sample.starts)
        return risk[sample.time] - sample.fraction * tied[sample.time]

    total = at_risk(weight)
    means = np.column_stack([at_risk(weight * column) for column in x.T]) / total[:, None]
    value = float(sample.events @ (linear - shift) - np.log(total).sum())
    gradient = sample.events @ x - means.sum(axis=0)
    count = x.shape[1]
    information = -means.T @ means
    for row in range(count):
        for column in range(row + 1):
            second = float((at_risk(weight * x[:, row] * x[:, column]) / total).sum())
            information[row, column] += second
            information[column, row] = information[row, column]
    return value, gradient, information


def _maximum(sample: _Sample) -> tuple[Floats, int]:
    """Climb by Newton's method; a step that does not climb is halved. Raises NotConvergedError."""
    found = np.zeros(sample.covariates.shape[1])
    value, gradient, information = _likelihood(sample, found)
    for step in range(1, MOST_STEPS + 1):
        direction = np.linalg.solve(information, gradient)
        if float(gradient @ direction) < 1e-14 * (1 + abs(value)):
            return found, step
        size = 1.0
        while (tried := _likelihood(sample, found + size * direction))[0] < value and size > 1e-9:
            size /= 2
        found = found + size * direction
        value, gradient, information = tried
        if np.linalg.eigvalsh(information)[0] < LEAST_INFORMATION:
            break
    raise NotConvergedError(
        "no finite hazard ratios fit: a column, or a mix of them, tells who left from who stayed completely; "
        "leave it out or take more customers"
    )


def _checked(durations: ArrayLike, observed: ArrayLike) -> tuple[Floats, Floats]:
    times, events = floats(durations, "durations"), floats(observed, "outcomes")
    if len(times) != len(events):
        raise ModelDataError("wrong_shape", "every customer has one duration and one outcome")
    if not len(times):
        raise ModelDataError("no_rows", "there are no customers")
    if (times < 0).any():
        raise ModelDataError("negative_duration", f"{int((times < 0).sum()):,} durations are below zero")
    if not np.isin(events, (0, 1)).all():
        raise ModelDataError("bad_outcome", "an outcome is 1 for left, 0 for still there")
    return times, events


def _table(covariates: ArrayLike | Frame, names: Sequence[str] | None) -> tuple[list[str], Floats]:
    """Return the names of the covariates and their values, one row a customer."""
    if is_frame(covariates):
        columns = list(names) if names is not None else list(arrow_table(covariates).column_names)
        found = float_columns(covariates, columns)
        return columns, np.column_stack([found[name] for name in columns])
    table = np.asarray(covariates, dtype=np.float64)
    if table.ndim != 2:
        raise ModelDataError(
            "wrong_shape", "the covariates are a table: one row a customer, one column a covariate"
        )
    columns = list(names) if names is not None else [f"x{place}" for place in range(1, table.shape[1] + 1)]
    if len(columns) != table.shape[1]:
        raise ModelDataError("wrong_shape", f"{len(columns)} names for {table.shape[1]} covariates")
    return columns, table


def _check_table(names: Sequence[str], table: Floats, times: Floats, events: Floats) -> None:
    if len(table) != len(times) or not table.shape[1]:
        raise ModelDataError("wrong_shape", "every customer has one row of one covariate at least")
    if not np.isfinite(table).all():
        raise ModelDataError(
            "not_finite", "the covariates hold gaps or infinite numbers: fill or leave them out"
        )
    if events.sum() < 1:
        raise ModelDataError("no_events", "nobody left: there is nothing to explain")
    for name, column in zip(names, table.T, strict=True):
        if np.ptp(column) == 0:
            raise ModelDataError("constant_column", f"'{name}' is the same for everybody: leave it out")
    scaled = (table - table.mean(axis=0)) / table.std(axis=0)
    if np.linalg.matrix_rank(scaled) < table.shape[1]:
        raise ModelDataError("dependent_columns", "one covariate follows from the others: leave it out")
