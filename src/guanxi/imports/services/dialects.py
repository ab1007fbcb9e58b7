"""How a text file was written, so that a file given back is written alike: marks, encoding, separators, quotes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEEN_BYTES = 65_536
_SEEN_LINES = 20
_SEPARATOR_LINE = re.compile(r"^\"?sep=.\"?(\r\n|\r|\n)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How rows stand in a text file. `opening` is what comes before them: the mark of the encoding, a `sep=` line."""

    encoding: str = "utf-8"
    mark: bytes = codecs.BOM_UTF8
    opening: str = ""
    delimiter: str = ","
    line_end: str = "\r\n"
    quotes_all: bool = False

    def holds(self, text: str) -> bool:
        """Whether the encoding has all letters of a text."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def write(self, rows: Iterable[Sequence[object]]) -> bytes:
        """Return the rows as such a file; in UTF-8 with its mark when the encoding lacks one of the letters."""
        out = io.StringIO(newline="")
        out.write(self.opening)
        _writer(out, self.delimiter, self.line_end, quotes_all=self.quotes_all)(rows)
        text = out.getvalue()
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError:
            return codecs.BOM_UTF8 + text.encode()


def dialect_of(path: Path, *, encoding: str | None, delimiter: str | None) -> Dialect:
    """Return how the file at `path` is written, read with the encoding and separator that were found for it."""
    with path.open("rb") as file:
        head = file.read(_SEEN_BYTES)
    mark, name = next(
        ((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", encoding or "utf-8")
    )
    text = head.removeprefix(mark).decode(name, "replace")
    declared = _SEPARATOR_LINE.match(text)
    opening = declared[0] if declared else ""
    text = text.removeprefix(opening)
    end = _LINE_END.search(opening or text)
    return Dialect(
        encoding=name,
        mark=mark,
        opening=opening,
        delimiter=delimiter or ",",
        line_end=end[0] if end else "\r\n",
        quotes_all=_quotes_all(text, delimiter or ","),
    )


def _quotes_all(text: str, delimiter: str) -> bool:
    """Tell whether every cell of the first lines stands in quotes, also where nothing asks for them."""
    lines = text.splitlines(keepends=True)[:_SEEN_LINES]
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    out = io.StringIO(newline="")
    _writer(out, delimiter, "\n", quotes_all=True)(rows[:1])
    return bool(rows) and any(rows[0]) and text.lstrip("\r\n").startswith(out.getvalue().rstrip("\n"))


def _writer(
    out: io.StringIO, delimiter: str, line_end: str, *, quotes_all: bool
) -> Callable[[Iterable[Sequence[object]]], None]:
    if quotes_all:
        return csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows
    return csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows
