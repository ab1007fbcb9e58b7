"""What a typed text finds: the one definition that both databases follow and tests hold them to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from guanxi.records.search.calc.folding import fold, squeeze
from guanxi.records.search.calc.pinyin import readings
from guanxi.records.search.calc.writing import (
    BEGINNING,
    LONGEST_WHOLE,
    SOUND_START,
    START,
    WHOLE,
    SearchedText,
    beginning,
    initials_written,
    is_short,
    pairs,
    pieces,
    sound_written,
    syllable_pairs,
    written,
)

MOST_WORDS = 10
LONGEST_WORD = 100
_INITIALS = re.compile(r"(?![0-9]+$)[0-9a-zㄱ-ㅎ]{2,}")
_COUNTRY = re.compile(r"(?:86|82|886|852|853)(?=[0-9]{8})")
_TRUNK_DIGITS = 8
_NUMBER = re.compile(r" *(?:[0-9] *){7,20}")
"""A telephone number in groups is one word."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A piece of a written text that meets a word, and the grams that every text with that piece has."""

    text: str
    grams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A typed text as it is looked for: every word has to be met, by any of its patterns."""

    words: tuple[tuple[Pattern, ...], ...]
    folded: tuple[str, ...]
    typed: tuple[str, ...]

    @property
    def whole(self) -> str:
        """The gram of a record whose name is just this."""
        return WHOLE + "".join(self.folded)[:LONGEST_WHOLE]

    @property
    def beginning(self) -> str:
        """The gram of records whose names begin like this."""
        return BEGINNING + beginning("".join(self.folded))


def matches(query: str, texts: Sequence[SearchedText]) -> bool:
    """Whether a record with these texts is found by `query`.

    Every word of the query must be met by one of the texts: it stands in it (letters, digits and characters compared,
    spaces and signs left out; a word of one ideograph, or one or two letters, where a word begins), or it is a run of
    its initials, or of its pinyin from a syllable's start on (a part of a single syllable: where the text begins).
    A query without any letter, digit or picture finds nothing.
    """
    return meets(ask(query), written(texts))


def meets(asked: Asked, lines: str) -> bool:
    """Whether written lines meet every word."""
    return bool(asked.words) and all(
        any(pattern.text in lines for pattern in patterns) for patterns in asked.words
    )


@lru_cache(maxsize=256)
def ask(query: str) -> Asked:
    """Read a typed text: at most ten words, the first hundred letters of each."""
    typed = tuple(query.split()[:MOST_WORDS])
    folded = fold(query[: MOST_WORDS * LONGEST_WORD])
    parts = [folded] if _NUMBER.fullmatch(folded) else [fold(word) for word in typed]
    words = tuple(filter(None, (squeeze(part)[:LONGEST_WORD] for part in parts)))
    return Asked(tuple(_patterns(word) for word in words), words, typed)


def _patterns(word: str) -> tuple[Pattern, ...]:
    found = [_plain(form) for form in _numbers(word)]
    if _INITIALS.fullmatch(word):
        found.append(Pattern(initials_written(word), tuple(pairs(word))))
    for run in readings(word):
        if len(run) > 1:
            found.append(Pattern(sound_written(run), tuple(dict.fromkeys(syllable_pairs(run)))))
        else:
            found.append(Pattern(f"^{sound_written(run)}", (SOUND_START + run[0],)))
    return tuple(dict.fromkeys(found))


def _plain(word: str) -> Pattern:
    if is_short(word):
        return Pattern(f" {word}", (START + word,))
    return Pattern(word, tuple(dict.fromkeys(pieces(word))))


def _numbers(word: str) -> list[str]:
    """A word, and a telephone number without its country code or the zero before an area too."""
    found = [word]
    if word.isascii() and word.isdigit() and len(word) >= _TRUNK_DIGITS:
        found += [word.lstrip("0"), _COUNTRY.sub("", word, count=1)]
    return [form for form in dict.fromkeys(found) if form]


def rank(asked: Asked, lines: str) -> int:
    """How well written lines meet a query: 0 the name itself, 1 its beginning, 2 that of a word or sound, 3 else."""
    name, _, _rest = lines.partition("\n")
    whole, typed = squeeze(name), "".join(asked.folded)
    if whole == typed:
        return 0
    if whole.startswith(typed):
        return 1
    begins = all(f" {word}" in name or _begins_sound(word, lines) for word in asked.folded)
    return 2 if begins else 3


def _begins_sound(word: str, lines: str) -> bool:
    sounds = [f"^{sound_written(run)}" for run in readings(word)]
    if _INITIALS.fullmatch(word):
        sounds.append(f"\n{initials_written(word)}")
    return any(sound in lines for sound in sounds)
