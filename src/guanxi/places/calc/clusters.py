"""Points of a map, clustered at every zoom, exactly.

Points are kept in the order of their Morton code (the bits of column and row of web Mercator, interleaved). Every cell
of a grid is then one run of that order: its borders are found by binary search, its sums by the difference of two
running sums. Neighbouring cells are gathered into clusters (`gathering`). A tile costs the same for a thousand points
and for a million.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guanxi.places.calc.gathering import REACH, gather
from guanxi.places.calc.tiles import EXTENT
from guanxi.places.calc.web_mercator import LEVELS, interleave, latitude_of, mercator, morton

CELL_LEVELS = 4  # a tile is 16 × 16 cells of 32 pixels; a cluster takes up to 3 × 3 of them
MAX_ZOOM = LEVELS - CELL_LEVELS
STACK_IDS = 50

_COLUMNS = float(1 << LEVELS)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clusters:
    """What a tile shows, n features: single points (count 1, with their id) and clusters.

    `x`, `y` (n,) in tile units; `count` (n,); `ids` (n,) the point's id, for a cluster the first in order;
    `tier_counts` (n, tiers + 1), column 0 for "no tier"; `split_zoom` (n,) the zoom at which the cluster may
    well part, 0 for a single point and -1 when no zoom parts it; `stacks` the ids of those (up to 50 each).
    """

    x: Integers
    y: Integers
    count: Integers
    ids: Integers
    tier_counts: Integers
    split_zoom: Integers
    stacks: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class PointIndex:
    """Points in Morton order with their running sums; build with `PointIndex.build`."""

    codes: NDArray[np.uint64]
    ids: Integers
    tiers: NDArray[np.int8]
    x: Floats
    y: Floats
    sums: Integers
    tier_sums: NDArray[np.int32]

    @classmethod
    def build(
        cls, longitude: Floats, latitude: Floats, ids: Integers, tier_codes: NDArray[np.integer]
    ) -> PointIndex:
        """Index n points: degrees WGS-84, ids (n,), tier codes (n,) with 0 for none and 1 for the best.

        Longitudes wrap (180 is -180), latitudes beyond web Mercator's edge lie on it.
        Raises ValueError for lengths that differ, coordinates that are not finite, negative tiers.
        """
        if not len(longitude) == len(latitude) == len(ids) == len(tier_codes):
            raise ValueError("longitude, latitude, ids and tier_codes must have the same length")
        if not (np.isfinite(longitude).all() and np.isfinite(latitude).all()):
            raise ValueError("coordinates must be finite numbers")
        if len(tier_codes) and (int(tier_codes.min()) < 0 or int(tier_codes.max()) > 126):
            raise ValueError("tier codes must lie between 0 and 126")
        x, y = mercator(longitude, latitude)
        codes = morton(x, y)
        order = np.argsort(codes, kind="stable")
        return cls._sorted(codes[order], ids[order], tier_codes[order].astype(np.int8), x[order], y[order])

    @classmethod
    def _sorted(
        cls, codes: NDArray[np.uint64], ids: Integers, tiers: NDArray[np.int8], x: Floats, y: Floats
    ) -> PointIndex:
        # Whole numbers: differences of running sums stay exact, so a centre never leaves its cell.
        sums = np.zeros((2, len(codes) + 1), dtype=np.int64)
        for axis, values in enumerate((x, y)):
            np.cumsum((values * _COLUMNS).astype(np.int64), out=sums[axis, 1:])
        kinds = int(tiers.max(initial=0)) + 1
        tier_sums = np.zeros((kinds, len(codes) + 1), dtype=np.int32)
        for kind in range(kinds):
            np.cumsum(tiers == kind, out=tier_sums[kind, 1:])
        return cls(codes, ids.astype(np.int64), tiers, x, y, sums, tier_sums)

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.codes)

    def select(self, ids: Integers) -> PointIndex:
        """The index of the points whose id is among `ids`, without sorting again."""
        keep = np.isin(self.ids, ids)
        return self._sorted(self.codes[keep], self.ids[keep], self.tiers[keep], self.x[keep], self.y[keep])

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; None without a point. Does not cross the antimeridian."""
        if not len(self):
            return None
        west, east = (float(edge) * 360 - 180 for edge in (self.x.min(), self.x.max()))
        north, south = (latitude_of(float(edge)) for edge in (self.y.min(), self.y.max()))
        return west, south, east, north

    def tile(self, zoom: int, column: int, row: int) -> Clusters:
        """The clusters of one tile (XYZ numbering, row 0 in the north).

        The counts over all tiles of a zoom add up to the number of points: a point belongs to one cluster, and that to
        the tile its centre lies in. Raises ValueError for a tile that does not exist or a zoom above 22.
        """
        if not (0 <= zoom <= MAX_ZOOM and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
            raise ValueError(f"no tile {zoom}/{column}/{row}")
        cells = self._cells(zoom, column, row)
        sums = np.add.reduceat(self._sums_of(cells), cells.firsts, axis=1)
        count, across, down = sums[0], sums[1] // sums[0], sums[2] // sums[0]
        here = (across >> (LEVELS - zoom) == column) & (down >> (LEVELS - zoom) == row)
        split = self._split_zoom(cells, count, zoom)[here]
        return Clusters(
            x=_units(self._fraction(0, cells, count, across)[here] * (1 << zoom) - column),
            y=_units(self._fraction(1, cells, count, down)[here] * (1 << zoom) - row),
            count=count[here],
            ids=self.ids[cells.start[cells.firsts[here]]],
            tier_counts=sums[3:, here].T,
            split_zoom=split,
            stacks=self._stacks(cells, here, split),
        )

    def _cells(self, zoom: int, column: int, row: int) -> Cells:
        """The filled cells of a tile and around it, those of one cluster beside each other."""
        level = zoom + CELL_LEVELS
        around = np.arange(-REACH, (1 << CELL_LEVELS) + REACH)
        turn, columns = np.divmod((column << CELL_LEVELS) + around, 1 << level)
        rows = (row << CELL_LEVELS) + around
        code = interleave(columns.astype(np.uint64)) | (
            interleave(rows.clip(0, (1 << level) - 1).astype(np.uint64)) << np.uint64(1)
        ).reshape(-1, 1)
        shift = np.uint64(2 * (LEVELS - level))
        start, stop = (np.searchsorted(self.codes, edge << shift) for edge in (code, code + np.uint64(1)))
        count = np.where(((rows >= 0) & (rows < 1 << level)).reshape(-1, 1), stop - start, 0)
        seed = gather(_ranks(count, code)).ravel()
        order = np.argsort(seed, kind="stable")[np.count_nonzero(seed == 0) :]
        turns = np.broadcast_to(turn, count.shape).ravel()[order]
        firsts = np.flatnonzero(np.diff(seed[order], prepend=0))
        return Cells(start.ravel()[order], stop.ravel()[order], turns, firsts)

    def _sums_of(self, cells: Cells) -> Integers:
        """Of each cell the points, their columns and rows, and how many of each tier: (3 + tiers + 1, cells)."""
        count = cells.stop - cells.start
        places = self.sums[:, cells.stop] - self.sums[:, cells.start]
        places[0] += count * cells.turn << LEVELS
        tiers = self.tier_sums[:, cells.stop] - self.tier_sums[:, cells.start]
        return np.concatenate((count.reshape(1, -1), places, tiers)).astype(np.int64)

    def _fraction(self, axis: int, cells: Cells, count: Integers, mean: Integers) -> Floats:
        """Where each cluster lies on x (axis 0) or y (axis 1): the mean of its points, a single point's own place."""
        first = cells.firsts
        own = (self.x if axis == 0 else self.y)[cells.start[first]] + (cells.turn[first] if axis == 0 else 0)
        return np.where(count == 1, own, (mean + 0.5) / _COLUMNS)

    def _split_zoom(self, cells: Cells, count: Integers, zoom: int) -> Integers:
        """Of one cell: from the first bit in which its first and last code differ; of several: two zooms further."""
        differ = self.codes[cells.start] ^ self.codes[cells.stop - 1]
        bits = np.frexp(differ.astype(np.float64))[1]  # codes have 52 bits: exact
        parted = np.where(differ == 0, -1, LEVELS - (bits - 1) // 2 - CELL_LEVELS + 1)[cells.firsts]
        alone = np.diff(cells.firsts, append=len(cells.start)) == 1
        split = np.where(alone, parted, zoom + 2)
        split = np.where(split == -1, -1, split.clip(zoom + 1, MAX_ZOOM))
        return np.where(count == 1, 0, -1 if zoom == MAX_ZOOM else split)

    def _stacks(self, cells: Cells, here: NDArray[np.bool_], split: Integers) -> tuple[tuple[int, ...], ...]:
        """The ids of the clusters that no zoom parts."""
        begins = cells.firsts[here].tolist()
        ends = np.append(cells.firsts, len(cells.start))[1:][here].tolist()
        found: list[tuple[int, ...]] = []
        for begin, end, alone in zip(begins, ends, split.tolist(), strict=True):
            runs = zip(cells.start[begin:end].tolist(), cells.stop[begin:end].tolist(), strict=True)
            ids = (
                [self.ids[first : min(last, first + STACK_IDS)] for first, last in runs]
                if alone == -1
                else []
            )
            found.append(tuple(np.concatenate(ids)[:STACK_IDS].tolist()) if ids else ())
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Cells:
    """Filled cells, k of them: their runs `start` … `stop` of the points' order, the turns around the world they were
    reached by, and where among them each cluster begins (`firsts`)."""

    start: Integers
    stop: Integers
    turn: Integers
    firsts: Integers


def _ranks(count: Integers, code: NDArray[np.uint64]) -> Integers:
    """A number of its own for each filled cell, higher for more points, the same order wherever it is seen from."""
    rank = np.zeros(count.size, dtype=np.int64)
    filled = np.flatnonzero(count)
    order = filled[np.lexsort((code.ravel()[filled], count.ravel()[filled]))]
    rank[order] = np.arange(1, len(order) + 1)
    return rank.reshape(count.shape)


def _units(fraction: Floats) -> Integers:
    return np.clip(np.floor(fraction * EXTENT), 0, EXTENT - 1).astype(np.int64)
