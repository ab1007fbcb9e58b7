"""How rare a shared value is, as shades of a level: each has an m and a u of its own, fitted like those of levels.

A name that two records share and nobody else has is hardly ever chance; one that ten have often is. Winkler (2000)
reckons with the inverse of how often a value comes; what chance makes of rare values depends on how the records came
about, so here the data say it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from guanxi.matching.columns import Pairs, Records
from guanxi.matching.comparing import Levels, level_at
from guanxi.matching.estimation import Shares, Weights
from guanxi.matching.settings import Comparison

_EDGES = (3, 4, 6, 11, 31, 101, 1001)
"""Records that have a value, from which on the next shade is: the pair alone, 3, 4 to 5, 6 to 10 …"""
SHADES = len(_EDGES) + 1
_CHANCE = 0.5
"""Chance pairs a record of a value nobody else has is reckoned to be in, beside one a record of the others."""


def shaded(comparisons: Sequence[Comparison], pairs: Pairs, levels: Levels) -> Levels:
    """Return level × SHADES + shade for each pair and comparison; -1 stays, a level without a frequency has shade 0."""
    found = np.where(levels < 0, -1, levels * np.int8(SHADES)).astype(np.int8)
    for place, comparison in enumerate(comparisons):
        for number in range(1, len(comparison.levels) + 1):
            column = comparison.levels[level_at(comparison, number)].frequency
            held = levels[:, place] == number
            if column and held.any():
                found[held, place] += _shade(_often(pairs.among(held), column)).astype(np.int8)
    return found


def _often(pairs: Pairs, column: str) -> NDArray[np.int64]:
    """How many records have the value that the sides of each pair share."""
    counts = pairs.records.columns[column].frequencies()
    counts = counts if len(counts) else np.zeros(1, np.int64)
    left, right = pairs.codes(column)
    return np.maximum(np.where(left >= 0, counts[left], 2), np.where(right >= 0, counts[right], 2))


def _shade(often: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.searchsorted(_EDGES, often, side="right")


def spread(comparisons: Sequence[Comparison], records: Records, weights: Weights) -> Weights:
    """Return weights of shades from weights of levels: as the values of these records would have it.

    One customer's two records share a value as often as records have it; two customers' as often as two others do.
    """
    m, u = [], []
    for place, comparison in enumerate(comparisons):
        ours, theirs = (np.zeros((len(weights.m[place]), SHADES)) for _ in range(2))
        ours[:, 0], theirs[:, 0] = weights.m[place], weights.u[place]
        for number in range(1, len(comparison.levels) + 1):
            column = comparison.levels[level_at(comparison, number)].frequency
            if column:
                same, chance = _expected(records.columns[column].frequencies())
                ours[number], theirs[number] = ours[number, 0] * same, theirs[number, 0] * chance
        m.append(ours.ravel())
        u.append(theirs.ravel())
    return Weights(tuple(m), tuple(u), weights.prior)


def _expected(often: NDArray[np.int64]) -> tuple[Shares, Shares]:
    shared = often[often > 1].astype(np.float64)
    if not len(shared):
        shared = np.array([2.0])
    shade = _shade(shared.astype(np.int64))
    same = np.bincount(shade, weights=shared, minlength=SHADES)
    chance = np.bincount(shade, weights=shared * (shared - 2 + _CHANCE), minlength=SHADES)
    return same / same.sum(), chance / chance.sum()


def without_shades(weights: Weights) -> Weights:
    """Return the weights of levels that weights of shades come to."""
    m, u = (tuple(each.reshape(-1, SHADES).sum(axis=1) for each in side) for side in (weights.m, weights.u))
    return Weights(m, u, weights.prior)
