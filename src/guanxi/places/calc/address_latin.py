"""Addresses in scripts that write words: country, region and town are sought from the end."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

MOST_WORDS = 5
_SEGMENT = re.compile(r"[,;\n|/]+|\s-\s|\s–\s")
_WORD = re.compile(r"[^\W_]+(?:['’.]?[^\W_]+)*", re.UNICODE)
_TITLES = (
    "city district county province state municipality region prefecture area dist town township village"
    " oblast republic special administrative of shi qu xian ku gu si do gun"
)
_TITLE_WORDS = frozenset(_TITLES.split(" "))


@dataclass(frozen=True, slots=True)
class LatinAddress:
    """Words of each part between commas, without digits, plus the country and region read off the end.

    `country` is an ISO 3166 code or empty; `region` the code of a first-level division or empty.
    """

    segments: tuple[tuple[str, ...], ...]
    country: str
    region: str


def normalise_key(name: str) -> str:
    """'St. Gallen' → 'st gallen': case-folded words with single spaces, as in the index of towns."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())


def _words(segment: str) -> tuple[str, ...]:
    words = (normalise_key(word) for word in _WORD.findall(segment))
    return tuple(word for part in words for word in part.split() if not any(map(str.isdigit, word)))


def split_latin(
    text: str,
    country_of: Callable[[str], str | None],
    region_of: Callable[[str, str], tuple[str, str] | None],
) -> LatinAddress:
    """Read country and region off the end of an address.

    `country_of` gives a country for a normalised name; `region_of(name, country)` gives (country, region).
    A last part that is a region as a whole is no country (New South Wales is not Wales).
    """
    segments = [words for part in _SEGMENT.split(text) if (words := _words(part))]
    country, region = "", ""
    if not (segments and region_of(" ".join(segments[-1]), "")):
        country, segments = _take_country(segments, country_of)
    for position in range(len(segments) - 1, -1, -1):
        words = segments[position]
        found = next(
            ((hit, size) for size in (3, 2, 1) if (hit := _region(words, size, country, region_of))), None
        )
        if found:
            (country, region), size = found
            segments[position] = words[:-size]
            break
    return LatinAddress(tuple(words for words in segments if words), country, region)


def _region(
    words: Sequence[str], size: int, country: str, region_of: Callable[[str, str], tuple[str, str] | None]
) -> tuple[str, str] | None:
    return region_of(" ".join(words[-size:]), country) if len(words) >= size else None


def _take_country(
    segments: list[tuple[str, ...]], country_of: Callable[[str], str | None]
) -> tuple[str, list[tuple[str, ...]]]:
    if not segments:
        return "", segments
    for position in (-1, 0):
        words = segments[position]
        for size in range(min(MOST_WORDS, len(words)), 0, -1):
            tail = words[-size:] if position else words
            code = country_of(" ".join(tail))
            if code and (position or size == len(words)):
                rest = list(segments)
                rest[position] = words[:-size] if position else ()
                return code, [part for part in rest if part]
    return "", segments


def town_names(words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Names a segment may hold, longest first, with whether all its words are used.

    A town stands alone, or at the end or beginning of its segment ('London SW', 'Mitte Berlin').
    """
    core = _core(words) or list(words)
    yield " ".join(words), True
    if core != list(words):
        yield " ".join(core), True
    for size in range(min(MOST_WORDS, len(words) - 1), 0, -1):
        yield " ".join(words[-size:]), False
        yield " ".join(words[:size]), False


def letters_only(words: Sequence[str]) -> str:
    """'Nan Shan District' → 'nanshan', as romanised unit names are indexed."""
    return "".join(_core(words))


def _core(words: Sequence[str]) -> list[str]:
    """The words without titles; 'new' is one before 'area' only (Pudong New Area, but New York)."""
    text = " ".join(words).replace(" new area", "")
    return [word for word in text.split(" ") if word not in _TITLE_WORDS]
