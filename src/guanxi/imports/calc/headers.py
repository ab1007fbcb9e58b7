"""Which field each column of somebody's list means: by its header, and by what stands below it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from guanxi.imports.calc.content import Value, as_text, kind_of
from guanxi.imports.calc.header_words import MULTIPLE_FIELDS, WORD_FIELDS, fold

_BRACKETS = re.compile(r"[(（\[【<].*?[)）\]】>]")
_UNIT = re.compile(
    r"(万元|萬元|千元|百万元|亿元|億元|元|만원|천원|백만원|억원|원|万|만|usd|us\$|rmb|cny|krw|eur|nt\$|twd|hkd|jpy)",
    re.IGNORECASE,
)
_WEAK_NAMES = frozenset({"姓名", "名字", "이름", "성명", "name", "fullname"})
_EXACT, _BARE, _PART, _CONTENT = 0.98, 0.95, 0.75, 0.6
_CERTAIN_CONTENT = frozenset({"email", "phone", "tax_number", "coordinates"})
_WIDE_WORDS = tuple(
    word for word, field in WORD_FIELDS.items() if not word.isascii() and len(word) >= 2 and field != "ignore"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column probably means.

    `column` is its 0-based index; `field` a key of FIELDS or None; `confidence` from 0 to 1; `reason` one of
    header, header_part, content, header_and_content, conflict, unknown, empty; `rank` orders the columns of one
    field (1 first); `unit` is the unit of money the header names, as in 金额(万元), else None.
    """

    column: int
    field: str | None
    confidence: float
    reason: str
    rank: int = 1
    unit: str | None = None


def without_brackets(header: str) -> str:
    """Return a header in compatibility form without what stands in brackets: 金额（万元） → 金额."""
    return _BRACKETS.sub(" ", unicodedata.normalize("NFKC", header)).strip()


@lru_cache(maxsize=4096)
def known_field(header: str) -> str | None:
    """Return the field a header names outright (with or without a bracketed addition), else None."""
    match = _match_header(header)
    return match[0] if match and match[1] >= _BARE else None


def _match_header(header: str) -> tuple[str, float] | None:
    text = unicodedata.normalize("NFKC", header)
    for candidate, confidence in ((text, _EXACT), (_BRACKETS.sub(" ", text), _BARE)):
        if field := WORD_FIELDS.get(fold(candidate)):
            return field, confidence
    numbered = re.sub(r"[\s_]*\d{1,2}$", "", _BRACKETS.sub(" ", text))
    if field := WORD_FIELDS.get(fold(numbered)):
        return field, _BARE
    return _match_part(text)


def _match_part(text: str) -> tuple[str, float] | None:
    """Find the known word that ends last in the header, where all four languages put what a thing is."""
    folded = fold(text)
    if len(folded) > 40:
        return None
    best = max(_wide_words(folded) or _latin_words(text), default=None)
    if best is None:
        return None
    _end, length, word = best
    return WORD_FIELDS[word], round(_PART * (0.6 + 0.4 * length / len(folded)), 3)


def _wide_words(folded: str) -> list[tuple[int, int, str]]:
    """Return the Chinese and Korean words in a header, each with the place where it ends and its length."""
    return [
        (place + len(word), len(word), word) for word in _WIDE_WORDS if (place := folded.rfind(word)) >= 0
    ]


def _latin_words(text: str) -> list[tuple[int, int, str]]:
    """Return the known words among the Latin ones of a header, which must stand alone or in camel case."""
    tokens = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower())
    spans = [(start, end) for end in range(1, len(tokens) + 1) for start in range(end)]
    found = ((end, fold("".join(tokens[start:end]))) for start, end in spans)
    return [(end, len(word), word) for end, word in found if WORD_FIELDS.get(word, "ignore") != "ignore"]


def header_unit(header: str) -> str | None:
    """Return the unit of money a header names in brackets or after a stroke: 金额(万元) → 万元."""
    text = unicodedata.normalize("NFKC", header)
    for part in re.findall(r"[(\[【/:,](.*?)(?:[)\]】]|$)", text):
        if match := _UNIT.search(part):
            return match[1]
    return None


def guess_content(values: Sequence[Value]) -> tuple[str, float] | None:
    """Return the field most values of a column speak for and the share of the filled ones that do."""
    filled = [value for value in values if as_text(value)]
    if not filled:
        return None
    kinds = Counter(kind for value in filled if (kind := kind_of(value)) is not None)
    if not kinds:
        return _guess_degrees(filled)
    field, count = kinds.most_common(1)[0]
    share = count / len(filled)
    return (field, share) if share >= 0.5 else _guess_degrees(filled)


def _guess_degrees(values: Sequence[Value]) -> tuple[str, float] | None:
    """Recognise a column of latitudes or longitudes of East Asia: decimals with three places and more."""
    numbers = []
    for value in values:
        if not re.fullmatch(r"-?\d{1,3}\.\d{3,}", as_text(value)):
            return None
        numbers.append(float(as_text(value)))
    if all(73 <= number <= 136 for number in numbers):
        return "longitude", 1.0
    if all(3 <= number <= 54 for number in numbers):
        return "latitude", 1.0
    return None


def guess_mapping(header: Sequence[str], sample_rows: Sequence[Sequence[Value]]) -> list[Guess]:
    """Guess the field of every column from its name and a sample of its values (some fifty rows do).

    One field goes to one column, the surest, but for phone, address and note, which several may fill.
    Deterministic; never raises.
    """
    guesses = [_guess_column(column, name, sample_rows) for column, name in enumerate(header)]
    _settle_names(header, guesses)
    taken: dict[str, int] = {}
    for guess in sorted(guesses, key=lambda each: (-each.confidence, each.column)):
        if guess.field is None:
            continue
        count = taken.get(guess.field, 0)
        if count and guess.field not in MULTIPLE_FIELDS:
            guesses[guess.column] = Guess(guess.column, None, 0.0, "conflict")
            continue
        taken[guess.field] = count + 1
        guesses[guess.column] = replace(guess, rank=count + 1)
    return guesses


def _guess_column(column: int, name: str, sample_rows: Sequence[Sequence[Value]]) -> Guess:
    values = [row[column] if column < len(row) else None for row in sample_rows]
    by_header = _match_header(name) if not re.fullmatch(r"\([A-Z]+\)", name) else None
    by_content = guess_content(values)
    if by_header is None:
        if by_content is None:
            empty = not any(as_text(value) for value in values)
            return Guess(column, None, 0.0, "empty" if empty else "unknown")
        return Guess(column, by_content[0], round(_CONTENT * by_content[1], 3), "content")
    return _weigh(column, name, by_header, by_content)


def _weigh(
    column: int, name: str, by_header: tuple[str, float], by_content: tuple[str, float] | None
) -> Guess:
    """Weigh header against content: agreement confirms; an unmistakable content beats a partial match."""
    field, confidence = by_header
    unit = header_unit(name) if field == "amount" else None
    reason = "header" if confidence >= _BARE else "header_part"
    if by_content is None or by_content[1] < 0.8:
        return Guess(column, field, confidence, reason, unit=unit)
    if by_content[0] == field:
        return Guess(column, field, min(0.99, confidence + 0.1), "header_and_content", unit=unit)
    if by_content[0] in _CERTAIN_CONTENT and confidence < _BARE:
        return Guess(column, by_content[0], _CONTENT, "content")
    if by_content[0] in _CERTAIN_CONTENT and field in _CERTAIN_CONTENT | {"name", "address"}:
        return Guess(column, by_content[0], 0.5, "content")
    return Guess(column, field, confidence, reason, unit=unit)


def _settle_names(header: Sequence[str], guesses: list[Guess]) -> None:
    """Beside a company's name, a column called 姓名, 이름 or Name is the person to talk to."""
    names = [guess for guess in guesses if guess.field == "name"]
    weak = [guess for guess in names if fold(header[guess.column]) in _WEAK_NAMES]
    contact_is_free = not any(guess.field == "contact_name" and guess.confidence > 0.7 for guess in guesses)
    if weak and len(names) > len(weak) and contact_is_free:
        first = weak[0]
        guesses[first.column] = replace(first, field="contact_name", confidence=0.8)
