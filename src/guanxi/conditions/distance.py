"""Distances on the globe: one formula for every reader, and the box in which its points lie."""

from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin

EARTH_RADIUS = 6_371_008.8
"""Metres: the mean radius of the Earth (IUGG)."""

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Circle:
    """All points within `metres` of a point in degrees, on a sphere.

    A point is inside when the haversine of its angle (R. W. Sinnott, Sky and Telescope 68, 1984),
    sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2), is at most `haversine` = sin²(metres / 2R). Without the arcsine the test is
    the same and every database can do it.
    """

    latitude: float
    longitude: float
    metres: float

    @property
    def haversine(self) -> float:
        """The largest haversine of an angle inside; the circle never covers more than the globe."""
        return float(sin(min(self.metres / EARTH_RADIUS, pi) / 2) ** 2)

    @property
    def cosine(self) -> float:
        """The cosine of the middle's latitude."""
        return cos(radians(self.latitude))

    def covers(self, latitude: float, longitude: float) -> bool:
        """Whether a point, in degrees, is inside."""
        north = sin(radians(latitude - self.latitude) / 2) ** 2
        east = sin(radians(longitude - self.longitude) / 2) ** 2
        return north + self.cosine * cos(radians(latitude)) * east <= self.haversine

    def latitudes(self) -> tuple[float, float]:
        """The lowest and highest latitude inside, in degrees, a little too wide."""
        angle = degrees(self.metres / EARTH_RADIUS) + _SLACK
        return max(self.latitude - angle, -90.0), min(self.latitude + angle, 90.0)

    def longitudes(self) -> tuple[tuple[float, float], ...]:
        """The ranges of longitude inside, in degrees, a little too wide: two across ±180, all around a pole."""
        angle = self.metres / EARTH_RADIUS
        if abs(radians(self.latitude)) + angle >= pi / 2 - _SLACK:
            return ((-180.0, 180.0),)
        half = degrees(asin(min(sin(angle) / self.cosine, 1.0))) + _SLACK
        low, high = self.longitude - half, self.longitude + half
        if low < -180.0:
            return ((low + 360.0, 180.0), (-180.0, high))
        if high > 180.0:
            return ((low, 180.0), (-180.0, high - 360.0))
        return ((low, high),)
