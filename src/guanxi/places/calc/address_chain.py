"""Finds administrative names in an address and joins them into chains: 广东省 → 深圳市 → 南山区.

A chain is read from left to right, each unit lying inside the one before. The best chain is the one that
explains most letters with the fewest skipped; several best chains with different ends are an ambiguity, and
it is the caller who says so to the user.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from guanxi.places.calc.address_text import CleanText

FULL, SHORT, DEPENDENT = 0, 1, 2
WEIGHT = (1.0, 0.8, 0.7)
"""Worth of one explained letter: official name, short form, name that counts only after a unit above it."""
LONE_COUNTY_WEIGHT = 0.6
COUNTY_LEVEL = 3
DEPENDENT_GAP = 2
"""Letters that may stand between a unit and a name that depends on it."""
TIE = 0.45
MAX_STATES = 400
_HAN_ROAD = re.compile(
    r"[东南西北中]?[东南西北中一二三四五六七八九十上下内外前后]?(?:大道|大街|路|街(?!道)|道(?!里|外)|巷|弄|胡同|公路|高速)"
    r"|立交|桥"
)
_HAN_HOUSE = re.compile(
    r"(?:站|机场|港口|大学|学院|中学|小学|医院|银行|公司|集团|大厦|广场|花园|小区|公寓|苑|家园|饭店|酒店|宾馆"
    r"|商场|商城|市场|超市|火锅|菜馆|牌|产|人)"
)
_HANGUL_GUARD = re.compile(r"(?:대로|로|길|역|대학|은행|시장|병원|호텔|빌딩|아파트|고속|터미널|공항|학교)")
_ENDING = re.compile(r"街道办事处|街道办|街道|办事处|镇|乡|区|县|市|旗|苏木")


class Tree(Protocol):
    """The gazetteer as the reader of chains needs it. Units are numbers, -1 is none."""

    @property
    def after(self) -> Sequence[int]:
        """Behind the last unit that lies in a unit; units stand directly before what lies in them."""
        ...

    @property
    def levels(self) -> Sequence[int]:
        """0 country, 1 province, 2 city, 3 county, 4 township."""
        ...

    @property
    def lengths(self) -> Mapping[str, str]:
        """Lengths of names by their first two letters, longest first, a length n as the character 48 + n."""
        ...

    def named(self, name: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]] | None:
        """Units with this name: (official, short form, dependent), or None."""
        ...


class NameMatch(NamedTuple):
    """A gazetteer name at `start`–`end` of the squeezed text."""

    start: int
    end: int
    kinds: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    ending: int
    """Letters of an administrative ending that follow (东城 + 区)."""
    is_road: bool
    """A road ending follows: the name is then that of the road (南京 in 南京西路)."""
    is_house: bool
    """An institution follows (北京银行): the short form says little unless a unit above it was read."""


class Link(NamedTuple):
    """The last unit of a chain read so far."""

    score: float
    start: int
    """Where the chain begins."""
    end: int
    close: int
    """Behind an administrative ending that follows the name (东城 + 区); a next name may still begin with it."""
    unit: int
    kind: int
    units_read: int
    previous: "Link | None"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the best chains say. `ends` are units that explain the text equally well."""

    ends: tuple[int, ...]
    link: Link | None
    others: tuple[int, ...]
    """Official county or city names in the text that contradict the chain."""


NOTHING = Reading((), None, ())


def find_names(text: CleanText, tree: Tree) -> list[NameMatch]:
    """All gazetteer names in the text, by start, longest first."""
    squeezed, lengths, found = text.squeezed, tree.lengths, []
    for start in range(len(squeezed) - 1):
        sizes = lengths.get(squeezed[start : start + 2])
        if sizes is None:
            continue
        for size in sizes:
            end = start + ord(size) - 48
            kinds = tree.named(squeezed[start:end])
            if kinds is not None and end <= len(squeezed) and _stands(text, start, end, kinds):
                found.append(_match(squeezed, start, end, kinds))
    return found


def _match(
    squeezed: str, start: int, end: int, kinds: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
) -> NameMatch:
    if "\uac00" <= squeezed[start] <= "\ud7a3":
        is_road = _HANGUL_GUARD.match(squeezed, end) is not None
        return NameMatch(start, end, kinds, 0, is_road, is_house=False)
    ending = _ENDING.match(squeezed, end)
    is_road = _HAN_ROAD.match(squeezed, end) is not None
    is_house = _HAN_HOUSE.match(squeezed, end) is not None
    return NameMatch(start, end, kinds, ending.end() - end if ending else 0, is_road, is_house)


def _stands(text: CleanText, start: int, end: int, kinds: tuple[tuple[int, ...], ...]) -> bool:
    """A Korean short form has to be a word of its own; an official name may be glued to the next."""
    if not "\uac00" <= text.squeezed[start] <= "\ud7a3" or kinds[FULL]:
        return True
    return end in text.breaks or start in text.breaks


def is_inside(tree: Tree, unit: int, above: int) -> bool:
    """Does `unit` lie in `above` (or is it the same)?"""
    return above <= unit < tree.after[above]


def read_chain(text: CleanText, tree: Tree, root: int = -1) -> Reading:
    """The best chains in a text; with `root`, only such as lie in that unit.

    When nothing stands by itself, a county name at the beginning that needs its city (東區, 开发区) gives all
    its bearers.
    """
    names = find_names(text, tree)
    beginning = Link(0.0, 0, 0, 0, root, FULL, 0, None)
    links: list[Link] = []
    for name in names:
        links.extend(_extend(name, beginning, links, tree, text))
        if len(links) > MAX_STATES:
            links = sorted(links, reverse=True, key=lambda link: link.score)[: MAX_STATES // 2]
    if not links and root < 0:
        return _lone_dependent(names, tree)
    return _choose(links, names, tree)


def _lone_dependent(names: Sequence[NameMatch], tree: Tree) -> Reading:
    for name in names:
        units = tuple(unit for unit in name.kinds[DEPENDENT] if tree.levels[unit] == COUNTY_LEVEL)
        if name.start == 0 and units and not name.is_road:
            link = Link(0.0, 0, name.end, name.end, units[0], DEPENDENT, 1, None)
            return Reading(units, link, ())
    return NOTHING


def _extend(
    name: NameMatch, beginning: Link, links: Sequence[Link], tree: Tree, text: CleanText
) -> list[Link]:
    before = [link for link in links if link.end <= name.start]
    new: dict[int, Link] = {}
    for kind, units in enumerate(name.kinds):
        if not units or (kind and name.is_road):
            continue
        usable = _usable(name, kind, beginning, before, text)
        for link in usable:
            first, last = (link.unit, tree.after[link.unit]) if link.unit >= 0 else (0, len(tree.after))
            for unit in units:
                if first <= unit < last:
                    joined = _joined(name, kind, unit, link, tree)
                    if unit not in new or new[unit].score < joined.score:
                        new[unit] = joined
    return list(new.values())


def _usable(
    name: NameMatch, kind: int, beginning: Link, before: Sequence[Link], text: CleanText
) -> list[Link]:
    """The links a name of this kind may follow."""
    if kind == DEPENDENT:
        usable = [link for link in before if name.start - link.close <= DEPENDENT_GAP]
        if beginning.unit >= 0:
            usable.append(beginning)
    else:
        usable = [*before, beginning]
    if kind and name.is_house:
        usable = [link for link in usable if link.unit >= 0]
    if kind and text.has_hangul and name.start not in text.breaks:
        usable = [link for link in usable if link.close == name.start]
    return usable


def _joined(name: NameMatch, kind: int, unit: int, link: Link, tree: Tree) -> Link:
    gap = max(0, name.start - link.close)
    is_lone_county = kind == SHORT and tree.levels[unit] >= COUNTY_LEVEL and link.unit < 0
    weight = LONE_COUNTY_WEIGHT if is_lone_county else WEIGHT[kind]
    close = name.end + (name.ending if kind else 0)
    gain = (close - name.start) * weight - max(0, link.close - name.start) * WEIGHT[link.kind]
    is_repeated = link.unit == unit and link.units_read > 0
    if is_repeated:
        gain *= 0.1
    cost = 0.1 * min(gap, 8) if link.units_read == 0 else 0.25 * min(gap, 10)
    start = link.start if link.units_read else name.start
    score = link.score + gain - cost
    return Link(score, start, name.end, close, unit, kind, link.units_read + (not is_repeated), link)


def _choose(links: list[Link], names: Sequence[NameMatch], tree: Tree) -> Reading:
    if not links:
        return NOTHING
    best = max(links, key=lambda link: _rank(link, tree))
    close = sorted((link for link in links if link.score >= best.score - TIE), key=lambda link: -link.score)
    ends = [best.unit]
    for link in close:
        is_same_text = link.start == best.start and link.close == best.close
        is_lower = best.kind == DEPENDENT and tree.levels[link.unit] > tree.levels[best.unit]
        if (
            is_same_text
            and not is_lower
            and not any(is_inside(tree, link.unit, end) or is_inside(tree, end, link.unit) for end in ends)
        ):
            ends.append(link.unit)
    return Reading(tuple(ends), best, _contradictions(best, names, tree))


def _rank(link: Link, tree: Tree) -> tuple[float, int]:
    """Equal evidence: an official name means the lower unit (恩施市), a dependent one the higher (高新区)."""
    level = tree.levels[link.unit]
    return link.score, -level if link.kind == DEPENDENT else level


def _contradictions(best: Link, names: Sequence[NameMatch], tree: Tree) -> tuple[int, ...]:
    found: list[int] = []
    for name in names:
        if 0 <= name.start - best.close <= 1 and not name.is_road:
            outside = [unit for unit in name.kinds[FULL] if tree.levels[unit] <= COUNTY_LEVEL]
            found.extend(unit for unit in outside if not is_inside(tree, unit, best.unit))
    return tuple(found)
