"""Addresses of China, Taiwan, Hong Kong, Macau and Korea: from a reading of the text to a result."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from guanxi.places.calc.address_chain import (
    DEPENDENT,
    FULL,
    SHORT,
    Reading,
    is_inside,
    read_chain,
)
from guanxi.places.calc.address_parts import split_parts
from guanxi.places.calc.address_text import CleanText
from guanxi.places.gazetteer import Gazetteer, gazetteer
from guanxi.places.geocoding.results import Candidate, Geocoded, Level, ResolvedBy

COUNTRY, PROVINCE, CITY, COUNTY, TOWNSHIP = range(5)
LEVELS: tuple[Level, ...] = ("province", "province", "city", "county", "township")
PART_NAMES = ("country", "province", "city", "county", "township")
MOST_CANDIDATES = 12
_HEAD = re.compile("[\u3400-\u9fff]{4,}(?=[0-9A-Za-z])")
OUTSHINING = 3
"""How many times more people the city of a county needs for its short name to rival that of a city."""
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


def place_level(book: Gazetteer, unit: int) -> Level:
    """The level of the point that stands for a unit; a municipality is a city."""
    place = book.located[unit]
    if book.codes[place] in MUNICIPALITIES:
        return "city"
    return LEVELS[book.levels[place]]


class PlaceOfUnit(NamedTuple):
    """What a result says of one unit: its point (or that of the nearest above it with one) and its names."""

    latitude: float
    longitude: float
    level: Level
    radius_m: int
    matched: str
    components: Mapping[str, str]
    city: str


@lru_cache(maxsize=65536)
def place_of(unit: int) -> PlaceOfUnit:
    """The full name of a unit (北京市朝阳区), its parts by level, its point and how far it reaches."""
    book = gazetteer()
    line = [number for number in book.ancestry(unit) if book.levels[number] != COUNTRY]
    glue = " " if book.codes[unit].startswith("KR") else ""
    parts = {"country": country_code(book, unit)}
    for number in line:
        parts.setdefault(PART_NAMES[book.levels[number]], book.names[number])
    matched = glue.join(book.names[number] for number in line) or book.names[unit]
    city = city_of(unit)
    radius = book.radius[book.located[unit]]
    return PlaceOfUnit(
        *book.point(unit),
        place_level(book, unit),
        radius,
        matched,
        parts,
        book.codes[city] if city >= 0 else "",
    )


def country_code(book: Gazetteer, unit: int) -> str:
    """ISO 3166 code of the country or region a unit lies in."""
    code = book.codes[book.ancestry(unit)[0]]
    return code if code.isalpha() else "CN"


@lru_cache(maxsize=65536)
def city_of(unit: int) -> int:
    """The city a unit lies in: the highest unit of city level, a municipality, or -1."""
    book = gazetteer()
    for number in book.ancestry(unit):
        if book.levels[number] == CITY or book.codes[number] in MUNICIPALITIES:
            return number
    for number in book.ancestry(unit):
        if book.levels[number] == COUNTY:
            return number
    return -1


def candidate(unit: int) -> Candidate:
    """A unit as one of several possible places."""
    place = place_of(unit)
    return Candidate(place.latitude, place.longitude, place.level, place.matched)


def distance_m(left: tuple[float, float], right: tuple[float, float]) -> float:
    """Great-circle distance in metres of two (latitude, longitude) pairs in degrees (haversine, R = 6,371,009 m)."""
    phi1, phi2 = math.radians(left[0]), math.radians(right[0])
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(right[1] - left[1]) / 2) ** 2
    return 2 * 6_371_009 * math.asin(math.sqrt(half))


def read(text: CleanText, root: int = -1) -> Reading:
    """The chains in a text, inside `root` when given; several ends stand in the order of their cities' size.

    Administrative names stand before the first house number, so Chinese addresses that are the same up to there
    are read once.
    """
    head = _HEAD.match(text.squeezed) if not text.has_hangul else None
    if head is not None:
        reading = _read_head(head[0], root)
        if reading.link is not None:
            return reading
    return _ordered(read_chain(text, gazetteer(), root))


@lru_cache(maxsize=65536)
def _read_head(head: str, root: int) -> Reading:
    text = CleanText(head, head, frozenset(), is_traditional=False, has_hangul=False, has_han=True)
    return _ordered(read_chain(text, gazetteer(), root))


def _ordered(reading: Reading) -> Reading:
    if len(reading.ends) < 2:
        return reading
    ends = sorted(reading.ends, key=importance, reverse=True)
    if reading.link is not None and reading.link.kind == SHORT and reading.link.units_read == 1:
        levels = gazetteer().levels
        cities = [end for end in ends if levels[end] <= CITY]
        ends = [end for end in ends if levels[end] <= CITY or not cities or _outshines(end, cities)]
    return replace(reading, ends=tuple(ends))


def _outshines(county: int, cities: list[int]) -> bool:
    """朝阳 is rather the district of Beijing than the city of Liaoning; 西安 is not that of Mudanjiang."""
    return importance(county) >= OUTSHINING * max(importance(city) for city in cities)


def importance(unit: int) -> int:
    """Population of the city a unit lies in, 0 when not known."""
    city = city_of(unit)
    return gazetteer().weight[city] if city >= 0 else 0


def is_weak(text: CleanText, reading: Reading) -> bool:
    """Is a single end still too little to stand on? A lone short county name or a lone township is."""
    link = reading.link
    if link is None or link.units_read > 1:
        return False
    book = gazetteer()
    level, name = book.levels[link.unit], book.names[link.unit]
    if level <= CITY:
        return link.kind == DEPENDENT
    if level == COUNTY:
        return link.kind != FULL and not name.endswith("市")
    if name[:2] == book.names[city_of(link.unit)][:2]:
        return False
    is_island = country_code(book, link.unit) in {"HK", "MO"}
    return not (is_island and (text.is_traditional or link.end - link.start >= 3))


def to_result(
    address: str,
    text: CleanText,
    reading: Reading,
    ends: tuple[int, ...],
    resolved_by: ResolvedBy = "address",
    *,
    doubtful: bool = False,
) -> Geocoded:
    """A result for the ends that are left; several ends or a coarse point go to review."""
    place = place_of(ends[0])
    radius = place.radius_m
    candidates: tuple[Candidate, ...] = ()
    doubtful = doubtful or (len(ends) > 1 and not in_one_county(ends))
    if len(ends) > 1 or doubtful:
        possible = (*ends, *(other for other in reading.others if other not in ends))
        candidates = tuple(candidate(unit) for unit in possible[:MOST_CANDIDATES])
        book, centre = gazetteer(), (place.latitude, place.longitude)
        radius += round(max(distance_m(centre, book.point(unit)) for unit in possible))
    components = dict(place.components)
    if text.has_han or text.has_hangul:
        components.update(_road(text.squeezed[reading.link.close if reading.link else 0 :]))
    return Geocoded(
        address=address,
        latitude=place.latitude,
        longitude=place.longitude,
        level=place.level,
        accuracy_m=radius,
        matched=place.matched,
        needs_review=doubtful or place.level == "province",
        candidates=candidates,
        components=components,
        resolved_by=resolved_by,
        city="" if doubtful else place.city,
    )


def _road(rest: str) -> dict[str, str]:
    parts = split_parts(rest)
    named = (("street", parts.street), ("number", parts.number), ("extra", parts.extra))
    return {key: value for key, value in named if value}


def in_one_county(ends: tuple[int, ...]) -> bool:
    """Namesakes side by side (蛇口 and 蛇口街道) are no doubt, only a wider radius."""
    book = gazetteer()
    parents = {book.ancestry(end)[-2] for end in ends}
    return len(parents) == 1 and book.levels[next(iter(parents))] == COUNTY


def inside(ends: tuple[int, ...], root: int) -> tuple[int, ...]:
    """Those of the ends that lie in `root`."""
    book = gazetteer()
    return tuple(end for end in ends if is_inside(book, end, root))


def forget() -> None:
    """Empty the cache of read beginnings (for measuring)."""
    _read_head.cache_clear()
