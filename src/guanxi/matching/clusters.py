"""Groups out of pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guanxi.matching.columns import Rows


def components(left: Rows, right: Rows) -> list[list[int]]:
    """Return the groups of rows that pairs connect, each sorted, the groups by their first row."""
    if not len(left):
        return []
    from scipy.sparse import coo_array  # noqa: PLC0415 - heavy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy

    rows, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    edges = coo_array((np.ones(len(left), np.int8), np.split(places, 2)), shape=(len(rows), len(rows)))
    _, labels = connected_components(edges, directed=False)
    order = np.argsort(labels, kind="stable")
    borders = np.flatnonzero(np.diff(labels[order])) + 1
    return sorted(group.tolist() for group in np.split(rows[order], borders))


def one_to_one(left: Rows, right: Rows, bits: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places of pairs that are the best of both their records, taken greedily from the likeliest on."""
    taken: set[int] = set()
    kept = []
    for place in np.lexsort((right, left, -bits)):
        pair = {int(left[place]), int(right[place])}
        if not taken & pair:
            taken |= pair
            kept.append(place)
    return np.array(sorted(kept), np.intp)
