"""How a name sounds, in Latin letters: pinyin without tones, Hangul by the Revised Romanisation, the rest as it is."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from guanxi.conditions.initials import syllables

_LEADS = "g kk n d tt r m b pp s ss _ j jj ch k t p h".replace("_", "").split(" ")
_VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_TAILS = [
    "",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]
_CHINESE = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LATIN_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")
_LOOSE = (
    ("eo", "u"),
    ("eu", "u"),
    ("oo", "u"),
    ("ou", "o"),
    ("ae", "e"),
    ("ee", "i"),
    ("lee", "i"),
    ("rh", "r"),
)
_LOOSE_LETTERS = str.maketrans(
    {"k": "g", "t": "d", "p": "b", "l": "r", "c": "j", "v": "b", "f": "b", "x": "s"}
)
_TWICE = re.compile(r"(.)\1+")


def sound(text: str) -> str:
    """Return how a key sounds: Chinese as the words in it are read, Hangul letter by letter.

    >>> sound("华强"), sound("홍길동")
    ('huaqiang', 'honggildong')
    """
    read = {start: "".join(run) for start, run in syllables(text)}
    spelled = _CHINESE.sub(lambda run: read.get(run.start(), run[0]), text)
    return _letters(_romanised(spelled))


def plain_sound(text: str) -> str:
    """Return how a key sounds with each Chinese character in its commonest reading, whatever stands around it."""
    spelled = _CHINESE.sub(lambda run: "".join(map(_of_character, run[0])), text)
    return _letters(_romanised(spelled))


def loose_sound(text: str) -> str:
    """Return a romanised key as loosely as people romanise: Lee and Yi apart, but Gim and Kim, Park and Bak are one.

    >>> loose_sound("gimminsu") == loose_sound("kimminsoo")
    True
    """
    for spelled, heard in _LOOSE:
        text = text.replace(spelled, heard)
    return _TWICE.sub(r"\1", text.translate(_LOOSE_LETTERS))


def turned(name: str) -> str:
    """Return a name in Latin words with its last word first, as a surname stands in the East; "" for other names.

    >>> turned("Gil-dong Hong")
    'honggildong'
    """
    words = _LATIN_WORD.findall(unicodedata.normalize("NFKC", name).casefold())
    if not 2 <= len(words) <= 3 or not name.isascii():
        return ""
    return _letters("".join([words[-1], *words[:-1]]))


@lru_cache(maxsize=32_768)
def _of_character(character: str) -> str:
    return "".join("".join(run) for _, run in syllables(character)) or character


def _romanised(text: str) -> str:
    return _HANGUL.sub(lambda one: _syllable(one[0]), text)


@lru_cache(maxsize=11_172)
def _syllable(character: str) -> str:
    """One syllable of Hangul, without the changes of sound between syllables."""
    place = ord(character) - 0xAC00
    return _LEADS[place // 588] + _VOWELS[place % 588 // 28] + _TAILS[place % 28]


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())
