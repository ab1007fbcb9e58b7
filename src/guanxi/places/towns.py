"""The world's towns of the embedded gazetteer (GeoNames), read when an address outside East Asia's tree comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from guanxi.places.gazetteer import read_member, read_pairs


@dataclass(slots=True)
class Towns:
    """Columns by town number, most populous first; coordinates are WGS-84 in 1e-5 degrees."""

    names: Sequence[str]
    countries: Sequence[str]
    regions: Sequence[str]
    romanised: dict[str, str]
    _populations: Sequence[str]
    _latitude: Sequence[str]
    _longitude: Sequence[str]
    _index: dict[str, str]

    def named(self, key: str) -> tuple[int, ...]:
        """Towns with this normalised name, most populous first."""
        text = self._index.get(key)
        return tuple(map(int, text.split(","))) if text else ()

    def units_romanised(self, letters: str) -> tuple[int, ...]:
        """Units of the administrative tree by pinyin ('nanshan')."""
        text = self.romanised.get(letters)
        return tuple(map(int, text.split(","))) if text else ()

    def point(self, town: int) -> tuple[float, float]:
        """WGS-84 (latitude, longitude) in degrees."""
        return int(self._latitude[town]) / 1e5, int(self._longitude[town]) / 1e5

    def population(self, town: int) -> int:
        """Inhabitants, 0 when not known."""
        return int(self._populations[town])


@lru_cache(maxsize=1)
def country_codes() -> dict[str, str]:
    """ISO 3166 codes by normalised name in many languages."""
    return read_pairs("world/countries")


@lru_cache(maxsize=1)
def towns() -> Towns:
    """The towns, read once a process (about 0.4 s)."""
    return Towns(
        names=read_member("world/name").split("\n"),
        countries=read_member("world/country").split(),
        regions=read_member("world/region").split(),
        _populations=read_member("world/population").split(),
        _latitude=read_member("world/latitude").split(),
        _longitude=read_member("world/longitude").split(),
        romanised=read_pairs("units/romanised"),
        _index=read_pairs("world/index"),
    )
