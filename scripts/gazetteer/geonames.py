"""Reads the GeoNames extract (CC BY 4.0) and finds places by name near a point."""

import gzip
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

EARTH_RADIUS_KM = 6371.0088
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class GeoName:
    """One populated place: WGS-84 degrees, population 0 when not known."""

    name: str
    point: Point
    country: str
    admin1: str
    population: int
    other_names: tuple[str, ...]


def distance_km(left: Point, right: Point) -> float:
    """Great-circle distance of two (latitude, longitude) pairs in degrees (haversine)."""
    phi1, phi2 = math.radians(left[0]), math.radians(right[0])
    half_phi = (phi2 - phi1) / 2
    half_lambda = math.radians(right[1] - left[1]) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def read_geonames(path: Path) -> list[GeoName]:
    """All rows of `geonames_cities500.tsv.gz`."""
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        next(stream)
        for line in stream:
            _, name, lat, lon, country, admin1, population, _, other = line.rstrip("\n").split("\t")
            names = tuple(part for part in other.split("|") if part)
            rows.append(GeoName(name, (float(lat), float(lon)), country, admin1, int(population), names))
    return rows


def latin_key(name: str) -> str:
    """Lower-case letters only, for comparing romanised names."""
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())


class NameIndex:
    """Places of one country by first-level division and name (native, and romanised main name)."""

    def __init__(self, rows: Iterable[GeoName], simplify: Callable[[str], str]) -> None:
        self._by_name: dict[tuple[str, str], list[GeoName]] = defaultdict(list)
        for row in rows:
            keys = {simplify(name) for name in row.other_names if not name.isascii()}
            keys.add(latin_key(row.name))
            for key in keys:
                self._by_name[row.admin1, key].append(row)

    def find(self, admin1: str, names: Iterable[str], centre: Point | None, limit_km: float) -> list[GeoName]:
        """Places with one of `names` in a division, at most `limit_km` from `centre`."""
        found = {id(row): row for name in sorted(names) for row in self._by_name.get((admin1, name), ())}
        if centre is None:
            return list(found.values())
        return [row for row in found.values() if distance_km(centre, row.point) <= limit_km]
