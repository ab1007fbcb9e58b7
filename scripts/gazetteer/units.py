"""The unit under construction, shared by all regions."""

from dataclasses import dataclass, field

LEVELS = ("country", "province", "city", "county", "township")


@dataclass(slots=True)
class Unit:
    """One administrative unit; `latitude` is None until a point of its own is known."""

    code: str
    name: str
    level: str
    parent: "Unit | None" = None
    latitude: float | None = None
    longitude: float | None = None
    radius_m: int = 0
    short_names: set[str] = field(default_factory=set)
    old_names: set[str] = field(default_factory=set)
    """Names that count only after a unit above it has been read."""
    full_names: set[str] = field(default_factory=set)
    """Further names that stand alone, beside `name`."""
    pinyin: str = ""
    is_estimated: bool = False
    """The point is the middle of the townships that were found, not the seat."""
    weight: int = 0
    """How likely the unit is meant among namesakes: the population of its city, 0 when not known."""

    @property
    def point(self) -> tuple[float, float] | None:
        """WGS-84 (latitude, longitude), or None."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    def place(self, point: tuple[float, float], radius_m: float) -> None:
        """Give the unit a point of its own."""
        self.latitude, self.longitude = point
        self.radius_m = int(radius_m)
