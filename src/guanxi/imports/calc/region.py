"""Whose telephone numbers a list holds, from the script it is written in."""

from __future__ import annotations

import re

from guanxi.imports.calc.header_words import is_traditional

_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_KOREAN_ENCODINGS = frozenset({"euc_kr", "euc-kr", "cp949"})
_TRADITIONAL_ENCODINGS = frozenset({"big5", "big5hkscs", "cp950"})
_MENTIONS = {
    "TW": re.compile("[台臺](?:灣|北|中|南|東)|新北|桃園|高雄"),
    "HK": re.compile("香港|九龍|新界"),
    "MO": re.compile("澳門|氹仔"),
}
"""Of lists in traditional characters: the places that are named most decide, Taiwan when none is."""


def guess_region(text: str, encoding: str | None, *, home: str) -> str:
    """Return KR, TW, HK, MO or `home` (a region of phone numbers, ISO 3166).

    `text` is the header and some rows of the list; Korean when it has more Hangul than ideographs.
    """
    form = (encoding or "").lower()
    if form in _KOREAN_ENCODINGS or len(_HANGUL.findall(text)) > len(_IDEOGRAPH.findall(text)):
        return "KR"
    if form in _TRADITIONAL_ENCODINGS or is_traditional(text):
        return max(_MENTIONS, key=lambda region: len(_MENTIONS[region].findall(text)))
    return home
