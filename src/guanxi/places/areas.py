"""Administrative units as areas of conditions: `in area "浙江省"`.

A unit is known by its name, official or short, in either script of Chinese, or by its code (33, 330100, KR11). Several
units of one name (朝阳区 of 北京 and of 长春) are one area. A place lies in a unit when its address was read as one
there; an address that could be several places lies in none.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from guanxi.conditions.chinese import simplified
from guanxi.conditions.tree import Condition, IsEmpty, Not, StartsWith, all_of, any_of
from guanxi.places.gazetteer import gazetteer
from guanxi.places.geocoding.east_asia import place_of

_COUNTY = 3
_NEAR = 5


@lru_cache(maxsize=1024)
def area_condition(name: str) -> Condition | None:
    """What holds of a place inside the area of that name; None when there is no such unit down to the county."""
    units = _units(name.strip())
    if not units:
        return None
    read_there = any_of(*(StartsWith("matched", place_of(unit).matched) for unit in units))
    return all_of(Not(IsEmpty("latitude")), read_there)


def near_names(name: str) -> tuple[str, ...]:
    """Names of units that are written like this one, the nearest first."""
    return tuple(get_close_matches(simplified(name), _names(), n=_NEAR))


def _units(name: str) -> tuple[int, ...]:
    book = gazetteer()
    by_code = book.unit_of(name if name in book.codes else _short_code(name))
    if by_code >= 0:
        return (by_code,)
    official, short, _dependent = book.named(simplified(name)) or ((), (), ())
    large = [[unit for unit in units if book.levels[unit] <= _COUNTY] for units in (official, short)]
    return tuple(large[0] or large[1])


def _short_code(name: str) -> str:
    """A Chinese code without the zeros that stand for "all of it": 330000 is 33."""
    while len(name) > 2 and name.isdigit() and name.endswith("00"):
        name = name[:-2]
    return name


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    book = gazetteer()
    return tuple(
        dict.fromkeys(name for name, level in zip(book.names, book.levels, strict=True) if level <= _COUNTY)
    )
