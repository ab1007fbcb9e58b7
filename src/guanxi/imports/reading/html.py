"""HTML tables that an old system has saved with the ending xls."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from guanxi.imports.reading.encoding import detect_encoding
from guanxi.imports.reading.source import Region, Source
from guanxi.imports.reading.table import Cell, Note, ReadError

_MOST_SPAN = 1_000


class _TableParser(HTMLParser):
    """Collects the cells of every table that is not inside another one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Cell]]] = []
        self.merges: list[list[Region]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
                self.merges.append([])
        elif tag in {"script", "style"}:
            self._silent += 1
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self.tables[-1].append([])
        elif self._depth == 1 and tag in {"td", "th"}:
            self._end_cell()
            self._cell = []
            spans = dict(attrs)
            self._span = (_span(spans.get("rowspan")), _span(spans.get("colspan")))
        elif tag in {"br", "p", "div"} and self._cell:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent = max(0, self._silent - 1)
        elif tag in {"td", "th", "tr"} and self._depth == 1:
            self._end_cell()
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def _end_cell(self) -> None:
        """Put the open cell where the spans of the rows above leave room."""
        if self._cell is None or not self.tables:
            return
        table, merges = self.tables[-1], self.merges[-1]
        if not table:
            table.append([])
        row, line = len(table) - 1, table[-1]
        while region := _covering(merges, row, len(line)):
            line.extend([None] * (region[3] + 1 - len(line)))
        first = len(line)
        line.append(" ".join("".join(self._cell).split()) or None)
        height, width = self._span
        line.extend([None] * (width - 1))
        if height > 1 or width > 1:
            merges.append((row, first, row + height - 1, first + width - 1))
        self._cell = None


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _MOST_SPAN) if value and value.isdecimal() and len(value) < 6 else 1


def _covering(merges: list[Region], row: int, column: int) -> Region | None:
    for region in reversed(merges[-200:]):
        if region[0] < row <= region[2] and region[1] <= column <= region[3]:
            return region
    return None


def open_html(path: Path) -> Source:
    """Read the largest table of an HTML file; ReadError not_a_spreadsheet when it holds none."""
    encoding = detect_encoding(path)
    name = encoding.name if encoding else "utf-8"
    parser = _TableParser()
    parser.feed(path.read_text(encoding=name, errors="replace"))
    parser.close()
    sizes = [sum(len(row) for row in table) for table in parser.tables]
    if not sizes or max(sizes) == 0:
        raise ReadError(
            "not_a_spreadsheet",
            "This is a web page without a table: save the list as xlsx or csv and try again.",
        )
    index = sizes.index(max(sizes))
    note = Note(
        "html_table", "The file is a web page with a table, whatever its name says; the table was read."
    )
    return Source(
        format="html",
        rows=iter(parser.tables[index]),
        merges=parser.merges[index],
        encoding=name,
        notes=[note],
    )
