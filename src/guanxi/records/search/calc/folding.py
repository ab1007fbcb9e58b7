"""Texts as search compares them: one width, one case, simplified characters, Hangul as the strokes that are typed.

Every character is folded for itself, so that a part of a text folds to a part of what the text folds to.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from guanxi.conditions.chinese import simplified

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ".split()  # noqa: SIM905
_TAILS = tuple(
    "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split()  # noqa: SIM905
)
_STROKES = {
    **{0x1100 + place: stroke for place, stroke in enumerate(_LEADS)},
    **{0x1161 + place: strokes for place, strokes in enumerate(_VOWELS)},
    **{0x11A8 + place: strokes for place, strokes in enumerate(_TAILS)},
}
_FIRST_IDEOGRAPH = "\u2e80"


def fold(text: str) -> str:
    """The text in lower case, without accents; whatever is no letter, digit or picture is a space."""
    return text.translate(_FOLDED)


def squeeze(text: str) -> str:
    """A folded text without its spaces."""
    return "".join(text.split())


def is_wide(character: str) -> bool:
    """Whether one character says as much as a syllable: ideographs and kana, not the strokes of Hangul."""
    return character >= _FIRST_IDEOGRAPH and not "ㄱ" <= character <= "ㆎ"


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(map(_kept, plain))


def _kept(character: str) -> str:
    stroke = _STROKES.get(ord(character))
    if stroke:
        return stroke
    category = unicodedata.category(character)
    if category == "Mn":
        return ""
    if category[0] in "LN" or category in ("So", "Mc"):
        return _of_character(character) if is_wide(character) else character
    return " "


@lru_cache(maxsize=32_768)
def _of_character(character: str) -> str:
    return simplified(character)


MOST_KEPT = 100_000
"""Characters: all that people write, not all there are."""


class _Table(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < MOST_KEPT:
            self[code] = folded
        return folded


_FOLDED = _Table()
