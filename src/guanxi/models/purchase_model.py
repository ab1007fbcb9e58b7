"""What a model of purchases in continuous time can do; the models differ in how a customer leaves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError
from guanxi.models.fitting import Evaluation, FittedModel, maximise
from guanxi.models.frames import Frame, is_frame
from guanxi.models.observations import Observations, check_enough, check_purchases, read
from guanxi.models.simulation import Simulation

Floats = NDArray[np.float64]
Result = Any
"""A float for one customer, an array for several."""

COLUMNS = ("frequency", "recency", "T")
_PART = 1 << 15


class PurchaseModel(FittedModel, ABC):
    """A model of how often customers buy and when they leave, fitted to frequency, recency and T.

    `frequency` is the number of repeat purchases, `recency` the time from the first to the last purchase, `T` the
    time from the first purchase to the end of observation; any unit of time, the same everywhere. Wherever they are
    asked for, a data frame with these columns can stand in their place (pandas, polars, pyarrow … through the Arrow
    interface, a mapping of columns, or the path of a Parquet file).
    """

    starts: ClassVar[tuple[tuple[float, ...], ...]]
    """Where the search begins, for purchases at a mean rate of one in a unit of time."""

    def fit(
        self,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        T: ArrayLike | None = None,  # noqa: N803 - its name in the literature
        *,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Estimate the parameters by maximum likelihood and return the model.

        `weights`, when given (or a column of that name), says how many customers each row stands for. Raises
        ModelDataError (its `code` says why) for data that cannot be used, NotConvergedError when there is no maximum.
        """
        observed = Observations(*read(frequency, [recency, T], COLUMNS, weights))
        check_purchases(observed.frequency, observed.recency, observed.age)
        check_enough(observed, allow_small=self.allow_small)
        purchases = float(observed.weights @ observed.frequency)
        unit = float(observed.weights @ observed.age) / purchases
        maximum = maximise(self._evaluate, observed.scaled(unit).grouped(), self.starts, self.max_iter)
        self._keep(maximum, unit, observed.customers)
        self.log_likelihood_ -= purchases * np.log(unit)
        return self

    def score(
        self,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        T: ArrayLike | None = None,  # noqa: N803
        *,
        weights: ArrayLike | None = None,
    ) -> float:
        """Return the mean log-likelihood of a customer: comparable between models on the same customers."""
        parameters = self._parameters()
        observed = Observations(*read(frequency, [recency, T], COLUMNS, weights))
        check_purchases(observed.frequency, observed.recency, observed.age)
        return self._evaluate(parameters, observed).value / observed.customers

    def probability_alive(
        self,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        T: ArrayLike | None = None,  # noqa: N803
    ) -> Result:
        """Return the probability that a customer has not left by T. To rank customers, use `expected_purchases`."""
        parameters = self._parameters()

        def alive(observed: Observations) -> Floats:
            return self._alive(parameters, observed)

        return _by_parts(alive, frequency, recency, T)

    def expected_purchases(
        self,
        t: float,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        T: ArrayLike | None = None,  # noqa: N803
    ) -> Result:
        """Return the expected number of purchases in the `t` units of time after T, given what was observed."""
        parameters = self._parameters()
        _check_time(t)
        columns = _columns(frequency, recency, T)
        expect = self._expectation(parameters, t, columns[0], columns[2])

        def expected(observed: Observations) -> Floats:
            return self._alive(parameters, observed) * expect(observed)

        return _by_parts(expected, *columns)

    def expected_purchases_new(self, t: ArrayLike) -> Result:
        """Return the expected number of repeat purchases of a new customer in the first `t` units of time."""
        parameters = self._parameters()
        times = np.asarray(t, dtype=np.float64)
        for time in times.flat:
            _check_time(time)
        found = np.array([self._expected_new(parameters, time) for time in times.flat])
        return found.reshape(times.shape) if times.ndim else float(found[0])

    def probability_of_n_purchases(self, n: ArrayLike, t: float) -> Result:
        """Return the probability that a new customer makes exactly `n` repeat purchases in `t` units of time."""
        parameters = self._parameters()
        _check_time(t)
        counts = np.asarray(n, dtype=np.float64)
        if (counts < 0).any() or (counts != np.floor(counts)).any():
            raise ModelDataError("not_whole", "n counts purchases: it must be whole numbers from 0 up")
        found = self._probability_of(parameters, counts.ravel(), float(t))
        return found.reshape(counts.shape) if counts.ndim else float(found[0])

    def simulate(self, T: ArrayLike, seed: int) -> Simulation:  # noqa: N803
        """Draw one customer for each T. The same seed draws the same customers."""
        parameters = self._parameters()
        age = np.atleast_1d(np.asarray(T, dtype=np.float64))
        for bound in (age.min(initial=0.0), age.max(initial=0.0)):
            _check_time(bound)
        frequency, recency, alive = self._draw(parameters, age, np.random.default_rng([seed, 0]))
        return Simulation(frequency, recency, age, alive, seed)

    @abstractmethod
    def _evaluate(self, parameters: Floats, observed: Observations) -> Evaluation:
        """Return the log-likelihood of the customers and its derivatives by the parameters."""

    @abstractmethod
    def _alive(self, parameters: Floats, observed: Observations) -> Floats:
        """Return the probability of each customer to be alive."""

    @abstractmethod
    def _expectation(
        self, parameters: Floats, t: float, frequency: Floats, age: Floats
    ) -> Callable[[Observations], Floats]:
        """Return what computes the expected purchases in `t` of customers that are alive, given all there will be."""

    @abstractmethod
    def _expected_new(self, parameters: Floats, t: float) -> float:
        """Return the expected purchases of a new customer in `t`."""

    @abstractmethod
    def _probability_of(self, parameters: Floats, counts: Floats, t: float) -> Floats:
        """Return the probability of each count of purchases in `t` for a new customer."""

    @abstractmethod
    def _draw(
        self, parameters: Floats, age: Floats, random: np.random.Generator
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Draw frequency, recency and whether alive at the end, for each age."""


def _check_time(t: float) -> None:
    if not (np.isfinite(t) and t >= 0):
        raise ModelDataError("negative_value", "a time must be a finite number from 0 up")


def _columns(
    frequency: ArrayLike | Frame, recency: ArrayLike | None, age: ArrayLike | None
) -> tuple[Any, Any, Any]:
    """Return the three columns of a frame, or the arrays broadcast against each other without a copy."""
    if is_frame(frequency):
        columns = read(frequency, [None, None], COLUMNS, None)
        return columns[0], columns[1], columns[2]
    if recency is None or age is None:
        raise ModelDataError("missing_argument", f"give a data frame, or all of {', '.join(COLUMNS)}")
    try:
        frequencies, recencies, ages = np.broadcast_arrays(frequency, recency, age)
    except ValueError as error:
        raise ModelDataError("wrong_shape", f"{', '.join(COLUMNS)} are not of one length") from error
    return frequencies, recencies, ages


def _by_parts(
    compute: Callable[[Observations], Floats],
    frequency: ArrayLike | Frame,
    recency: ArrayLike | None,
    age: ArrayLike | None,
) -> Result:
    """Compute a result a customer, part by part, so that memory beyond the columns stays small."""
    columns = _columns(frequency, recency, age)
    shape = columns[0].shape
    flat = [column.reshape(-1) for column in columns]
    results = np.empty(len(flat[0]))
    for start in range(0, len(results), _PART):
        part = slice(start, start + _PART)
        try:
            counts, recencies, ages = (np.asarray(column[part], dtype=np.float64) for column in flat)
        except (TypeError, ValueError) as error:
            raise ModelDataError("not_a_number", f"{', '.join(COLUMNS)} are not all numbers") from error
        check_purchases(counts, recencies, ages)
        results[part] = compute(Observations(counts, recencies, ages, np.ones(len(counts))))
    return results.reshape(shape) if shape else float(results[0])
