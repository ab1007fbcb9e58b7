"""The levels of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from guanxi.matching.columns import Pairs
from guanxi.matching.settings import Comparison

CHUNK = 1 << 18
"""Pairs that are compared at once: what this takes in memory does not grow with the records."""

Levels = NDArray[np.int8]
_PACKED, _AT_ONCE = 128, 4
"""Numbers a level may have, and how many comparisons are packed into one number before they are counted anew."""


def levels_of(comparison: Comparison, pairs: Pairs) -> Levels:
    """Return the level of each pair: 1 for the last, more for those before, 0 for none, -1 for unknown."""
    found = np.full(len(pairs), -1, np.int8)
    open_places = np.flatnonzero(pairs.known(comparison.columns))
    for place, level in enumerate(comparison.levels):
        if not len(open_places):
            return found
        holds = level.when.holds(Pairs(pairs.records, pairs.left[open_places], pairs.right[open_places]))
        found[open_places[holds]] = len(comparison.levels) - place
        open_places = open_places[~holds]
    found[open_places] = 0
    return found


def all_levels(comparisons: Sequence[Comparison], pairs: Pairs) -> Levels:
    """The levels of pairs × comparisons."""
    found = np.empty((len(pairs), len(comparisons)), np.int8, order="F")
    for part in chunks(len(pairs)):
        piece = Pairs(pairs.records, pairs.left[part], pairs.right[part])
        for place, comparison in enumerate(comparisons):
            found[part, place] = levels_of(comparison, piece)
    return found


def chunks(count: int) -> Iterator[slice]:
    """The pieces of so many pairs."""
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))


def patterns(levels: Levels) -> tuple[Levels, NDArray[np.float64]]:
    """The different rows of levels, and how often each comes."""
    packed = np.zeros(len(levels), np.int64)
    for place in range(levels.shape[1]):
        packed = packed * _PACKED + (levels[:, place] + 1)
        if place % _AT_ONCE == _AT_ONCE - 1:
            packed = np.unique(packed, return_inverse=True)[1].astype(np.int64)
    _, first, counts = np.unique(packed, return_index=True, return_counts=True)
    return levels[first], counts.astype(np.float64)


def level_at(comparison: Comparison, number: int) -> int:
    """The place of a level of `levels_of` among those of the comparison."""
    return len(comparison.levels) - number
