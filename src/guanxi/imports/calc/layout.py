"""Where the table is in a sheet: titles above, header in one row or two, totals and remarks below."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.imports.calc.content import Value, looks_like_data
from guanxi.imports.calc.header_words import FOOT_WORDS, TOTAL_WORDS, fold, simplified
from guanxi.imports.calc.headers import known_field

Region = tuple[int, int, int, int]

SEARCHED_ROWS = 30
_LONGEST_HEADER = 40
_TOTAL_LETTERS = frozenset(word[0] for word in TOTAL_WORDS) | frozenset("總匯彙纍")


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows by 0-based index: the header rows (none, one or two), the first row of data, the titles above."""

    header_rows: tuple[int, ...]
    first_row: int
    titles: tuple[int, ...]
    header: tuple[str, ...]


def is_filled(value: Value) -> bool:
    """Tell whether a cell holds more than white space."""
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def filled_columns(row: Sequence[Value]) -> list[int]:
    """Return the 0-based columns that hold something."""
    return [column for column, value in enumerate(row) if is_filled(value)]


def find_layout(rows: Sequence[Sequence[Value]], merges: Sequence[Region] = ()) -> Layout:
    """Find header and data among the first rows of a sheet (give about 40; blank rows included)."""
    filled = [index for index, row in enumerate(rows) if filled_columns(row)][:SEARCHED_ROWS]
    best, best_score = None, 0.0
    for index in filled:
        score = _header_score(rows[index], rows[index + 1 : index + 12])
        if score > best_score + 1e-9:
            best, best_score = index, score
    if best is None:
        first = next((index for index, row in enumerate(rows) if _starts_data(row, rows)), 0)
        width = max((len(row) for row in rows), default=0)
        return Layout((), first, _titles(rows, first), unique_names([""] * width))
    header_rows = _header_rows(rows, best, merges)
    names = join_header([rows[index] for index in header_rows], header_rows, merges)
    return Layout(header_rows, header_rows[-1] + 1, _titles(rows, header_rows[0]), unique_names(names))


def _starts_data(row: Sequence[Value], rows: Sequence[Sequence[Value]]) -> bool:
    """Tell whether a headerless table can begin here: not with a title, which stands alone over wider rows."""
    filled = len(filled_columns(row))
    usual = sorted(len(filled_columns(each)) for each in rows if filled_columns(each))
    return filled > 0 and (filled > 1 or usual[len(usual) // 2] <= 1 or looks_like_data(_first(row)))


def _first(row: Sequence[Value]) -> Value:
    return next((value for value in row if is_filled(value)), None)


def _titles(rows: Sequence[Sequence[Value]], end: int) -> tuple[int, ...]:
    return tuple(index for index in range(end) if filled_columns(rows[index]))


def _header_score(row: Sequence[Value], below: Sequence[Sequence[Value]]) -> float:
    """Return how much a row looks like a header; 0 or less when it does not.

    Known words count most; then short, distinct texts over rows that are at least as wide and look like data.
    """
    texts = [value for value in row if is_filled(value)]
    if not texts or not all(isinstance(value, str) for value in texts):
        return -1.0
    words = [str(value).strip() for value in texts]
    data = sum(1 for word in words if looks_like_data(word))
    known = sum(1 for word in words if known_field(word) is not None)
    widest = max((len(filled_columns(each)) for each in below), default=0)
    if known < max(2, (len(words) + 1) // 2) and (data or len(words) < min(2, widest)):
        return -1.0
    if any(len(word) > _LONGEST_HEADER for word in words) and known < 2:
        return -1.0
    fullness = len(words) / max(widest, len(words))
    distinct = len(set(words)) / len(words)
    if known == 0:
        return _unknown_header_score(words, below, fullness, distinct)
    if known == 1 and len(words) > 2 and fullness < 0.4:
        return -1.0
    return known * distinct + fullness - 1.5 * data


def _unknown_header_score(
    words: list[str], below: Sequence[Sequence[Value]], fullness: float, distinct: float
) -> float:
    """Score a row of unknown words: a header only when full, distinct, short and over other kinds of values."""
    if distinct < 1 or fullness < 0.8 or len(words) < 2 or not below:
        return -1.0
    if max(len(word) for word in words) > 24:
        return -1.0
    numbers = sum(
        1
        for row in below
        for value in row
        if is_filled(value) and (not isinstance(value, str) or looks_like_data(value))
    )
    return 0.4 * fullness if numbers else -1.0


def _header_rows(rows: Sequence[Sequence[Value]], best: int, merges: Sequence[Region]) -> tuple[int, ...]:
    """Return the header's rows: the best one, with the one above or below when they are one header."""
    if best > 0 and _belongs_above(rows[best - 1], rows[best], best - 1, merges):
        return (best - 1, best)
    if best + 1 < len(rows) and _belongs_below(rows[best], rows[best + 1], best, merges):
        return (best, best + 1)
    return (best,)


def _is_label_row(row: Sequence[Value]) -> bool:
    texts = [value for value in row if is_filled(value)]
    return bool(texts) and all(
        isinstance(value, str) and len(value) <= _LONGEST_HEADER and not looks_like_data(value)
        for value in texts
    )


def _belongs_above(
    upper: Sequence[Value], lower: Sequence[Value], index: int, merges: Sequence[Region]
) -> bool:
    above, below = set(filled_columns(upper)), set(filled_columns(lower))
    if len(above) < 2 or not _is_label_row(upper):
        return False
    spans = any(
        left in above and first <= index <= last and (last > first or right > left)
        for first, left, last, right in merges
    )
    return spans or bool(above - below)


def _belongs_below(
    upper: Sequence[Value], lower: Sequence[Value], index: int, merges: Sequence[Region]
) -> bool:
    below = filled_columns(lower)
    if not below or not _is_label_row(lower):
        return False
    if any(first == index and last == index + 1 for first, _left, last, _right in merges):
        return True
    spans = any(first == index == last and right > left for first, left, last, right in merges)
    known = sum(1 for column in below if known_field(str(lower[column])) is not None)
    gaps = [column for column in below if column >= len(upper) or not is_filled(upper[column])]
    return known >= 2 and (spans or bool(gaps)) and known * 2 >= len(below)


def join_header(
    rows: Sequence[Sequence[Value]], indices: Sequence[int], merges: Sequence[Region]
) -> list[str]:
    """Join the header rows column by column; a merged label counts for every column it spans."""
    width = max(len(row) for row in rows)
    lines = [
        [clean_name(row[column] if column < len(row) else None) for column in range(width)] for row in rows
    ]
    for line, index in zip(lines, indices, strict=True):
        for first, left, last, right in merges:
            if first <= index <= last and left < width and (label := lines_label(rows, indices, first, left)):
                for column in range(left, min(right, width - 1) + 1):
                    line[column] = line[column] or label
    names = []
    for column in range(width):
        parts = dict.fromkeys(line[column] for line in lines if line[column])
        names.append(" ".join(parts))
    return names


def lines_label(rows: Sequence[Sequence[Value]], indices: Sequence[int], row: int, column: int) -> str:
    """Return the label in the corner of a merged region, empty when the corner is outside the header."""
    if row not in indices:
        return ""
    line = rows[list(indices).index(row)]
    return clean_name(line[column]) if column < len(line) else ""


def clean_name(value: Value) -> str:
    """Return a header cell as one line of text."""
    return " ".join(str(value).split()) if is_filled(value) else ""


def column_letters(column: int) -> str:
    """Return the letters over a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Make column names unique: a nameless one becomes "(C)", the second 电话 becomes "电话 (2)"."""
    taken: set[str] = set()
    result = []
    for column, name in enumerate(names):
        wanted = name or f"({column_letters(column)})"
        unique, number = wanted, 2
        while unique in taken:
            unique, number = f"{wanted} ({number})", number + 1
        taken.add(unique)
        result.append(unique)
    return tuple(result)


def is_total(row: Sequence[Value]) -> bool:
    """Tell whether a row only adds up others: its first text is a word like 合计 and the rest is figures."""
    first = next((value for value in row if value is not None), None)
    if not isinstance(first, str) or first.lstrip("\u3000 【(")[:1].lower() not in _TOTAL_LETTERS:
        return False
    filled = filled_columns(row)
    if not filled or re.sub(r"\d+$", "", fold(str(row[filled[0]]))) not in TOTAL_WORDS:
        return False
    rest = [row[column] for column in filled[1:]]
    return all(
        not isinstance(value, str) or re.search(r"\d", value) or fold(value) in TOTAL_WORDS for value in rest
    )


def is_foot_remark(row: Sequence[Value], width: int) -> bool:
    """Tell whether a row under the table is a remark (who made it, when) and no record."""
    filled = filled_columns(row)
    if not filled or len(filled) > max(1, width // 3):
        return False
    first = row[filled[0]]
    return isinstance(first, str) and FOOT_WORDS.match(simplified(first.strip())) is not None


def data_likeness(rows: Sequence[Sequence[Value]], height: int) -> float:
    """Return how much a sheet looks like the list: known headers, filled width, number of rows."""
    filled = [len(filled_columns(row)) for row in rows]
    if not any(filled):
        return 0.0
    layout = find_layout(rows)
    known = len({field for name in layout.header if (field := known_field(name)) not in {None, "ignore"}})
    breadth = sorted(filled)[len(filled) // 2]
    return known * 2.0 + min(breadth, 12) * 0.5 + math.sqrt(min(height, 1000)) * 0.2
