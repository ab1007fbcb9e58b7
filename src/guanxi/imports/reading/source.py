"""What every format is turned into before the table is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from guanxi.imports.reading.table import Cell, Note, Sheet

Region = tuple[int, int, int, int]
"""A merged region: first row, first column, last row, last column, 0-based and inclusive."""


@dataclass(slots=True)
class Source:
    """Raw rows from the top of the file on, blank ones included, so that their index is their place.

    `notes` may grow while the rows are read.
    """

    format: str
    rows: Iterator[list[Cell]]
    merges: list[Region] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[Sheet, ...] = ()
    notes: list[Note] = field(default_factory=list)
