"""Web Mercator (EPSG:3857) as a square of 2^26 columns and rows, and the order of Morton in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVELS = 26  # 2^26 columns: 0.6 m at the equator
MAX_LATITUDE = 85.0511287798066  # where web Mercator is cut, so that the world is a square

Floats = NDArray[np.float64]


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
    return interleave((x * scale).astype(np.uint64)) | interleave((y * scale).astype(np.uint64)) << np.uint64(
        1
    )


def interleave(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
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


def latitude_of(y: float) -> float:
    """The latitude in degrees at a fraction of the world square from the north."""
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y)))))
