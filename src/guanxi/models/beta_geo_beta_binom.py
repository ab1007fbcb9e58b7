"""BG/BB: occasions to buy come at fixed times (a campaign, a month); at each a customer may buy, or have left."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.models.errors import ModelDataError
from guanxi.models.fitting import Evaluation, FittedModel, maximise
from guanxi.models.frames import Frame
from guanxi.models.observations import Observations, check_counts, check_enough, check_purchases, read
from guanxi.models.occasions import ways

Floats = NDArray[np.float64]

COLUMNS = ("frequency", "recency", "n_periods")


class BetaGeoBetaBinom(FittedModel):
    """BG/BB (Fader, Hardie and Shang, "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", Marketing
    Science 29, 2010, 1086-1108).

    While a customer is alive, an occasion is used with a chance that differs by Beta(alpha, beta); before each occasion
    the customer leaves with a chance that differs by Beta(gamma, delta). `frequency` is the number of occasions used,
    `recency` the number of the last one used (0 without any), `n_periods` the number of occasions there were.
    """

    parameter_names: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")
    unit_parameters: ClassVar[frozenset[str]] = frozenset()
    starts: ClassVar[tuple[tuple[float, ...], ...]] = (
        (1.0, 1.0, 0.7, 2.0),
        (0.3, 1.0, 0.3, 1.0),
        (2.0, 5.0, 2.0, 9.0),
    )

    def fit(
        self,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        n_periods: ArrayLike | None = None,
        *,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Estimate the parameters by maximum likelihood and return the model.

        A data frame with the columns frequency, recency, n_periods[, weights] can stand for all; `weights` says how
        many customers each row stands for. Raises ModelDataError, NotConvergedError.
        """
        observed = Observations(*read(frequency, [recency, n_periods], COLUMNS, weights))
        _check(observed)
        check_enough(observed, allow_small=self.allow_small)
        self._keep(
            maximise(_evaluate, observed.grouped(), self.starts, self.max_iter), 1.0, observed.customers
        )
        return self

    def score(
        self,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        n_periods: ArrayLike | None = None,
        *,
        weights: ArrayLike | None = None,
    ) -> float:
        """Return the mean log-likelihood of a customer."""
        parameters = self._parameters()
        observed = Observations(*read(frequency, [recency, n_periods], COLUMNS, weights))
        _check(observed)
        return _evaluate(parameters, observed).value / observed.customers

    def probability_alive(
        self,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        n_periods: ArrayLike | None = None,
    ) -> Any:
        """Return the probability to have been alive at the last of the occasions, one value a customer."""
        parameters = self._parameters()
        observed = _rows(frequency, recency, n_periods)
        alive = _alive(parameters, observed)
        return alive if np.ndim(frequency) or recency is None else float(alive[0])

    def expected_purchases(
        self,
        t: int,
        frequency: ArrayLike | Frame,
        recency: ArrayLike | None = None,
        n_periods: ArrayLike | None = None,
    ) -> Any:
        """Return the expected number of the next `t` occasions that will be used (eq. 13), one value a customer.

        P(alive) · E[p] · Σ_k (δ+n)_k / (γ+δ+n)_k, k = 1 … t: the published form in sums of positive terms, which hold
        at γ = 1 too.
        """
        parameters = self._parameters()
        alpha, beta, gamma, delta = parameters
        _check_occasions(t)
        observed = _rows(frequency, recency, n_periods)
        alive = _alive(parameters, observed)
        use = (alpha + observed.frequency) / (alpha + beta + observed.age)
        expected = alive * use * _occasions_alive(gamma, delta + observed.age, int(t))
        return expected if np.ndim(frequency) or recency is None else float(expected[0])

    def expected_purchases_new(self, t: int) -> float:
        """Return the expected number of the first `t` occasions that a new customer uses."""
        alpha, beta, gamma, delta = self._parameters()
        _check_occasions(t)
        return float(alpha / (alpha + beta) * _occasions_alive(gamma, np.array([delta]), int(t))[0])

    def probability_of_n_purchases(self, n: int, t: int) -> float:
        """Return the probability that a new customer uses exactly `n` of `t` occasions (eq. 7)."""
        from scipy.special import betaln, binom  # noqa: PLC0415 - heavy

        alpha, beta, gamma, delta = self._parameters()
        _check_occasions(t)
        _check_occasions(n)
        if n > t:
            return 0.0
        stayed = np.arange(n, t + 1)
        leaves = np.where(stayed < t, betaln(gamma + 1, delta + stayed), betaln(gamma, delta + t))
        chances = binom(stayed, n) * np.exp(
            betaln(alpha + n, beta + stayed - n) - betaln(alpha, beta) + leaves - betaln(gamma, delta)
        )
        return float(chances.sum())

    def simulate(self, n_periods: ArrayLike, seed: int) -> dict[str, NDArray[np.int64]]:
        """Draw one customer for each number of occasions: frequency, recency, n_periods, and `alive` (1 or 0).

        The same seed draws the same customers.
        """
        alpha, beta, gamma, delta = self._parameters()
        occasions = np.atleast_1d(np.asarray(n_periods, dtype=np.int64))
        random = np.random.default_rng(seed)
        use = random.beta(alpha, beta, len(occasions))
        leave = random.beta(gamma, delta, len(occasions))
        stays = np.ones(len(occasions), dtype=bool)
        frequency, recency = np.zeros_like(occasions), np.zeros_like(occasions)
        for occasion in range(1, int(occasions.max(initial=0)) + 1):
            on = occasion <= occasions
            stays &= ~on | (random.random(len(occasions)) >= leave)
            used = on & stays & (random.random(len(occasions)) < use)
            frequency += used
            recency[used] = occasion
        return {
            "frequency": frequency,
            "recency": recency,
            "n_periods": occasions,
            "alive": stays.astype(np.int64),
        }


def _rows(
    frequency: ArrayLike | Frame, recency: ArrayLike | None, n_periods: ArrayLike | None
) -> Observations:
    columns: list[Any] = [frequency, recency, n_periods]
    if recency is not None and n_periods is not None:
        columns = [np.atleast_1d(column) for column in np.broadcast_arrays(*columns)]
    observed = Observations(*read(columns[0], columns[1:], COLUMNS, None))
    _check(observed)
    return observed


def _check(observed: Observations) -> None:
    """Raise ModelDataError unless these are occasions used, last one used and occasions, which fit each other."""
    check_purchases(observed.frequency, observed.recency, observed.age)
    check_counts(observed.recency, "recency")
    check_counts(observed.age, "n_periods")
    if (observed.frequency > observed.recency).any():
        raise ModelDataError(
            "frequency_above_recency",
            "a customer used more occasions than there were until the last one used: frequency counts occasions, "
            "recency is the number of the last one",
        )


def _check_occasions(t: float) -> None:
    if not (t >= 0 and t == np.floor(t)):
        raise ModelDataError("not_whole", "occasions are counted: give a whole number from 0 up")


def _occasions_alive(gamma: float, delta: Floats, t: int) -> Floats:
    """Return the expected number of the next t occasions at which somebody alive now still is."""
    still, total = np.ones(len(delta)), np.zeros(len(delta))
    for occasion in range(t):
        still = still * (delta + occasion) / (gamma + delta + occasion)
        total += still
    return total


def _alive(parameters: Floats, observed: Observations) -> Floats:
    alive = np.empty(len(observed))
    for place, found in ways(parameters, observed):
        alive[place] = found.alive
    return alive


def _evaluate(parameters: Floats, observed: Observations) -> Evaluation:
    total = Evaluation(0.0, np.zeros(4), np.zeros((4, 4)))
    most = int(observed.age.max(initial=0))
    for place, found in ways(parameters, observed):
        total += found.evaluation(parameters, observed.weights[place], most)
    return total
