"""Coordinates as Chinese maps have them: GCJ-02 ("Mars", AMap and Tencent) and BD-09 (Baidu), to WGS-84 and back.

GCJ-02 shifts a position by up to 700 m with a sum of sines on the ellipsoid of Krasovsky (1940); BD-09 turns and
stretches GCJ-02 a little more. Both are laid down by nobody in public; the terms are those that became known in 2010
and that every provider's own converter agrees with to a metre or better (https://en.wikipedia.org/wiki/
Restrictions_on_geographic_data_in_China#GCJ-02). There is no closed inverse: the shift changes by less than one part in
a hundred over its own length, so that taking it off again and again converges, here to a tenth of a millimetre.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Position = tuple[Floats, Floats]

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_TURNS = np.pi * 3000.0 / 180.0
_BD_EAST, _BD_NORTH = 0.0065, 0.006
_CLOSE_ENOUGH_DEGREES = 1e-9  # a tenth of a millimetre

WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""The rectangle in which providers shift; beyond it, GCJ-02 is WGS-84."""


class Datum(StrEnum):
    """What the numbers of a position are measured in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(datum: Datum, longitude: Floats, latitude: Floats) -> Position:
    """Positions of `datum` in WGS-84: degrees, shape (n,) in and out; within a millimetre of what was converted.

    NaN stays NaN. Raises ValueError for numbers that are no degrees.
    """
    _check(longitude, latitude)
    if datum is Datum.WGS84:
        return longitude, latitude
    if datum is Datum.BD09:
        longitude, latitude = _without(_bd_shift, longitude, latitude)
    shifted = in_the_rectangle(longitude, latitude)
    back_longitude, back_latitude = _without(
        _gcj_shift, np.clip(longitude, WEST, EAST), np.clip(latitude, SOUTH, NORTH)
    )
    return np.where(shifted, back_longitude, longitude), np.where(shifted, back_latitude, latitude)


def from_wgs84(datum: Datum, longitude: Floats, latitude: Floats) -> Position:
    """Positions of WGS-84 in `datum`: degrees, shape (n,) in and out.

    NaN stays NaN. Raises ValueError for numbers that are no degrees.
    """
    _check(longitude, latitude)
    if datum is Datum.WGS84:
        return longitude, latitude
    east, north = _gcj_shift(longitude, latitude)
    shifted = in_the_rectangle(longitude, latitude)
    longitude, latitude = longitude + np.where(shifted, east, 0.0), latitude + np.where(shifted, north, 0.0)
    if datum is Datum.BD09:
        east, north = _bd_shift(longitude, latitude)
        longitude, latitude = longitude + east, latitude + north
    return longitude, latitude


def in_the_rectangle(longitude: Floats, latitude: Floats) -> NDArray[np.bool_]:
    """Mask (n,) of the positions that providers shift."""
    return (longitude >= WEST) & (longitude <= EAST) & (latitude >= SOUTH) & (latitude <= NORTH)


def _check(longitude: Floats, latitude: Floats) -> None:
    if _largest(longitude) > 360.0 or _largest(latitude) > 91.0:
        raise ValueError("longitudes and latitudes must be degrees")


def _without(shift: Callable[[Floats, Floats], Position], longitude: Floats, latitude: Floats) -> Position:
    """What lies at `longitude`, `latitude` after the shift: fixed point of p ← given − shift(p)."""
    found = longitude.astype(np.float64), latitude.astype(np.float64)
    moved = np.inf
    while moved >= _CLOSE_ENOUGH_DEGREES:
        east, north = shift(*found)
        nearer = longitude - east, latitude - north
        moved = max(_largest(nearer[axis] - found[axis]) for axis in (0, 1))
        found = nearer
    return found


def _largest(values: Floats) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0))


def _gcj_shift(longitude: Floats, latitude: Floats) -> Position:
    """Degrees to the east and to the north that GCJ-02 adds."""
    x, y = longitude - 105.0, latitude - 35.0
    common = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north_m = (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common + _waves(y, 160.0, 320.0)
    )
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common + _waves(x, 150.0, 300.0)
    radians = np.radians(latitude)
    bent = 1.0 - _ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (bent * np.sqrt(bent))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(bent) * np.cos(radians)
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _waves(along: Floats, slow: float, slowest: float) -> Floats:
    """The waves along one axis, metres: 2, 6, 24 and 60 degrees long."""
    first = 20.0 * np.sin(along * np.pi) + 40.0 * np.sin(along / 3.0 * np.pi)
    last = slow * np.sin(along / 12.0 * np.pi) + slowest * np.sin(along / 30.0 * np.pi)
    return (first + last) * 2.0 / 3.0


def _bd_shift(longitude: Floats, latitude: Floats) -> Position:
    """Degrees to the east and to the north that BD-09 adds to GCJ-02."""
    radius = np.hypot(longitude, latitude) + 0.00002 * np.sin(latitude * _BD_TURNS)
    angle = np.arctan2(latitude, longitude) + 0.000003 * np.cos(longitude * _BD_TURNS)
    return radius * np.cos(angle) + _BD_EAST - longitude, radius * np.sin(angle) + _BD_NORTH - latitude
