"""Which points lie in a drawn shape: exact, in columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8  # mean radius (IUGG)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Ring = Sequence[tuple[float, float]]


def in_radius(longitude: Floats, latitude: Floats, centre: tuple[float, float], radius_m: float) -> Mask:
    """Mask (n,) of the points within `radius_m` of `centre` (longitude, latitude in degrees).

    Great-circle distance by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984), exact to ~0.5 % of the
    ellipsoid's.
    """
    x0, y0 = np.radians(centre[0]), np.radians(centre[1])
    x, y = np.radians(longitude), np.radians(latitude)
    half = np.sin((y - y0) / 2) ** 2 + np.cos(y0) * np.cos(y) * np.sin((x - x0) / 2) ** 2
    distance: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance <= radius_m


def in_polygon(longitude: Floats, latitude: Floats, rings: Sequence[Ring]) -> Mask:
    """Mask (n,) of the points inside a polygon: an outer ring and holes, longitude and latitude in degrees.

    Even-odd rule by crossings of a ray to the east; edges are straight in degrees. A ring may leave ±180 to cross the
    antimeridian (…, 190, …): points are tested at their longitude and one turn either side.
    """
    inside = np.zeros(len(longitude), dtype=bool)
    for turn in (-360.0, 0.0, 360.0):
        shifted = longitude + turn
        odd = np.zeros(len(longitude), dtype=bool)
        for ring in rings:
            odd ^= _in_ring(shifted, latitude, ring)
        inside |= odd
    return inside


def _in_ring(x: Floats, y: Floats, ring: Ring) -> Mask:
    odd = np.zeros(len(x), dtype=bool)
    corners = list(ring)
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if y1 == y2:
            continue
        spans = (y1 > y) != (y2 > y)
        crossing = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        odd ^= spans & (x < crossing)
    return odd
