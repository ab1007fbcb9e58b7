"""Gathering of neighbouring cells into clusters that look as if drawn with a radius, the same from every tile.

A cell with more points than its eight neighbours is a seed and takes them in; what is left over chooses again, `ROUNDS`
times, and then stands alone. Whether a cell is a seed depends only on cells near it, so two tiles that both see a
cluster see the same one. It is the parallel maximal independent set of M. Luby, SIAM Journal on Computing 15 (1986),
with the number of points for priority in place of chance, cut off after two rounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2
REACH = 2 * ROUNDS + 3
"""Cells around a tile that have to be known: two a round, one to choose a seed, two for the members of its clusters."""

Integers = NDArray[np.int64]


def gather(rank: Integers) -> Integers:
    """The rank of the seed that every cell belongs to.

    `rank` (rows, columns): 0 where a cell is empty, else a number of its own, higher where there are more points.
    Answers (rows, columns): a seed's own rank for itself, 0 where empty. Right for cells at least `2 * ROUNDS + 1`
    from the edge; nearer to it a larger table could judge otherwise.
    """
    undecided, seeds = rank, np.zeros_like(rank)
    for _round in range(ROUNDS):
        found = np.where(undecided == _largest_around(undecided), undecided, 0)
        seeds = seeds + found
        undecided = np.where(_largest_around(found) > 0, 0, undecided)
    seeds = seeds + undecided
    chosen: Integers = np.where(seeds > 0, seeds, np.where(rank > 0, _largest_around(seeds), 0))
    return chosen


def _largest_around(values: Integers) -> Integers:
    """The largest of each cell and its eight neighbours: of three rows, then of three columns."""
    height, width = values.shape
    padded = np.zeros((height + 2, width + 2), dtype=np.int64)
    padded[1:-1, 1:-1] = values
    rows = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    found: Integers = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return found
