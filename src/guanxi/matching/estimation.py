"""How much each answer of a comparison weighs: Fellegi and Sunter (1969), fitted by expectation–maximisation.

u (how often two different customers give an answer) is counted over random pairs. m (how often one customer does) and
the share of matches are fitted with u held (Dempster, Laird and Rubin 1977; Winkler 1988), over all pairs of the
records at once: pairs no block brings together count as different, so that what blocks select does not bias m.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi.matching.settings import Comparison

Shares = NDArray[np.float64]
_SMALLEST = 1e-12
_ROUNDS = 100
_SETTLED = 1e-6
ENOUGH = 30
"""Random pairs with an answer from which their share is trusted: within a third of the truth, mostly."""


@dataclass(frozen=True, slots=True)
class Weights:
    """m and u of each comparison, by level (no level first), and the share of all pairs that match."""

    m: tuple[Shares, ...]
    u: tuple[Shares, ...]
    prior: float

    def bits(self, comparison: int) -> Shares:
        """log2(m/u) by level."""
        m, u = (np.maximum(side[comparison], _SMALLEST) for side in (self.m, self.u))
        return np.log2(m) - np.log2(u)


def believed(comparisons: Sequence[Comparison], prior: float) -> Weights:
    """The weights before any data."""
    pairs = [comparison.beliefs() for comparison in comparisons]
    return Weights(
        tuple(np.array(m) / sum(m) for m, _ in pairs), tuple(np.array(u) / sum(u) for _, u in pairs), prior
    )


def kept(comparisons: Sequence[Comparison], weights: Weights) -> dict[str, Any]:
    """Return weights as JSON, for `recalled`."""
    fields = zip(comparisons, weights.m, weights.u, strict=True)
    return {"prior": weights.prior, "fields": {one.field: [m.tolist(), u.tolist()] for one, m, u in fields}}


def recalled(comparisons: Sequence[Comparison], said: Mapping[str, Any]) -> Weights:
    """Return the weights that were `kept`; those of a field that was not known then, or had other levels, believed."""
    weights = believed(comparisons, said["prior"])
    pairs = [
        (np.array(found[0]), np.array(found[1]))
        if (found := said["fields"].get(one.field)) and len(found[0]) == len(m)
        else (m, u)
        for one, m, u in zip(comparisons, weights.m, weights.u, strict=True)
    ]
    return Weights(tuple(m for m, _ in pairs), tuple(u for _, u in pairs), said["prior"])


def counted(levels: NDArray[np.int8], share: Shares, believed_share: Shares, trust: float) -> Shares:
    """The shares of the levels of one comparison in pairs weighed by `share`, with `trust` pairs of belief."""
    known = levels >= 0
    counts = np.bincount(levels[known], weights=share[known], minlength=len(believed_share))
    total = counts + trust * believed_share
    shares: Shares = np.maximum(total / total.sum(), _SMALLEST)
    return shares


def sampled_u(
    comparisons: Sequence[Comparison], levels: NDArray[np.int8], before: Weights, trust: float
) -> Weights:
    """Put what random pairs (levels: pairs × comparisons) say in the place of the belief in u.

    Some of them are matches, in a small file with many doubles enough to make every name look common: each pair counts
    as far as it is believed to be of two.
    """
    different = 1 - probability(pattern_bits(levels, before) + log_odds(before.prior))
    u = tuple(
        counted(levels[:, place], different, before.u[place], trust) if comparison.fitted else before.u[place]
        for place, comparison in enumerate(comparisons)
    )
    return Weights(before.m, u, before.prior)


def rare_u(
    comparisons: Sequence[Comparison],
    levels: NDArray[np.int8],
    counts: Shares,
    known: Sequence[float],
    weights: Weights,
    sampled: NDArray[np.int8],
    trust: float,
) -> Weights:
    """Put what all pairs say in the place of u where random pairs are too few to say: levels hardly any of them has.

    `levels` (patterns × comparisons) and `counts` are of the pairs that blocks brought together, of which rare answers
    are: each counts as far as it is believed to be of two customers. `known` is how many of all pairs know a field,
    `sampled` the levels of the random pairs.
    """
    different = (1 - probability(pattern_bits(levels, weights) + log_odds(weights.prior))) * counts
    u = list(weights.u)
    for place, comparison in enumerate(comparisons):
        if not comparison.fitted or not known[place]:
            continue
        seen = sampled[:, place]
        hits = np.bincount(seen[seen >= 0], minlength=len(u[place]))
        here = levels[:, place] >= 0
        met = np.bincount(levels[here, place], weights=different[here], minlength=len(u[place]))
        every = (met + trust * weights.u[place]) / (known[place] + trust)
        shares = np.where(hits < ENOUGH, every, weights.u[place])
        shares[0] = max(1 - shares[1:].sum(), _SMALLEST)
        u[place] = np.maximum(shares, _SMALLEST)
    return Weights(weights.m, tuple(u), weights.prior)


def maximised(
    comparisons: Sequence[Comparison],
    levels: NDArray[np.int8],
    counts: Shares,
    all_pairs: float,
    before: Weights,
    trust: float,
) -> Weights:
    """Fit m and the share of matches to the patterns of levels (patterns × comparisons) and how often each came."""
    weights = before
    for _ in range(_ROUNDS):
        probable = probability(pattern_bits(levels, weights) + log_odds(weights.prior)) * counts
        m = tuple(
            counted(levels[:, place], probable, before.m[place], trust)
            if comparison.fitted
            else before.m[place]
            for place, comparison in enumerate(comparisons)
        )
        prior = (probable.sum() + 1) / (all_pairs + 2)
        settled = abs(prior - weights.prior) <= _SETTLED * prior and all(
            np.abs(new - old).max() <= _SETTLED * 10 for new, old in zip(m, weights.m, strict=True)
        )
        weights = Weights(m, before.u, min(prior, 0.5))
        if settled:
            break
    return weights


def pattern_bits(levels: NDArray[np.int8], weights: Weights) -> Shares:
    """The summed weight of patterns of levels, in bits; what is not known (-1) adds nothing."""
    total = np.zeros(len(levels))
    for place in range(levels.shape[1]):
        table = np.append(weights.bits(place), 0.0)
        total += table[levels[:, place]]
    return total


def log_odds(prior: float) -> float:
    """log2 of the odds of a share."""
    return float(np.log2(prior / (1 - prior)))


def probability(bits: Shares) -> Shares:
    """The probability of log2 odds."""
    return 1 / (1 + np.exp2(-np.clip(bits, -500, 500)))
