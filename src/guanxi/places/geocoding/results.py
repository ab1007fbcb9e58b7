"""What the geocoder answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["house", "street", "township", "county", "city", "province"]
ResolvedBy = Literal["address", "hint", "neighbours"]
ATTRIBUTION = (
    "Places: GeoNames (geonames.org), CC BY 4.0; KOSTAT boundaries 2018; "
    "administrative divisions by modood and xiangyuecn; names of countries from Unicode CLDR"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place an ambiguous address may mean; WGS-84 degrees."""

    latitude: float
    longitude: float
    level: Level
    matched: str


@dataclass(frozen=True, slots=True)
class Geocoded:
    """Where an address is, and how sure that is.

    `latitude` and `longitude` are WGS-84 degrees, both None when nothing was recognised. `level` is that of the
    point, never better than the point really is; what was read deeper stands in `matched` and `components`.
    `accuracy_m` is the radius in metres in which the address lies. With `needs_review` the point is a guess
    among `candidates` or too coarse for a visit. `resolved_by` says whether the address alone, the caller's hint
    or the other rows of the list decided.
    """

    address: str
    latitude: float | None = None
    longitude: float | None = None
    level: Level | None = None
    accuracy_m: int | None = None
    provider: str = "gazetteer"
    matched: str = ""
    needs_review: bool = False
    candidates: tuple[Candidate, ...] = ()
    components: Mapping[str, str] = field(default_factory=dict)
    resolved_by: ResolvedBy = "address"
    city: str = ""
    """Key of the city the point lies in, for telling neighbours; empty when not known."""

    @property
    def is_ambiguous(self) -> bool:
        """Whether it could be several places: then the point is a guess, and never a pin."""
        return self.needs_review and len(self.candidates) > 1
