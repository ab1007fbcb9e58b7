"""The part of the Pareto/NBD likelihood that belongs to customers who have left, without hypergeometric functions.

J = ∫ s (β+y)^-(s+1) (α+y)^-m dy, y from t_x to T: leaving at y after having bought until t_x. The published form (Fader
and Hardie, "A Note on Deriving the Pareto/NBD Model", 2005, eq. 18-20) is a difference of two ₂F₁, which cancel and
overflow; the integral has one sign, and everything is kept relative to its integrand at t_x.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from guanxi.models.observations import Observations

Floats = NDArray[np.float64]

_FEW = np.polynomial.legendre.leggauss(12)
_MANY = np.polynomial.legendre.leggauss(24)
_NEGLIGIBLE = 38.0
_EASY_EXPONENT, _EASY_WIDTH = 9.0, 2.2
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class Left:
    """The integrand at nodes of y, for customers in columns.

    `first` is the logarithm of what all is relative to, (β+t_x)^-(s+1) (α+t_x)^-m s times the width of the interval;
    `terms` (nodes, customers) add up to J relative to that; `rate` and `leaving` are α+y and β+y, then their
    logarithms.
    """

    first: Floats
    terms: Floats
    rate: Floats
    leaving: Floats
    log_rate: Floats
    log_leaving: Floats

    @property
    def logarithm(self) -> Floats:
        """The logarithm of J of each customer."""
        return cast("Floats", self.first + np.log(self.terms.sum(axis=0)))


def left(parameters: Floats, part: Observations) -> Iterator[tuple[NDArray[np.intp], Left]]:
    """Yield which customers, and the integrand of J for them; J itself to about 11 digits.

    Gauss-Legendre over v = ln((c+y)/(c+t_x)), c the smaller of α and β: there the integrand is analytic up to ±iπ
    around the interval, so that the error falls with the number of nodes at a known rate. Where the interval is short
    and the integrand does not fall far, half of the nodes do. The interval is cut beyond where the integrand has fallen
    below e^-38 of its first value.
    """
    r, alpha, s, beta = parameters
    small, large = (alpha, beta) if alpha <= beta else (beta, alpha)
    start, other = small + part.recency, large + part.recency
    shape = r + part.frequency
    # powers of what is left of each factor once one (c+y) is taken by dy = (c+y) dv
    small_power, large_power = (
        (shape - 1, np.full(len(part), s + 1)) if alpha <= beta else (np.full(len(part), s), shape)
    )
    span = part.age - part.recency
    width = np.log1p(span / start)
    exponent = small_power * width + large_power * np.log1p(span / other)
    easy = (np.abs(exponent) < _EASY_EXPONENT) & (width < _EASY_WIDTH)
    for chosen, (nodes, weights) in ((np.flatnonzero(easy), _FEW), (np.flatnonzero(~easy), _MANY)):
        if len(chosen):
            rows = start[chosen], other[chosen], small_power[chosen], large_power[chosen], width[chosen]
            at_start, terms, nearer, near, farther, far = _integrand(*rows, nodes, weights)
            if alpha <= beta:
                yield chosen, Left(at_start + np.log(s), terms, nearer, farther, near, far)
            else:
                yield chosen, Left(at_start + np.log(s), terms, farther, nearer, far, near)


def _integrand(
    start: Floats,
    other: Floats,
    small_power: Floats,
    large_power: Floats,
    width: Floats,
    nodes: Floats,
    weights: Floats,
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Return what the terms are relative to, the terms, and both factors at the nodes with their logarithms."""
    if len(nodes) == len(_MANY[0]):
        width = _cut(width, start, other, small_power, large_power)
    near, far = np.log(start), np.log(other)
    steps = width * ((nodes[:, None] + 1) / 2)
    nearer = np.exp(steps) * start
    farther = nearer + (other - start)
    steps += near
    beyond = np.log(farther)
    terms = np.exp(small_power * (near - steps) + large_power * (far - beyond)) * (weights[:, None] / 2)
    at_start = np.log(np.maximum(width, _SMALLEST)) - small_power * near - large_power * far
    return at_start, terms, nearer, steps, farther, beyond


def _cut(width: Floats, start: Floats, other: Floats, small_power: Floats, large_power: Floats) -> Floats:
    """Return the width of the interval that matters.

    The exponent is convex in v and 0 at v = 0: Newton's rule comes down from the right to where it is 38, never below.
    """
    for _ in range(4):
        grown = np.expm1(width) * (start / other)
        exponent = small_power * width + large_power * np.log1p(grown)
        slope = small_power + large_power * (grown + start / other) / (1 + grown)
        excess = np.maximum(exponent - _NEGLIGIBLE, 0)
        width = width - np.divide(excess, slope, out=np.zeros_like(width), where=slope > 0)
    return width
