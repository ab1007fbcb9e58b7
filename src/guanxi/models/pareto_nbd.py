"""Pareto/NBD: a customer buys at random times and leaves at a random moment, unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from guanxi.models.fitting import Evaluation, products
from guanxi.models.lifetime_integral import Left, left
from guanxi.models.observations import Observations
from guanxi.models.purchase_model import PurchaseModel
from guanxi.models.simulation import last_of_uniform

Floats = NDArray[np.float64]

_PART = 1024
_NODES = 24


class ParetoNBD(PurchaseModel):
    """Pareto/NBD (Schmittlein, Morrison and Colombo, "Counting Your Customers", Management Science 33, 1987, 1-24).

    Purchases come at a rate that differs between customers by Gamma(r, alpha); a customer leaves at a rate that
    differs by Gamma(s, beta). Formulas: Fader and Hardie, "A Note on Deriving the Pareto/NBD Model" (2005).
    """

    parameter_names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    unit_parameters: ClassVar[frozenset[str]] = frozenset({"alpha", "beta"})
    starts: ClassVar[tuple[tuple[float, ...], ...]] = (
        (0.7, 0.6, 0.6, 0.6),
        (2.0, 2.0, 2.0, 5.0),
        (0.2, 0.2, 0.2, 0.2),
    )

    def _evaluate(self, parameters: Floats, observed: Observations) -> Evaluation:
        """Sum over parts; the terms that depend on the count alone are taken once a count."""
        from scipy.special import gammaln, polygamma, psi  # noqa: PLC0415 - heavy

        r, alpha, s, beta = parameters
        counts, weights = observed.counts()
        customers = observed.customers
        value = weights @ (gammaln(r + counts) - gammaln(r))
        value += customers * (r * np.log(alpha) + s * np.log(beta))
        gradient = customers * np.array([np.log(alpha), r / alpha, np.log(beta), s / beta])
        gradient[0] += weights @ (psi(r + counts) - psi(r))
        hessian = np.zeros((4, 4))
        hessian[0, 0] = weights @ (polygamma(1, r + counts) - polygamma(1, r))
        hessian[0, 1] = hessian[1, 0] = customers / alpha
        hessian[2, 3] = hessian[3, 2] = customers / beta
        hessian[1, 1], hessian[3, 3] = -customers * r / alpha**2, -customers * s / beta**2
        total = Evaluation(float(value), gradient, hessian)
        for part in observed.parts(_PART):
            for chosen, gone in left(parameters, part):
                total += _by_time(parameters, part.rows(chosen), gone)
        return total

    def _alive(self, parameters: Floats, observed: Observations) -> Floats:
        from scipy.special import expit  # noqa: PLC0415 - heavy

        alive = [expit(-_odds(parameters, part)) for part in observed.parts(_PART)]
        return np.concatenate(alive) if alive else np.zeros(0)

    def _expectation(
        self,
        parameters: Floats,
        t: float,
        frequency: Floats,  # noqa: ARG002 - only BG/NBD prepares
        age: Floats,  # noqa: ARG002
    ) -> Callable[[Observations], Floats]:
        return lambda part: _purchases_until_leaving(parameters, part.frequency, part.age, t)

    def _expected_new(self, parameters: Floats, t: float) -> float:
        return float(_purchases_until_leaving(parameters, np.zeros(1), np.zeros(1), t)[0])

    def _probability_of(self, parameters: Floats, counts: Floats, t: float) -> Floats:
        """P(X(t) = n): alive at t and bought n times, or left at y and had bought n times, over all y.

        The integral over y in u = ln(1 + y/c), as J, by parts of the interval.
        """
        from scipy.special import gammaln, xlogy  # noqa: PLC0415 - heavy

        r, alpha, s, beta = parameters
        least = min(alpha, beta)
        edges = np.linspace(0.0, np.log1p(t / least), 33)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        steps = (edges[:-1, None] + np.diff(edges)[:, None] * (nodes + 1) / 2).ravel()
        weights = (np.diff(edges)[:, None] * weights / 2).ravel()
        times = least * np.expm1(steps)
        # density of leaving at y, times dy
        leaving = s * np.exp(-(s + 1) * np.log1p(times / beta)) / beta * (least + times) * weights
        times, leaving = np.append(times, t), np.append(leaving, np.exp(-s * np.log1p(t / beta)))
        found = np.empty(len(counts))
        for place, count in enumerate(counts):
            poisson = gammaln(r + count) - gammaln(r) - gammaln(count + 1)
            poisson = poisson - r * np.log1p(times / alpha) + xlogy(count, times / (alpha + times))
            found[place] = leaving @ np.exp(poisson)
        return found

    def _draw(
        self, parameters: Floats, age: Floats, random: np.random.Generator
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        r, alpha, s, beta = parameters
        rate = random.gamma(r, 1 / alpha, len(age))
        with np.errstate(divide="ignore", over="ignore"):
            lifetime = random.standard_exponential(len(age)) / random.gamma(s, 1 / beta, len(age))
        span = np.minimum(lifetime, age)
        frequency = random.poisson(rate * span).astype(np.float64)
        return frequency, last_of_uniform(random, frequency, frequency, span), lifetime > age


def _odds(parameters: Floats, part: Observations) -> Floats:
    """Return the logarithm of the odds to have left by T."""
    r, alpha, s, beta = parameters
    odds: Floats = (r + part.frequency) * np.log(alpha + part.age) + s * np.log(beta + part.age)
    for chosen, gone in left(parameters, part):
        odds[chosen] += gone.logarithm
    return odds


def _purchases_until_leaving(parameters: Floats, frequency: Floats, age: Floats, t: float) -> Floats:
    """Return the expected purchases in t of a customer who is alive (eq. 41 without P(alive)), s = 1 included."""
    from scipy.special import exprel  # noqa: PLC0415 - heavy

    r, alpha, s, beta = parameters
    growth = np.log1p(t / (beta + age))
    expected: Floats = (r + frequency) * (beta + age) / (alpha + age) * growth * exprel(-(s - 1) * growth)
    return expected


def _by_time(parameters: Floats, part: Observations, gone: Left) -> Evaluation:
    """Add up ln(e^A + J), A = -(r+x) ln(α+T) - s ln(β+T) of who is still alive.

    Derivatives of ln J are means over the integrand of those of its logarithm, second ones their covariances besides.
    """
    from scipy.special import expit  # noqa: PLC0415 - heavy

    r, alpha, s, beta = parameters
    weights, shape = part.weights, r + part.frequency
    sums = gone.terms.sum(axis=0)
    rate, leaving = alpha + part.age, beta + part.age
    log_rate, log_leaving = np.log(rate), np.log(leaving)
    alive = -shape * log_rate - s * log_leaving
    odds = gone.first + np.log(sums) - alive
    share = expit(odds)
    by_left, by_alive = weights * share, weights * expit(-odds)
    chances = gone.terms / sums
    by_rate, by_leaving = 1 / gone.rate, 1 / gone.leaving
    slopes = np.stack([-gone.log_rate, -shape * by_rate, 1 / s - gone.log_leaving, -(s + 1) * by_leaving])
    mean = (slopes * chances).sum(axis=1)
    # who is alive has the same powers without the density of leaving: no 1/s, and s in place of s + 1
    ahead = np.stack([-log_rate, -shape / rate, -log_leaving, -s / leaving])
    apart = ahead - mean
    weighted = chances * by_left
    flat = slopes.reshape(4, -1)
    hessian = products(flat * weighted.reshape(-1), flat)
    hessian += products(apart * (by_left * (1 - share)), apart) - products(mean * by_left, mean)
    cross = -(weighted * by_rate).sum() - by_alive @ (1 / rate)
    hessian[[0, 1], [1, 0]] += cross
    cross = -(weighted * by_leaving).sum() - by_alive @ (1 / leaving)
    hessian[[2, 3], [3, 2]] += cross
    hessian[1, 1] += (weighted * by_rate**2).sum(axis=0) @ shape + by_alive @ (shape / rate**2)
    hessian[2, 2] -= by_left.sum() / s**2
    hessian[3, 3] += (s + 1) * (weighted * by_leaving**2).sum() + s * by_alive @ (1 / leaving**2)
    value = weights @ (alive + np.logaddexp(0, odds))
    return Evaluation(float(value), mean @ by_left + ahead @ by_alive, hessian)
