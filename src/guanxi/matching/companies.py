"""The name of a customer in its parts: what it is called, where, and which branch of it this is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from guanxi.conditions.chinese import simplified
from guanxi.matching.names import normalise_name
from guanxi.matching.regions import region_of, split_region

_BRANCH = re.compile(
    r"(?P<place>[^()（）\s]{0,8}?)(?P<kind>(?:第[一二三四五六七八九十\d]+)?(?:分公司|分店|分行|分厂|分部|分院|分校|办事处|营业部|"
    r"门店|支店|支行|지점|지사|영업소|출장소|대리점))\s*[)）]?\s*$"
)
_ENGLISH_BRANCH = re.compile(r"[\s,(-]+(?P<place>[a-z]+)\s+branch(?: office)?\)?\s*$")
_AFTER_FORM = re.compile(r"公司|股份|주식회사|유한회사|\(주\)|[)）\s]")
_GROUP = re.compile(r"(?<=..)(?:集团|그룹)$|(?<=...)\s+(?:group|holdings?)$")


@dataclass(frozen=True, slots=True)
class NameParts:
    """`core` is the matching key without form, place and branch; `branch` is "" for a head office.

    A branch keeps its place and its kind: 上海分公司 and 上海办事处 are two.
    """

    core: str
    region: str
    branch: str


def name_parts(name: str) -> NameParts:
    """Take a customer's name apart.

    >>> name_parts("北京华强科技有限公司上海分公司")
    NameParts(core='华强科技', region='北京', branch='上海分公司')
    """
    text = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    if not text.isascii():
        text = simplified(text)
    text, branch = _without_branch(text)
    region, rest = split_region(text)
    core = normalise_name(rest)
    if shorter := _GROUP.sub("", core):
        core = shorter
    return NameParts(core, region, branch)


def _without_branch(text: str) -> tuple[str, str]:
    if found := _ENGLISH_BRANCH.search(text):
        return text[: found.start()], f"{found['place']}branch"
    found = _BRANCH.search(text)
    if not found or not found.start("kind"):
        return text, ""
    before = text[: found.start("kind")]
    cut = max((each.end() for each in _AFTER_FORM.finditer(before)), default=0)
    place = before[cut:]
    if not cut:  # 华强上海分公司: the name goes on until the place
        place = _last_place(before)
    rest = before[: len(before) - len(place)]
    if not normalise_name(rest):
        return text, ""
    return rest, f"{region_of(place) or place}{found['kind']}"


def _last_place(text: str) -> str:
    return next((text[start:] for start in range(1, len(text) - 1) if region_of(text[start:])), "")
