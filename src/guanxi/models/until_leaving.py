"""How often a customer who is alive still buys when each purchase may be the last: the expectation of BG and MBG/NBD.

E = E_p[(1 - (1 + pτ)^-m) / p] with p ~ Beta(a, b): purchases come at a rate Gamma(m, 1) over a time τ, each is the
last with chance p. Integrating gives the published form (a + b - 1)/(a - 1) · (1 - (1 + τ)^-m ₂F₁(m, b; a + b - 1;
τ/(1 + τ))) (Fader, Hardie and Lee 2005, eq. 10), which overflows for large m and loses all digits near a = 1; the
integral has neither fault, as all its terms are positive.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from guanxi.models.observations import Observations

Floats = NDArray[np.float64]

_STEP = 0.125
_NEGLIGIBLE = 36.0
_PART = 512


def purchases_until_leaving(shape: Floats, ratio: Floats, a: float, b: Floats) -> Floats:
    """Return E for each customer: `shape` m, `ratio` τ, and p ~ Beta(a, b).

    The trapezoidal rule over y, p = 1/(1 + e^-y), on which the integrand falls off exponentially on both sides: its
    error falls exponentially with the step (Trefethen and Weideman, SIAM Review 56, 2014). Below the first node the
    terms are a geometric series, added in closed form.
    """
    expected = np.empty(len(shape))
    for start in range(0, len(shape), _PART):
        part = slice(start, start + _PART)
        expected[part] = _integral(shape[part, None], ratio[part, None], a, b[part, None])
    return expected


def _integral(shape: Floats, ratio: Floats, a: float, b: Floats) -> Floats:
    from scipy.special import betaln, log_expit  # noqa: PLC0415 - heavy

    steepest = float(np.max(shape * ratio + b))
    first = -_NEGLIGIBLE - np.log1p(steepest)
    last = np.log1p(_NEGLIGIBLE / float(np.min(b)) * 4) + _NEGLIGIBLE / float(np.min(b))
    nodes = np.arange(first, last + _STEP, _STEP)[None, :]
    chance, stay = log_expit(nodes), log_expit(-nodes)
    # (1 - (1 + pτ)^-m) p^(a-1) (1-p)^b: one power of p and one of 1-p come from dp = p(1-p) dy
    terms = -np.expm1(-shape * np.log1p(ratio * np.exp(chance)))
    terms *= np.exp((a - 1) * chance + b * stay - betaln(a, b))
    below = terms[:, 0] / np.expm1(a * _STEP)
    result: Floats = _STEP * (terms.sum(axis=1) + below)
    return result


def interpolated(
    expected: Callable[[Floats, Floats], Floats],
    growth: Callable[[Floats], Floats],
    frequency: Floats,
    age: Floats,
) -> Callable[[Observations], Floats]:
    """Return what gives `expected(count, growth(age))` for the customers of any part of `frequency` and `age`.

    Of many customers there are few counts, and the expectation is analytic in `growth` (the logarithm of 1 + τ) up to
    ±iπ: a Chebyshev series a count gives it to the last digits but two (Trefethen, Approximation Theory and
    Approximation Practice, theorem 8.2), hundreds of times faster than the integral a customer.
    """
    counts = np.unique(frequency)
    if not len(counts):
        return lambda part: np.zeros(len(part))
    ends = growth(np.array([np.max(age), np.min(age)], dtype=np.float64))
    middle, half = ends.mean(), max((ends[1] - ends[0]) / 2, 1e-9)
    nearness = np.pi / half
    degree = int(np.ceil(_NEGLIGIBLE / np.arcsinh(nearness))) + 6
    if np.size(frequency) <= degree * len(counts):
        return lambda part: expected(part.frequency, growth(part.age))
    angles = (np.arange(degree) + 0.5) * np.pi / degree
    grid, points = np.meshgrid(counts.astype(np.float64), middle + half * np.cos(angles), indexing="ij")
    values = expected(grid.ravel(), points.ravel()).reshape(grid.shape)
    series = values @ np.cos(np.outer(angles, np.arange(degree))) * (2 / degree)
    series[:, 0] /= 2

    def summed(part: Observations) -> Floats:
        """Clenshaw's recurrence, the counts of a part at a time."""
        place = np.searchsorted(counts, part.frequency)
        position = (growth(part.age) - middle) / half
        ahead = behind = np.zeros(len(part))
        for term in range(degree - 1, 0, -1):
            ahead, behind = series[place, term] + 2 * position * ahead - behind, ahead
        result: Floats = series[place, 0] + position * ahead - behind
        return result

    return summed
