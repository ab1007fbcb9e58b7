"""How the texts of a record are written into the index, and the grams by which what is written is found.

A written text is lines; the sign at the beginning of a line, or of each part of it, says what it holds:

- `" acme 华东 trading"`: the words, folded (Hangul as strokes);
- `"=acme华东trading"`: the same without spaces, where there are several words;
- `"~a~h~d~t"`: the initials;
- `"^|HUA|DONG"`: the pinyin of a run of characters, `^` when the text begins with it.

A gram is a piece of a line that stands in the index. Pieces of words are as long as two ideographs or three letters;
shorter ones are kept only where a word begins. So a query of one ideograph, or of two letters, finds beginnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guanxi.conditions.initials import initials, syllables
from guanxi.records.search.calc.folding import fold, is_wide, squeeze
from guanxi.records.search.calc.pinyin import SYLLABLES

LONGEST_TEXT = 500
"""Characters of a field that are searched; of a longer one the rest is not."""
LONGEST_SOUND = 40
"""Characters of a name whose pinyin and initials are searched."""
LONGEST_WHOLE = 24
"""Characters of a name by which it is found as a whole, before those it is a part of."""
GRAM_WEIGHT = 6
WIDE_WEIGHT, NARROW_WEIGHT = 3, 2

START, PAIR, SOUND, SOUND_START, BEGINNING, WHOLE = "·", "¨", "¯", "°", "¬", "¤"
"""What precedes a gram that is not a piece of a word: none of them is a letter, all are kept by FTS5's tokenizer."""


@dataclass(frozen=True, slots=True)
class SearchedText:
    """The text of a field; `sounded` says that it is found by pinyin and initials too."""

    text: str
    sounded: bool = False


def written(texts: Sequence[SearchedText]) -> str:
    """The lines of some fields, the most important first: the first line is what ranks."""
    return "\n".join(line for text in texts for line in _lines(text))


def _lines(text: SearchedText) -> Iterator[str]:
    words = fold(text.text[:LONGEST_TEXT]).split()
    if not words:
        return
    yield "".join(f" {word}" for word in words)
    if len(words) > 1:
        yield f"={''.join(words)}"
    if text.sounded:
        yield from _sounds(text.text[:LONGEST_SOUND])


def _sounds(text: str) -> Iterator[str]:
    first = squeeze(fold(initials(text)))
    if len(first) > 1:
        yield initials_written(first)
    for place, run in syllables(text):
        known = [syllable for syllable in run if syllable in SYLLABLES]
        if known:
            yield ("" if place else "^") + sound_written(known)


def initials_written(letters: str) -> str:
    """Initials as a line has them."""
    return "".join(f"~{letter}" for letter in letters)


def sound_written(run: Sequence[str]) -> str:
    """Syllables as a line has them: in capitals, so that no typed word is found in them by chance."""
    return "".join(f"|{syllable.upper()}" for syllable in run)


def grams_of(lines: str) -> set[str]:
    """The grams of what `written` gave."""
    name = squeeze(lines.partition("\n")[0])
    found: set[str] = {BEGINNING + beginning(name), WHOLE + name[:LONGEST_WHOLE]} if name else set()
    for line in lines.split("\n"):
        if line.startswith(" "):
            words = line.split()
            found.update(START + start for word in words for start in starts(word))
            if len(words) == 1:
                found.update(pieces(words[0]))
        elif line.startswith("="):
            found.update(pieces(line[1:]))
        elif line.startswith("~"):
            found.update(pairs(line[1::2]))
        elif line:
            found.update(_of_sound(line))
    return found


def pieces(word: str) -> Iterator[str]:
    """The grams of a word without spaces: from each place as few characters as weigh enough."""
    weights = [WIDE_WEIGHT if is_wide(character) else NARROW_WEIGHT for character in word]
    for start in range(len(word) - 1):
        weight = 0
        for end in range(start, min(start + 3, len(word))):
            weight += weights[end]
            if weight >= GRAM_WEIGHT:
                yield word[start : end + 1]
                break


def beginning(word: str) -> str:
    """The first gram of a word, the word itself when it is short."""
    return next(pieces(word), word)


def is_short(word: str) -> bool:
    """Whether a word is too short to have a gram: it is looked for where words begin."""
    return sum(WIDE_WEIGHT if is_wide(character) else NARROW_WEIGHT for character in word) < GRAM_WEIGHT


def starts(word: str) -> Iterator[str]:
    """The short beginnings of a word."""
    for length in (1, 2):
        if len(word) >= length and is_short(word[:length]):
            yield word[:length]


def pairs(letters: str) -> Iterator[str]:
    """The grams of initials: each with the next."""
    return (PAIR + letters[place : place + 2] for place in range(len(letters) - 1))


def syllable_pairs(run: Sequence[str]) -> Iterator[str]:
    """The grams of pinyin: each syllable with the first letter of the next."""
    return (SOUND + run[place] + run[place + 1][0] for place in range(len(run) - 1))


def _of_sound(line: str) -> Iterator[str]:
    run = line.lower().removeprefix("^").split("|")[1:]
    yield from syllable_pairs(run)
    if line.startswith("^"):
        yield from (SOUND_START + run[0][:length] for length in range(1, len(run[0]) + 1))
