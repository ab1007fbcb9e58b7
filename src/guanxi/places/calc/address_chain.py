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
TIE = 0.35
MAX_STATES = 400
_HAN_ROAD = (
    r"[东南西北中]?[东南西北中一二三四五六七八九十上下内外前后]?(?:大道|大街|路|街(?!道)|道(?!里|外)|巷|弄|胡同|里|桥|立交|高速|公路|站|机场|港口|江|河|湖"
    r"|大学|学院|中学|小学|医院|银行|公司|集团|大厦|广场|花园|小区|公寓|苑|家园|饭店|酒店|宾馆|商场|商城|市场|超市|火锅|菜馆)"
)
_HAN_GUARD = re.compile(_HAN_ROAD)
_HANGUL_GUARD = re.compile(r"(?:대로|로|길|역|대학|은행|시장|병원|호텔|빌딩|아파트|고속|터미널|공항|학교)")
_ENDING = re.compile(r"街道办事处|街道办|街道|办事处|镇|乡|区|县|市|旗|苏木")


class Tree(Protocol):
    """The gazetteer as the reader of chains needs it. Units are numbers, -1 is none."""

    parents: Sequence[int]
    levels: Sequence[int]
    prefixes: Mapping[str, int]

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
    is_guarded: bool
    """A road or institution follows: the short form is then part of that name."""


class Link(NamedTuple):
    """The last unit of a chain read so far."""

    score: float
    start: int
    end: int
    unit: int
    kind: int
    count: int
    previous: "Link | None"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the best chains say. `ends` are units that explain the text equally well."""

    ends: tuple[int, ...]
    link: Link | None
    rest: str
    """The text behind the last unit: road, number, building."""
    others: tuple[int, ...]
    """Official county or city names in the text that contradict the chain."""


NOTHING = Reading((), None, "", ())


def find_names(text: CleanText, tree: Tree) -> list[NameMatch]:
    """All gazetteer names in the text, by start, longest first."""
    squeezed, found = text.squeezed, []
    size = len(squeezed)
    for start in range(size - 1):
        longest = tree.prefixes.get(squeezed[start : start + 2], 0)
        for length in range(min(longest, size - start), 1, -1):
            kinds = tree.named(squeezed[start : start + length])
            if kinds is not None and _stands(text, start, start + length, kinds):
                found.append(_match(squeezed, start, start + length, kinds))
    return found


def _match(
    squeezed: str, start: int, end: int, kinds: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
) -> NameMatch:
    if "\uac00" <= squeezed[start] <= "\ud7a3":
        return NameMatch(start, end, kinds, 0, is_guarded=bool(_HANGUL_GUARD.match(squeezed, end)))
    ending = _ENDING.match(squeezed, end)
    return NameMatch(
        start, end, kinds, ending.end() - end if ending else 0, is_guarded=bool(_HAN_GUARD.match(squeezed, end))
    )


def _stands(text: CleanText, start: int, end: int, kinds: tuple[tuple[int, ...], ...]) -> bool:
    """A Korean short form has to be a word of its own; an official name may be glued to the next."""
    if not "\uac00" <= text.squeezed[start] <= "\ud7a3" or kinds[FULL]:
        return True
    return end in text.breaks or start in text.breaks


def is_inside(tree: Tree, unit: int, above: int) -> bool:
    """Does `unit` lie in `above` (or is it the same)?"""
    while unit >= 0:
        if unit == above:
            return True
        unit = tree.parents[unit]
    return False


def read_chain(
    text: CleanText, tree: Tree, root: int = -1, matches: Sequence[NameMatch] | None = None
) -> Reading:
    """The best chains in a text; with `root`, only such as lie in that unit."""
    names = find_names(text, tree) if matches is None else matches
    beginning = Link(0.0, 0, 0, root, FULL, 0, None)
    links: list[Link] = []
    for name in names:
        links.extend(_extend(name, beginning, links, tree, text))
        if len(links) > MAX_STATES:
            links = sorted(links, reverse=True, key=lambda link: link.score)[: MAX_STATES // 2]
    return _choose(links, names, tree, text)


def _extend(
    name: NameMatch, beginning: Link, links: Sequence[Link], tree: Tree, text: CleanText
) -> list[Link]:
    before = [link for link in links if link.end <= name.start and link.unit >= 0]
    new: dict[int, Link] = {}
    for kind, units in enumerate(name.kinds):
        if not units or (kind and name.is_guarded):
            continue
        for unit in units:
            link = _best_link(name, kind, unit, beginning, before, tree, text)
            if link is not None and (unit not in new or new[unit].score < link.score):
                new[unit] = link
    return list(new.values())


def _best_link(
    name: NameMatch,
    kind: int,
    unit: int,
    beginning: Link,
    before: Sequence[Link],
    tree: Tree,
    text: CleanText,
) -> Link | None:
    best: Link | None = None
    if beginning.unit >= 0 or kind != DEPENDENT:
        best = _joined(name, kind, unit, beginning, tree, text)
    for link in before:
        candidate = _joined(name, kind, unit, link, tree, text)
        if candidate is not None and (best is None or candidate.score > best.score):
            best = candidate
    return best


def _joined(name: NameMatch, kind: int, unit: int, link: Link, tree: Tree, text: CleanText) -> Link | None:
    if link.unit >= 0 and not is_inside(tree, unit, link.unit):
        return None
    gap = name.start - link.end
    if kind == DEPENDENT and gap > 2 and link.count:
        return None
    if text.has_hangul and gap and name.start not in text.breaks and kind != FULL:
        return None
    is_lone_county = kind == SHORT and tree.levels[unit] >= 3 and link.unit < 0
    weight = LONE_COUNTY_WEIGHT if is_lone_county else WEIGHT[kind]
    ending = name.ending if kind else 0
    gain = (name.end - name.start + ending) * weight
    if link.unit == unit and link.count:
        gain *= 0.1
    cost = 0.1 * min(gap, 8) if link.count == 0 else 0.25 * min(gap, 10)
    is_new = link.unit != unit or not link.count
    return Link(
        link.score + gain - cost, name.start, name.end + ending, unit, kind, link.count + is_new, link
    )


def _choose(links: list[Link], names: Sequence[NameMatch], tree: Tree, text: CleanText) -> Reading:
    if not links:
        return Reading((), None, text.squeezed, ())
    best = max(links, key=lambda link: link.score)
    close = [link for link in links if link.score >= best.score - TIE]
    ends: list[int] = []
    for link in sorted(close, key=lambda link: -link.score):
        if link.unit not in ends:
            ends.append(link.unit)
    ends = [unit for unit in ends if not _has_lower(unit, ends, tree, best)]
    return Reading(tuple(ends), best, text.squeezed[best.end :], _contradictions(best, names, tree))


def _has_lower(unit: int, ends: Sequence[int], tree: Tree, best: Link) -> bool:
    """A unit above another end is no alternative to it, but what the same letters also mean is."""
    return unit != best.unit and any(other != unit and is_inside(tree, other, unit) for other in ends)


def _contradictions(best: Link, names: Sequence[NameMatch], tree: Tree) -> tuple[int, ...]:
    found = []
    for name in names:
        if name.start >= best.end and name.start - best.end <= 1 and not name.is_guarded:
            outside = [unit for unit in name.kinds[FULL] if tree.levels[unit] <= 3]
            found.extend(unit for unit in outside if not is_inside(tree, unit, best.unit))
    return tuple(found)
