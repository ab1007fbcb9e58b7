"""The initials people find a text by: 华为科技 → hwkj, 삼성전자 → ㅅㅅㅈㅈ, Acme Trading 3 → at3."""

import re
import unicodedata
from functools import lru_cache

from guanxi.conditions.chinese import simplified

LONGEST = 300
"""Characters kept; of a longer text the rest is not matched."""

_HANGUL = "\uac00-\ud7a3"
_CHINESE = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_JAMO = "\u3131-\u314e"
_LETTER = rf"[^\W\d_{_HANGUL}{_CHINESE}{_JAMO}]"
_PARTS = re.compile(
    rf"([{_CHINESE}]+)|([{_HANGUL}])|([{_JAMO}0-9]+)|({_LETTER})(?:{_LETTER}|[\u0300-\u036f])*"
)
_RUNS = re.compile(rf"[{_CHINESE}]+")
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_COMPATIBLE = str.maketrans({0x1100 + place: consonant for place, consonant in enumerate(_CONSONANTS)})
_SYLLABLES_A_CONSONANT = 588
_SPACE = re.compile(r"\s+")


def initials(text: str) -> str:
    """The initials of a text, in lower case and without spaces or signs.

    Of Chinese the first letters of the pinyin, as the words it is known from are read (重庆 is cq, 重要 zy), else the
    most usual reading. Of Hangul the initial consonants; of words in other letters the first, without its accents;
    digits stay.
    """
    return "".join(_initial(part) for part in _PARTS.finditer(_plain(text[:LONGEST])))[:LONGEST]


def searched(text: str) -> str:
    """What is looked for: the typed initials in lower case, without spaces."""
    return _SPACE.sub("", _plain(text)).lower()


def _plain(text: str) -> str:
    """One width and composition; single consonants of Hangul as keyboards type them."""
    return unicodedata.normalize("NFKC", text).translate(_COMPATIBLE)


def _initial(part: re.Match[str]) -> str:
    chinese, syllable, kept, letter = part.groups()
    if chinese:
        return _of_chinese(chinese)
    if syllable:
        return _CONSONANTS[(ord(syllable) - 0xAC00) // _SYLLABLES_A_CONSONANT]
    return kept or unicodedata.normalize("NFD", letter)[0].lower()


def syllables(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """The runs of Chinese characters in a text: where each begins, and its pinyin as it is typed, without tones.

    Read like the initials; what has no reading is left out.
    """
    plain = _plain(text[:LONGEST]).lstrip()
    return [(part.start(), tuple(_read(part[0]))) for part in _RUNS.finditer(plain)]


def _of_chinese(text: str) -> str:
    return "".join(syllable[0] for syllable in _read(text))


def _read(text: str) -> list[str]:
    """Word by word, the longest known word first; what stands in no word character by character."""
    text = simplified(text)
    words, lengths = _words()
    found: list[str] = []
    place = 0
    while place < len(text):
        for length in lengths.get(text[place], ()):
            read = words.get(text[place : place + length])
            if read is not None:
                found += read
                place += length
                break
        else:
            found += _of_character(text[place])
            place += 1
    return found


@lru_cache(maxsize=32_768)
def _of_character(character: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - heavy

    return tuple(lazy_pinyin(character, errors="ignore"))


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, tuple[str, ...]], dict[str, list[int]]]:
    """The syllables of each word, and how long words are that begin with a character, the longest first."""
    from pypinyin.constants import PHRASES_DICT  # noqa: PLC0415 - heavy

    typed: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    lengths: dict[str, set[int]] = {}
    for word, readings in PHRASES_DICT.items():
        for syllable, *_ in readings:
            if syllable not in typed:
                typed[syllable] = _toneless(syllable)
        words[word] = tuple(typed[syllable] for (syllable, *_) in readings)
        lengths.setdefault(word[0], set()).add(len(word))
    return words, {first: sorted(found, reverse=True) for first, found in lengths.items()}


def _toneless(syllable: str) -> str:
    """A syllable as it is typed: lǜ is lv, shì is shi."""
    letters = unicodedata.normalize("NFD", syllable.replace("ê", "e")).replace("u\u0308", "v")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
