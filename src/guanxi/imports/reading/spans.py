"""Merged cells of an OpenDocument spreadsheet, which calamine does not tell."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers import expat

from guanxi.imports.reading.source import Region

_PIECE = 1 << 20
_MOST_REGIONS = 200_000
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


class _SpanReader:
    """Follows rows and cells of one sheet and keeps the regions that span several."""

    def __init__(self, sheet: str) -> None:
        self.regions: list[Region] = []
        self._sheet = sheet
        self._is_inside = False
        self._row = self._column = 0
        self._row_repeats = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._is_inside = attributes.get("table:name") == self._sheet
            self._row = 0
        elif not self._is_inside:
            return
        elif name == "table:table-row":
            self._column = 0
            self._row_repeats = _count(attributes, "table:number-rows-repeated")
        elif name in _CELLS:
            self._cell(attributes)

    def end(self, name: str) -> None:
        if name == "table:table":
            self._is_inside = False
        elif name == "table:table-row" and self._is_inside:
            self._row += self._row_repeats

    def _cell(self, attributes: dict[str, str]) -> None:
        height = _count(attributes, "table:number-rows-spanned")
        width = _count(attributes, "table:number-columns-spanned")
        if (height > 1 or width > 1) and len(self.regions) < _MOST_REGIONS:
            last_row, last_column = self._row + height - 1, self._column + width - 1
            self.regions.append((self._row, self._column, last_row, last_column))
        self._column += _count(attributes, "table:number-columns-repeated")


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    return int(value) if value.isdecimal() and len(value) < 9 else 1


def read_spans(path: Path, sheet: str) -> list[Region]:
    """Return the merged regions of one sheet of the ods at `path`; none when its XML cannot be followed."""
    reader = _SpanReader(sheet)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = _refuse_entities
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
            while piece := content.read(_PIECE):
                parser.Parse(piece)
    except (expat.ExpatError, zipfile.BadZipFile, KeyError, ValueError):
        return []
    return reader.regions


def _refuse_entities(*_declaration: object) -> None:
    """Refuse a document that declares entities of its own: no spreadsheet program writes them."""
    raise ValueError
