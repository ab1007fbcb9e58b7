"""Points of a map, clustered on a grid at every zoom, exactly.

Points are kept in the order of their Morton code (the bits of column and row of web Mercator, interleaved). A tile, and
every cell of a grid inside it, is then one run of that order: its borders are found by binary search, its sums by the
difference of two running sums. A tile costs the same for a thousand points and for a million.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guanxi.places.calc.tiles import EXTENT, Numbers, PointLayer, Texts

LEVELS = 26  # 2^26 columns: 0.6 m at the equator
CELL_LEVELS = 3  # a tile is 8 × 8 cells: 64 pixels of a 512-pixel tile
MAX_ZOOM = LEVELS - CELL_LEVELS
MAX_LATITUDE = 85.0511287798066  # where web Mercator is cut, so that the world is a square
STACK_IDS = 50

_COLUMNS = float(1 << LEVELS)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clusters:
    """What a tile shows, n features: single points (count 1, with their id) and clusters.

    `x`, `y` (n,) in tile units; `count` (n,); `ids` (n,) the point's id, for a cluster the first in order;
    `tier_counts` (n, tiers + 1), column 0 for "no tier"; `split_zoom` (n,) the zoom at which the cluster parts,
    0 for a single point and -1 when all its points lie on one spot; `stacks` the ids of those (up to 50 each).
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
        north, south = (_latitude(float(edge)) for edge in (self.y.min(), self.y.max()))
        return west, south, east, north

    def tile(self, zoom: int, column: int, row: int) -> Clusters:
        """The clusters of one tile (XYZ numbering, row 0 in the north).

        The counts over all tiles of a zoom add up to the number of points: a point belongs to one tile and one cell.
        Raises ValueError for a tile that does not exist or a zoom above 23.
        """
        if not (0 <= zoom <= MAX_ZOOM and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
            raise ValueError(f"no tile {zoom}/{column}/{row}")
        first = _interleave(np.array([column, row], dtype=np.uint64)) << np.array([0, 1], dtype=np.uint64)
        cells = (first.sum(dtype=np.uint64) << np.uint64(2 * CELL_LEVELS)) + np.arange(
            4**CELL_LEVELS + 1, dtype=np.uint64
        )
        borders = np.searchsorted(self.codes, cells << np.uint64(2 * (LEVELS - zoom - CELL_LEVELS)))
        filled = borders[1:] > borders[:-1]
        start, stop = borders[:-1][filled], borders[1:][filled]
        count = stop - start
        split = self._split_zoom(start, stop)
        return Clusters(
            x=_units(self._centres(0, start, stop) * (1 << zoom) - column),
            y=_units(self._centres(1, start, stop) * (1 << zoom) - row),
            count=count,
            ids=self.ids[start],
            tier_counts=(self.tier_sums[:, stop] - self.tier_sums[:, start]).T.astype(np.int64),
            split_zoom=split,
            stacks=tuple(
                tuple(self.ids[begin : min(end, begin + STACK_IDS)].tolist()) if alone == -1 else ()
                for begin, end, alone in zip(start.tolist(), stop.tolist(), split.tolist(), strict=True)
            ),
        )

    def _centres(self, axis: int, start: Integers, stop: Integers) -> Floats:
        """The mean x (axis 0) or y (axis 1) of each run; a single point's own."""
        mean = (self.sums[axis, stop] - self.sums[axis, start]) / (stop - start)
        own = (self.x if axis == 0 else self.y)[start]
        return np.where(stop - start == 1, own, (mean + 0.5) / _COLUMNS)

    def _split_zoom(self, start: Integers, stop: Integers) -> Integers:
        """The lowest zoom whose cells part the run: from the first bit in which its first and last code differ."""
        differ = self.codes[start] ^ self.codes[stop - 1]
        bits = np.frexp(differ.astype(np.float64))[1]  # codes have 52 bits: exact
        level = LEVELS - (bits - 1) // 2
        return np.where(
            stop - start == 1, 0, np.where(differ == 0, -1, np.clip(level - CELL_LEVELS, 0, MAX_ZOOM))
        )


def mercator(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Web Mercator as fractions of the world square, 0 ≤ x, y < 1, y from the north (EPSG:3857, scaled)."""
    below_one = np.nextafter(1.0, 0.0)
    x = np.mod((longitude + 180.0) / 360.0, 1.0)
    sine = np.sin(np.radians(np.clip(latitude, -MAX_LATITUDE, MAX_LATITUDE)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    return np.minimum(x, below_one), np.clip(y, 0.0, below_one)


def morton(x: Floats, y: Floats) -> NDArray[np.uint64]:
    """The interleaved bits of 2^26 columns (even bits) and rows (odd bits)."""
    scale = float(1 << LEVELS)
    return _interleave((x * scale).astype(np.uint64)) | _interleave(
        (y * scale).astype(np.uint64)
    ) << np.uint64(1)


def cluster_layer(clusters: Clusters, tier_names: dict[int, str], *, name: str = "points") -> PointLayer:
    """The layer a map reads. The feature id is the id of a single point.

    Properties: `count`, `tier` (code of the largest share; ties go to the better), `tier_name`, `t0 … tk` (how many of
    each tier), `split` (zoom at which it parts), `stack` (ids on one spot, comma-separated).
    """
    shares = clusters.tier_counts
    judged = shares[:, 1:] if shares.shape[1] > 1 else shares
    largest = np.where(judged.sum(axis=1) > 0, judged.argmax(axis=1) + (shares.shape[1] > 1), 0).astype(
        np.int64
    )
    single = clusters.count == 1
    stacks = [",".join(map(str, stack)) for stack in clusters.stacks]
    texts = [text for text in stacks if text]
    codes = np.cumsum([bool(text) for text in stacks], dtype=np.int64) - 1
    properties: dict[str, Numbers | Texts] = {
        "count": Numbers(clusters.count.astype(np.int64)),
        "tier": Numbers(largest),
        "tier_name": _tier_names(largest, tier_names),
        "split": Numbers(clusters.split_zoom, present=clusters.split_zoom > 0),
        "stack": Texts(np.where([bool(text) for text in stacks], codes, -1), texts),
    }
    for kind in range(shares.shape[1]):
        properties[f"t{kind}"] = Numbers(shares[:, kind], present=(shares[:, kind] > 0) & ~single)
    return PointLayer(name, clusters.x, clusters.y, clusters.ids, single, properties)


def _tier_names(codes: Integers, names: dict[int, str]) -> Texts:
    known = sorted(names)
    if not known:
        return Texts(np.full(len(codes), -1, dtype=np.int64), [])
    place = np.searchsorted(known, codes).clip(max=len(known) - 1)
    return Texts(np.where(np.array(known)[place] == codes, place, -1), [names[code] for code in known])


def _interleave(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 32 bits to the even bits of 64 ("part 1 by 1", H. S. Warren, Hacker's Delight, 7-2)."""
    spread = values
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        spread = (spread | spread << np.uint64(shift)) & np.uint64(mask)
    return spread


def _units(fraction: Floats) -> Integers:
    return np.clip(np.floor(fraction * EXTENT), 0, EXTENT - 1).astype(np.int64)


def _latitude(y: float) -> float:
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y)))))
