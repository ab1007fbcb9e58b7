"""The world's towns of the embedded gazetteer (GeoNames), read when an address outside East Asia's tree comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from guanxi.places.gazetteer import read_member


@dataclass(slots=True)
class Towns:
    """Columns by town number, most populous first; coordinates are WGS-84 in 1e-5 degrees."""

    names: Sequence[str]
    countries: Sequence[str]
    regions: Sequence[str]
    populations: Sequence[int]
    latitude: Sequence[int]
    longitude: Sequence[int]
    country_codes: dict[str, str]
    romanised: dict[str, str]
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
        return self.latitude[town] / 1e5, self.longitude[town] / 1e5


def _pairs(member: str) -> dict[str, str]:
    return dict(line.split("\t") for line in read_member(member).split("\n"))


def _integers(member: str) -> list[int]:
    return list(map(int, read_member(member).split()))


@lru_cache(maxsize=1)
def country_codes() -> dict[str, str]:
    """ISO 3166 codes by normalised name in many languages."""
    return {name: code for code, names in _pairs("world/countries").items() for name in names.split("|")}


@lru_cache(maxsize=1)
def towns() -> Towns:
    """The towns, read once a process (about 0.4 s)."""
    return Towns(
        names=read_member("world/name").split("\n"),
        countries=read_member("world/country").split(),
        regions=read_member("world/region").split(),
        populations=_integers("world/population"),
        latitude=_integers("world/latitude"),
        longitude=_integers("world/longitude"),
        country_codes=country_codes(),
        romanised=_pairs("units/romanised"),
        _index=_pairs("world/index"),
    )
