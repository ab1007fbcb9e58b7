"""The levels of pairs, and how much rare values add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from guanxi.matching.columns import Pairs, Records
from guanxi.matching.settings import Comparison

CHUNK = 1 << 18
"""Pairs that are compared at once: what this takes in memory does not grow with the records."""

Levels = NDArray[np.int8]


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
        packed = packed * 16 + (levels[:, place] + 1)
    _, first, counts = np.unique(packed, return_index=True, return_counts=True)
    return levels[first], counts.astype(np.float64)


def level_at(comparison: Comparison, number: int) -> int:
    """The place of a level of `levels_of` among those of the comparison."""
    return len(comparison.levels) - number


def rarity(
    comparison: Comparison, place: int, pairs: Pairs, levels: Levels, u: NDArray[np.float64], trust: float
) -> NDArray[np.float64]:
    """Return the bits to add because a shared value is rarer, or commoner, than shared values are.

    log2(u / f), f the share of records with the value beside the pair's own (Winkler 2000), smoothed by `trust` records
    that have it as often as u says. That nobody else has a value of a small file says less than u does: the record
    more that is then reckoned with (Laplace) is no more than u gives.
    """
    added = np.zeros(len(pairs))
    for number in range(1, len(comparison.levels) + 1):
        level = comparison.levels[level_at(comparison, number)]
        held = levels[:, place] == number
        if not level.frequency or not held.any():
            continue
        counts = _counts(pairs.records, level.frequency)
        left, right = pairs.among(held).codes(level.frequency)
        often = np.maximum(np.where(left >= 0, counts[left], 2), np.where(right >= 0, counts[right], 2))
        size = pairs.records.count
        usual = u[number]
        one_more = min(size / (size + trust), (size + trust) * usual)
        share = (np.maximum(often - 2, 0) + one_more + trust * usual) / (size + trust)
        added[held] = np.log2(usual / share)
    return added


def _counts(records: Records, column: str) -> NDArray[np.int64]:
    counts = records.columns[column].frequencies()
    return counts if len(counts) else np.zeros(1, np.int64)
