"""csv and tsv as people have them: any of our encodings, any of four separators, quotes that do not close."""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from guanxi.imports.reading.encoding import detect_encoding
from guanxi.imports.reading.source import Source
from guanxi.imports.reading.table import Cell, Note, ReadError

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_CHARACTERS = 65_536
_SNIFFED_ROWS = 60
_LARGEST_CELL = 1 << 20
_PIECE = 1 << 20
_RUNAWAY_LINES = 50
_SEPARATOR_LINE = re.compile(r"^\"?sep=(.)\"?\r?\n", re.IGNORECASE)


class _Replacements:
    """Decoding errors: each becomes U+FFFD and is counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.count += 1
        return "\ufffd", error.end


def open_delimited(path: Path) -> Source:
    """Open a text file as a table; raise ReadError with the code unknown_encoding when none fits."""
    encoding = detect_encoding(path)
    if encoding is None:
        raise ReadError(
            "unknown_encoding",
            "The letters of this file cannot be read: save it as csv in UTF-8, or as xlsx.",
        )
    replacements = _Replacements()
    codecs.register_error("guanxi-replace", replacements)
    with path.open(encoding=encoding.name, errors="replace", newline="") as file:
        sample = file.read(_SNIFFED_CHARACTERS)
    declared = _SEPARATOR_LINE.match(sample)
    delimiter = declared[1] if declared else sniff_delimiter(sample)
    quoting = csv.QUOTE_MINIMAL if _quotes_close(path, encoding.name, delimiter) else csv.QUOTE_NONE
    source = Source(
        format="tsv" if delimiter == "\t" else "csv",
        rows=iter(()),
        encoding=encoding.name,
        delimiter=delimiter,
    )
    if not encoding.is_certain:
        source.notes.append(
            Note(
                "encoding_guessed",
                f"The encoding is most likely {encoding.name}: look at the letters before importing.",
                {"encoding": encoding.name},
            )
        )
    if quoting == csv.QUOTE_NONE:
        source.notes.append(
            Note("quotes_open", "A quotation mark is never closed: quotation marks were read as letters.")
        )
    source.rows = _rows(path, source, quoting, replacements, skipped=1 if declared else 0)
    return source


def _rows(
    path: Path, source: Source, quoting: int, replacements: _Replacements, *, skipped: int
) -> Iterator[list[Cell]]:
    assert source.encoding is not None  # noqa: S101 - set by open_delimited
    with path.open(encoding=source.encoding, errors="guanxi-replace", newline="") as file:
        reader = csv.reader(file, delimiter=source.delimiter or ",", quoting=quoting)  # type: ignore[arg-type]
        for number, row in enumerate(reader):
            yield [] if number < skipped else [cell or None for cell in row]
    if replacements.count:
        source.notes.append(
            Note(
                "bytes_replaced",
                f"{replacements.count} bytes are no letters in {source.encoding}; "
                "each was replaced by the sign �.",
                {"count": replacements.count, "encoding": source.encoding},
            )
        )


def _quotes_close(path: Path, encoding: str, delimiter: str) -> bool:
    """Tell whether quoted reading is sane: no cell swallows a large part of the file."""
    csv.field_size_limit(_LARGEST_CELL)
    if not _has_quotes(path):
        return True
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        try:
            for row in csv.reader(file, delimiter=delimiter):
                for cell in row:
                    if len(cell) > 4_000 and cell.count("\n") > _RUNAWAY_LINES:
                        return False
        except csv.Error:
            return False
    return True


def _has_quotes(path: Path) -> bool:
    with path.open("rb") as file:
        return any(b'"' in piece for piece in iter(lambda: file.read(_PIECE), b""))


def sniff_delimiter(sample: str) -> str:
    """Return the separator that cuts the sample's lines into the most even table; a comma when none does."""
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _evenness(sample: str, delimiter: str) -> float:
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)):
            if number >= _SNIFFED_ROWS:
                break
            if any(row):
                widths[len(row)] += 1
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    rows = sum(widths.values())
    width, count = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
    if width == 1:
        return 0.0
    return (count / rows) ** 2 * math.sqrt(min(width, 12))
