"""Addresses elsewhere: town, region and country, in English or the native script."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from guanxi.places.calc.address_chain import Reading, is_inside
from guanxi.places.calc.address_latin import LatinAddress, letters_only, split_latin, town_names
from guanxi.places.calc.address_text import CleanText
from guanxi.places.gazetteer import gazetteer
from guanxi.places.geocoding.east_asia import distance_m, to_result
from guanxi.places.geocoding.regions import region_of
from guanxi.places.geocoding.results import Candidate, Geocoded
from guanxi.places.towns import Towns, country_codes, towns

TREE_COUNTRIES = frozenset({"CN", "TW", "HK", "MO", "KR"})
CITY_COUNTRIES = frozenset({"SG", "HK", "MO", "MC", "VA", "GI"})
DOMINANT = 15
"""How many times more people a town needs than its namesakes to be meant without a country."""
SAME_COUNTRY_DOMINANT = 6
FAMOUS = 300_000
NEAR_M = 70_000
MOST_CANDIDATES = 8
MOST_PINYIN_WORDS = 6
_KANA = re.compile("[\u3041-\u30ff]")
_ROAD = re.compile(
    r"[东南西北中]?[东南西北中一二三四五六七八九十]?(?:大道|大街|路|街|道|巷|大厦|广场|花园|餐厅|公司)"
)
_LETTER = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class _Found:
    towns: tuple[int, ...]
    is_whole: bool
    position: int
    """Which segment it stood in."""


def place(address: str, text: CleanText, reading: Reading) -> Geocoded | None:
    """A place outside the administrative tree, or None when the tree is to decide or nothing is found."""
    has_reading = bool(reading.ends)
    if text.has_han or text.has_hangul or _KANA.search(text.squeezed):
        return _foreign_town(address, text, reading) or _native(address, text, has_reading=has_reading)
    if has_reading or not _LETTER.search(text.squeezed):
        return None
    parts = split_latin(text.folded, country_codes().get, region_of)
    if parts.country in {"", "CN"}:
        result = _by_pinyin(address, text, parts)
        if result is not None:
            return result
    result = _latin(address, parts)
    if parts.region and (result is None or result.level != "city"):
        return _latin(address, split_latin(text.folded, country_codes().get, _no_region)) or result
    return result


def _no_region(_name: str, _country: str) -> None:
    """For a second reading: Georgia may be the country."""


def _native(address: str, text: CleanText, *, has_reading: bool) -> Geocoded | None:
    """A town written in Han, kana or Hangul, behind its country or at the beginning."""
    squeezed = text.squeezed.casefold()
    country, start = _leading_country(squeezed)
    if not country and _KANA.search(squeezed):
        country = "JP"
    if has_reading and (not country or country in TREE_COUNTRIES):
        return None
    book = towns()
    limit = len(squeezed) - 1 if country else min(1, len(squeezed) - 1)
    for begin in range(start, limit):
        for size in range(min(10, len(squeezed) - begin), 1, -1):
            found = _of_country(book, book.named(squeezed[begin : begin + size]), country, "")
            if found and (country or _may_be_abroad(book, found, squeezed[begin + size :])):
                return _answer(address, book, found, country)
    return _country_only(address, country) if country else None


def _may_be_abroad(book: Towns, found: tuple[int, ...], rest: str) -> bool:
    """Without a country only a great town outside the tree counts, and not as the name of a road (东京路)."""
    return book.countries[found[0]] not in TREE_COUNTRIES and _is_large(book, found) and not _ROAD.match(rest)


def _foreign_town(address: str, text: CleanText, reading: Reading) -> Geocoded | None:
    """大阪市北区 holds 市北区 of Qingdao: a great town abroad at the beginning goes before a lone name behind it."""
    if reading.link is None or reading.link.units_read > 1 or not 2 <= reading.link.start <= 4:
        return None
    book = towns()
    for size in range(reading.link.start + 1, 1, -1):
        found = book.named(text.squeezed[:size])
        if found and _may_be_abroad(book, found, text.squeezed[size:]):
            result = _answer(address, book, found[:1], "")
            return replace(result, needs_review=True)
    return None


@lru_cache(maxsize=1)
def _native_starts() -> frozenset[str]:
    return frozenset(name[:2] for name in country_codes() if not name.isascii())


def _leading_country(squeezed: str) -> tuple[str, int]:
    if squeezed[:2] not in _native_starts():
        return "", 0
    for size in range(min(12, len(squeezed)), 1, -1):
        code = country_codes().get(squeezed[:size])
        if code:
            return code, size
    return "", 0


def _of_country(book: Towns, found: tuple[int, ...], country: str, region: str) -> tuple[int, ...]:
    if country:
        found = tuple(town for town in found if book.countries[town] == country)
    if region:
        found = tuple(town for town in found if book.regions[town] == region)
    return found


def _by_pinyin(address: str, text: CleanText, parts: LatinAddress) -> Geocoded | None:
    """Province, city and county in pinyin, from the end: 'Nanshan District, Shenzhen, Guangdong'."""
    tree = gazetteer()
    ends: tuple[int, ...] = ()
    named = 0
    for words in reversed(parts.segments):
        for units in _pinyin_units(words):
            inside = tuple(u for u in units if not ends or any(is_inside(tree, u, end) for end in ends))
            if inside:
                named += 1
                ends = inside
    tops = tuple(unit for unit in ends if not any(o != unit and is_inside(tree, unit, o) for o in ends))
    if not tops or (not parts.country and named < 2):
        return None
    reading = Reading(tops, None, ())
    return to_result(address, text, reading, tops, doubtful=len(tops) > 1)


def _pinyin_units(words: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Units named in a segment: the whole of it, or word by word in either order."""
    whole = towns().units_romanised(letters_only(words))
    if whole:
        yield whole
    elif len(words) <= MOST_PINYIN_WORDS:
        parts = [units for word in words if (units := towns().units_romanised(word))]
        yield from sorted(parts, key=lambda units: min(gazetteer().levels[unit] for unit in units))


def _latin(address: str, parts: LatinAddress) -> Geocoded | None:
    book = towns()
    found = _find_town(book, parts)
    if found is None:
        return _country_only(address, parts.country) if parts.country else None
    best = found.towns
    if book.countries[best[0]] in TREE_COUNTRIES | CITY_COUNTRIES:
        best = _finer(book, parts, found) or best
    return _answer(address, book, best, parts.country)


def _find_town(book: Towns, parts: LatinAddress) -> _Found | None:
    for position in range(len(parts.segments) - 1, -1, -1):
        for name, is_whole in town_names(parts.segments[position]):
            found = _of_country(book, book.named(name), parts.country, parts.region)
            if (
                found
                and (is_whole or len(name) > 3)
                and (parts.country or is_whole or _is_large(book, found))
            ):
                return _Found(found, is_whole, position)
    return None


def _is_large(book: Towns, found: tuple[int, ...]) -> bool:
    return book.population(found[0]) >= FAMOUS


def _finer(book: Towns, parts: LatinAddress, found: _Found) -> tuple[int, ...]:
    """A quarter before the town, when it lies close: 'Tsim Sha Tsui, Kowloon'."""
    centre = book.point(found.towns[0])
    best: tuple[int, ...] = ()
    for words in reversed(parts.segments[: found.position]):
        for name, is_whole in town_names(words):
            near = [
                town
                for town in book.named(name)
                if book.countries[town] == book.countries[found.towns[0]]
                and distance_m(book.point(town), centre) < NEAR_M
            ]
            if near and is_whole:
                best = (near[0],)
                break
    return best


def _answer(address: str, book: Towns, found: tuple[int, ...], country: str) -> Geocoded:
    best = found[0]
    latitude, longitude = book.point(best)
    rivals = _rivals(book, found, country)
    radius = 3_000 + 14 * math.sqrt(book.population(best))
    candidates: tuple[Candidate, ...] = ()
    if rivals:
        choice = (best, *rivals)[:MOST_CANDIDATES]
        candidates = tuple(Candidate(*book.point(town), "city", _matched(book, town)) for town in choice)
        radius += max(distance_m(book.point(town), (latitude, longitude)) for town in choice)
    return Geocoded(
        address=address,
        latitude=latitude,
        longitude=longitude,
        level="city",
        accuracy_m=round(radius),
        matched=_matched(book, best),
        needs_review=bool(rivals) or (not country and not _is_large(book, found)),
        candidates=candidates,
        components={"country": book.countries[best], "city": book.names[best]},
        city="" if rivals else f"{book.countries[best]}:{book.names[best]}",
    )


def _rivals(book: Towns, found: tuple[int, ...], country: str) -> tuple[int, ...]:
    """Namesakes large and far enough to be meant instead."""
    factor = SAME_COUNTRY_DOMINANT if country else DOMINANT
    best = found[0]
    return tuple(
        town
        for town in found[1:]
        if book.population(town) * factor >= book.population(best)
        and distance_m(book.point(town), book.point(best)) > NEAR_M / 2
    )


def _matched(book: Towns, town: int) -> str:
    region = book.regions[town]
    region = f"{region}, " if book.countries[town] == "US" and region != "-" else ""
    return f"{book.names[town]}, {region}{book.countries[town]}"


def _country_only(address: str, country: str) -> Geocoded | None:
    """Only the country was recognised: its largest town stands for it, for review (a city state is a city)."""
    book = towns()
    largest = next((town for town, code in enumerate(book.countries) if code == country), None)
    if largest is None:
        return None
    latitude, longitude = book.point(largest)
    is_city = country in CITY_COUNTRIES
    return Geocoded(
        address=address,
        latitude=latitude,
        longitude=longitude,
        level="city" if is_city else "province",
        accuracy_m=40_000 if is_city else 1_500_000,
        matched=_matched(book, largest) if is_city else country,
        needs_review=not is_city,
        components={"country": country},
    )
