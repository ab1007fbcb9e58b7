"""The ways in which a BG/BB customer can have come to what was observed, with derivatives by the parameters.

Either alive at the last of n occasions, or left after occasion j, t_x ≤ j < n: B(α+x, β+j-x) B(γ+e, δ+j) each, with
j = n and e = 0 for who is alive, e = 1 for who has left (Fader, Hardie and Shang 2010).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi.models.fitting import Evaluation, products
from guanxi.models.observations import Observations

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_CELLS = 1 << 16


@dataclass(frozen=True, slots=True)
class _Powers:
    """A function of each Γ that the terms are made of, at whole steps from the parameter (index 0) on."""

    alpha: Floats
    beta: Floats
    both: Floats
    gamma: Floats
    delta: Floats
    all: Floats

    @classmethod
    def of(cls, function: Any, parameters: Floats, most: int) -> _Powers:
        """Tabulate `function` (ln Γ or a derivative) as far as `most` occasions need it."""
        alpha, beta, gamma, delta = parameters
        steps = np.arange(most + 2)
        return cls(
            *(function(start + steps) for start in (alpha, beta, alpha + beta, gamma, delta, gamma + delta))
        )


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of some customers: `values` (ways, customers) are logarithms of chances, -inf where there is no way.

    The first way is to be alive. `used`, `until` and `left` are x (customers), j and e (ways, customers).
    """

    values: Floats
    total: Floats
    used: Counts
    until: Counts
    left: Counts

    @property
    def alive(self) -> Floats:
        """The probability to be alive at the last occasion."""
        alive: Floats = np.exp(self.values[0] - self.total)
        return alive

    def evaluation(self, parameters: Floats, weights: Floats, most: int) -> Evaluation:
        """Return the log-likelihood; second derivatives are covariances over the ways, and means of their own."""
        from scipy.special import polygamma, psi  # noqa: PLC0415 - heavy

        chances = np.exp(self.values - self.total)
        slopes = np.stack(self._by_parameter(_Powers.of(psi, parameters, most)))
        mean = (slopes * chances).sum(axis=1)
        weighted = chances * weights
        flat = slopes.reshape(4, -1)
        hessian = products(flat * weighted.reshape(-1), flat) - products(mean * weights, mean)
        second = _Powers.of(lambda points: polygamma(1, points), parameters, most)
        hessian[np.diag_indices(4)] += [(each * weighted).sum() for each in self._by_parameter(second)]
        both = (weighted * (second.both[0] - second.both[self.until])).sum()
        every = (weighted * (second.all[0] - second.all[self.until + self.left])).sum()
        for one, other, found in ((0, 1, both), (2, 3, every)):
            hessian[one, other] += found
            hessian[other, one] += found
        return Evaluation(float(weights @ self.total), (mean * weights).sum(axis=1), hessian)

    def _by_parameter(self, powers: _Powers) -> list[Floats]:
        """Return the derivative of each way by α, β, γ, δ alone, from derivatives of ln Γ."""
        both = powers.both[0] - powers.both[self.until]
        every = powers.all[0] - powers.all[self.until + self.left]
        unused = np.maximum(self.until - self.used, 0)
        return [
            powers.alpha[self.used] - powers.alpha[0] + both,
            powers.beta[unused] - powers.beta[0] + both,
            powers.gamma[self.left] - powers.gamma[0] + every,
            powers.delta[self.until] - powers.delta[0] + every,
        ]


def ways(parameters: Floats, observed: Observations) -> Iterator[tuple[slice, Ways]]:
    """Yield which customers, and their ways, so many at a time that tables stay small."""
    from scipy.special import gammaln, logsumexp  # noqa: PLC0415 - heavy

    powers = _Powers.of(gammaln, parameters, int(observed.age.max(initial=0)))
    longest = int((observed.age - observed.recency).max(initial=0))
    size = max(1, _CELLS // (longest + 1))
    for start in range(0, len(observed), size):
        place = slice(start, start + size)
        used, last, occasions = (
            column[place].astype(np.int64) for column in (observed.frequency, observed.recency, observed.age)
        )
        until = np.vstack([occasions, last + np.arange(longest)[:, None]])
        left = np.ones_like(until)
        left[0] = 0
        possible = until < occasions
        possible[0] = True
        until = np.where(possible, until, occasions)
        values = _logarithms(powers, used, until, left)
        values[~possible] = -np.inf
        yield place, Ways(values, logsumexp(values, axis=0), used, until, left)


def _logarithms(powers: _Powers, used: Counts, until: Counts, left: Counts) -> Floats:
    buying = powers.alpha[used] + powers.beta[until - used] - powers.both[until]
    leaving = powers.gamma[left] + powers.delta[until] - powers.all[until + left]
    start = powers.alpha[0] + powers.beta[0] - powers.both[0]
    start += powers.gamma[0] + powers.delta[0] - powers.all[0]
    found: Floats = buying + leaving - start
    return found
