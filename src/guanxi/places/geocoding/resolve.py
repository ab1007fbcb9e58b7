"""One address or a whole list: the address itself decides first, then the hint, then the neighbours."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from guanxi.places.calc.address_chain import Reading
from guanxi.places.calc.address_parts import looks_like_road
from guanxi.places.calc.address_text import CleanText, clean
from guanxi.places.gazetteer import gazetteer
from guanxi.places.geocoding import east_asia, world
from guanxi.places.geocoding.results import Geocoded

REMEMBERED = 20_000
"""So many addresses are read once only: more than a batch of a list has, at some 2 kB each."""
SURE_NEIGHBOURS = 3
"""Confident rows in a city before it may decide for another row."""
SURE_SHARE = 0.8
"""Share of the confident rows in one city before rows that name no place at all are put there."""


@dataclass(frozen=True, slots=True)
class _Read:
    text: CleanText
    reading: Reading
    is_weak: bool

    @property
    def is_sure(self) -> bool:
        """Strong enough to stand on and nothing against it (whether it is one place is another matter)."""
        return not self.is_weak and not self.reading.others


@lru_cache(maxsize=REMEMBERED)
def _read(address: str) -> _Read:
    text = clean(address, gazetteer().simplified)
    reading = east_asia.read(text)
    return _Read(text, reading, east_asia.is_weak(text, reading))


@lru_cache(maxsize=4096)
def _root_of(hint: str) -> int:
    """The unit a hint names, or -1; an ambiguous hint is none."""
    reading = _read(hint).reading
    return reading.ends[0] if len(reading.ends) == 1 else -1


def geocode(address: str, *, hint: str | None = None) -> Geocoded:
    """Place one address.

    `hint` names the city or district it is likely to lie in ('北京', '서울 강남구'); it decides between several
    places and for addresses without a city, and never overrides what the address says. Never raises on any
    text; nonsense has `latitude` None.
    """
    result = _by_itself(address)
    if hint and (result.needs_review or result.latitude is None):
        root = _root_of(hint)
        if root >= 0:
            return _within(address, root, result)
    return result


def geocode_many(
    addresses: Sequence[str],
    *,
    hint: str | None = None,
    own_hints: Sequence[str | None] | None = None,
    neighbours: Mapping[str, int] | None = None,
) -> list[Geocoded]:
    """Place a list, in its order: rows that leave a doubt are decided by where the sure rows lie.

    `hint` is for the whole list, `own_hints` (as long as `addresses`) for single rows and goes before it.
    `neighbours` is what `neighbourhood` said of the whole list when `addresses` is only a part of it.
    """
    hints = own_hints if own_hints is not None else [None] * len(addresses)
    if len(hints) != len(addresses):
        raise ValueError("own_hints needs one entry for every address")
    results = [geocode(address, hint=own or hint) for address, own in zip(addresses, hints, strict=True)]
    support = Counter(neighbourhood(results) if neighbours is None else neighbours)
    if not support:
        return results
    return [
        _by_neighbours(result, support) if result.needs_review or result.latitude is None else result
        for result in results
    ]


def neighbourhood(results: Iterable[Geocoded]) -> dict[str, int]:
    """How many sure rows lie in each city (by its key): plain data, to be kept beside a long list."""
    return dict(Counter(result.city for result in results if result.city and not result.needs_review))


@lru_cache(maxsize=REMEMBERED)
def _by_itself(address: str) -> Geocoded:
    read = _read(address)
    ends = read.reading.ends
    abroad = world.place(address, read.text, read.reading)
    if abroad is not None:
        return abroad
    if not ends:
        return Geocoded(address)
    return east_asia.to_result(address, read.text, read.reading, ends, doubtful=not read.is_sure)


def _within(address: str, root: int, free: Geocoded) -> Geocoded:
    """Read the address again as one inside `root`."""
    read = _read(address)
    kept = east_asia.inside(read.reading.ends, root)
    if kept and len(kept) == 1:
        return east_asia.to_result(
            address, read.text, read.reading, kept, "hint", doubtful=bool(read.reading.others)
        )
    if read.reading.ends and not kept and not read.is_weak:
        return free
    reading = east_asia.read(read.text, root)
    if reading.ends:
        return east_asia.to_result(
            address, read.text, reading, reading.ends, "hint", doubtful=len(reading.ends) > 1
        )
    if free.latitude is not None or not looks_like_road(read.text.squeezed):
        return free
    return east_asia.to_result(address, read.text, reading, (root,), "hint")


def _by_neighbours(result: Geocoded, support: Counter[str]) -> Geocoded:
    read = _read(result.address)
    ends = read.reading.ends
    if ends:
        supported = [end for end in ends if east_asia.place_of(end).city in support]
        is_certain = len(supported) == 1 and support[east_asia.place_of(supported[0]).city] >= SURE_NEIGHBOURS
        if is_certain and not read.reading.others:
            return east_asia.to_result(result.address, read.text, read.reading, (supported[0],), "neighbours")
        if supported or not read.is_weak:
            return result
    return _alone_among(result, read, support)


def _alone_among(result: Geocoded, read: _Read, support: Counter[str]) -> Geocoded:
    """A row that names no place, or too little of one: read it inside the one city nearly all others are in.

    What it seemed to name elsewhere stays among the candidates.
    """
    city, count = support.most_common(1)[0]
    root = gazetteer().unit_of(city)
    is_sure = count >= SURE_NEIGHBOURS and count >= SURE_SHARE * support.total()
    is_abroad = result.latitude is not None and not read.reading.ends
    if root < 0 or not is_sure or is_abroad or not looks_like_road(read.text.squeezed):
        return result
    reading = east_asia.read(read.text, root)
    ends = reading.ends or (root,)
    found = east_asia.to_result(
        result.address,
        read.text,
        reading,
        ends,
        "neighbours",
        doubtful=not reading.ends or bool(result.candidates),
    )
    elsewhere = tuple(one for one in result.candidates if one not in found.candidates)
    return replace(found, candidates=(*found.candidates, *elsewhere))


def forget() -> None:
    """Empty the cache of readings (for measuring)."""
    _read.cache_clear()
    _by_itself.cache_clear()
    east_asia.forget()
    _root_of.cache_clear()
