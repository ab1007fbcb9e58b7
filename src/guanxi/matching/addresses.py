"""Addresses in the parts that tell one from another: light, for comparing, not for finding them on a map."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from guanxi.conditions.chinese import simplified
from guanxi.matching.regions import region_of

_HOUSE = re.compile(r"(\d+(?:-\d+)?)\s*(?:号|號|번지|호|$)")
_ROAD = re.compile(r"([^\s省市区县州镇乡,，]{1,8}?(?:路|街|道|大道|巷|弄|로|길|대로))\s*(\d+(?:-\d+)?)?")
_UNIT = re.compile(r"\d+\s*(?:楼|层|室|栋|幢|座|单元|층|호실|호|동)|[a-z]座")
_SIGNS = re.compile(r"[\s,，.。;；()（）\-_#、]+")


@dataclass(frozen=True, slots=True)
class AddressParts:
    """`key` is the whole without signs, `street` the road with its house number ("" without), `city` where it lies."""

    key: str
    street: str
    city: str


def address_parts(text: str) -> AddressParts:
    """Take an address apart.

    >>> address_parts("廣東省深圳市福田區華強北路 12 號")
    AddressParts(key='广东省深圳市福田区华强北路12号', street='华强北路12', city='深圳')
    """
    plain = simplified(unicodedata.normalize("NFKC", text).casefold()).strip()
    key = _SIGNS.sub("", plain)
    road = _ROAD.search(_UNIT.sub(" ", plain))
    if not road:
        return AddressParts(key, "", region_of(plain))
    number = road[2] or next(iter(_HOUSE.findall(plain[road.start() :])), "")
    return AddressParts(key, f"{road[1]}{number}" if number else "", region_of(plain))
