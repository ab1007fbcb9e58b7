"""From raw rows to the table: header found, merged cells filled, totals left out, rows written to disk."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from guanxi.imports.calc.layout import (
    Layout,
    clean_name,
    find_layout,
    is_filled,
    is_foot_remark,
    is_total,
    unique_names,
)
from guanxi.imports.reading.source import Region, Source
from guanxi.imports.reading.table import ROW_FILE, Cell, Limits, Note, ReadError, TableHead, encode_cell

_HEAD_ROWS = 60
_BATCH_ROWS = 500
_FOOT_ROWS = 12
_ERROR_TEXTS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
_NEEDS_CLEANING = re.compile(
    r"\\u0000|\"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)\""
)
_LISTED = 5


@dataclass(slots=True)
class Tally:
    """What was met while the rows went by."""

    width: int = 0
    rows: int = 0
    last: int = 0
    filled_by_merge: int = 0
    nul_cells: int = 0
    error_cells: int = 0
    totals: list[int] = field(default_factory=list)
    remarks: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)


def assemble(file_name: str, source: Source, directory: Path, limits: Limits) -> TableHead:
    """Write the rows of `source` to `directory` and return the head of the table.

    Raises ReadError: empty_file, only_header, too_large.
    """
    head = list(islice(source.rows, _HEAD_ROWS))
    if not any(is_filled(value) for row in head for value in row):
        head += _skip_blank(source.rows, len(head), limits)
    layout = find_layout(head, [region for region in source.merges if region[0] < _HEAD_ROWS])
    tally = Tally()
    with (directory / ROW_FILE).open("w", encoding="utf-8", newline="\n") as out:
        _write(out, _data_rows(head, source, layout, tally, limits), tally)
    _check_not_empty(layout, tally)
    notes = [*source.notes, *_layout_notes(head, layout), *_tally_notes(tally)]
    if source.encoding in {"utf-8-sig", "utf-16", "utf-32"}:
        notes.append(Note("byte_order_mark", "The file begins with a byte order mark; it was taken off."))
    return TableHead(
        file_name=file_name,
        format=source.format,
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        sheets=source.sheets,
        header_row=layout.header_rows[-1] if layout.header_rows else None,
        header=_final_header(layout, tally.width),
        row_count=tally.rows,
        notes=tuple(notes),
    )


def _skip_blank(rows: Iterator[list[Cell]], start: int, limits: Limits) -> list[list[Cell]]:
    """Go on to the first filled row of a sheet that begins with many blank ones."""
    skipped: list[list[Cell]] = []
    for row in rows:
        skipped.append(row)
        if any(is_filled(value) for value in row):
            return skipped + list(islice(rows, _HEAD_ROWS))
        if start + len(skipped) > limits.rows:
            break
    raise ReadError("empty_file", "The file has no filled rows: choose a spreadsheet that has rows.")


def _check_not_empty(layout: Layout, tally: Tally) -> None:
    if tally.rows:
        return
    if layout.header_rows:
        raise ReadError("only_header", "The file has a header and no rows: add the customers below it.")
    raise ReadError("empty_file", "The file has no filled rows: choose a spreadsheet that has rows.")


def _final_header(layout: Layout, width: int) -> tuple[str, ...]:
    """Cut nameless columns without values off the end; name those beyond the header."""
    names = list(layout.header)
    generated = unique_names([""] * max(len(names), width))
    while len(names) > width and names[-1] == generated[len(names) - 1]:
        names.pop()
    while len(names) < width:
        names.append("")
    return unique_names([name if name != generated[index] else "" for index, name in enumerate(names)])


def _data_rows(
    head: list[list[Cell]], source: Source, layout: Layout, tally: Tally, limits: Limits
) -> Iterator[tuple[int, list[Cell]]]:
    """Yield number and cells of the rows that are records; count the rest into the tally."""
    header = _header_cells(head, layout)
    waiting: deque[tuple[int, list[Cell]]] = deque()
    for number, row in _filled_rows(head, source, layout, tally):
        _check_extent(number, len(row), limits)
        if row == header:
            tally.repeated.append(number)
        elif is_total(row):
            tally.totals.append(number)
        else:
            waiting.append((number, row))
            if len(waiting) > _FOOT_ROWS:
                yield waiting.popleft()
    _drop_remarks(waiting, tally)
    yield from waiting


def _check_extent(number: int, width: int, limits: Limits) -> None:
    if number > limits.rows:
        raise ReadError(
            "too_large", f"The file has more than {limits.rows} rows: split it.", limit=limits.rows
        )
    if width > limits.columns:
        raise ReadError(
            "too_large",
            f"The table has {width} columns, more than the {limits.columns} allowed: "
            "delete the columns that are not needed.",
            columns=width,
            limit=limits.columns,
        )


def _header_cells(head: list[list[Cell]], layout: Layout) -> list[Cell]:
    if not layout.header_rows:
        return []
    cells = list(head[layout.header_rows[-1]])
    while cells and not is_filled(cells[-1]):
        cells.pop()
    return cells


def _drop_remarks(waiting: deque[tuple[int, list[Cell]]], tally: Tally) -> None:
    while waiting and is_foot_remark(waiting[-1][1], max(tally.width, len(waiting[-1][1]))):
        tally.remarks.append(waiting.pop()[0])


def _filled_rows(
    head: list[list[Cell]], source: Source, layout: Layout, tally: Tally
) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the 1-based number and the cells of every row that is not blank, merged cells filled down."""
    merged = _MergedCells([region for region in source.merges if region[0] >= layout.first_row])
    index = layout.first_row
    for row in _chain(head[layout.first_row :], source.rows):
        if merged.is_pending:
            tally.filled_by_merge += merged.fill(index, row)
        while row and (row[-1] is None or (isinstance(row[-1], str) and not row[-1].strip())):
            row.pop()
        index += 1
        if row:
            tally.width = max(tally.width, len(row))
            yield index, row


def _chain(head: list[list[Cell]], rest: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    yield from head
    yield from rest


class _MergedCells:
    """Copies the value of a region merged over several rows into its first column, row by row."""

    def __init__(self, regions: list[Region]) -> None:
        self._coming = deque(sorted(region for region in regions if region[2] > region[0]))
        self._open: list[tuple[Region, Cell]] = []

    @property
    def is_pending(self) -> bool:
        """Tell whether any region is still to come or not yet at its end."""
        return bool(self._coming or self._open)

    def fill(self, index: int, row: list[Cell]) -> int:
        """Fill the row at `index`; return how many cells were filled."""
        self._open = [(region, value) for region, value in self._open if region[2] >= index]
        filled = 0
        for region, value in self._open:
            column = region[1]
            row.extend([None] * (column + 1 - len(row)))
            if row[column] is None and value is not None:
                row[column] = value
                filled += 1
        while self._coming and self._coming[0][0] <= index:
            region = self._coming.popleft()
            if region[0] == index:
                self._open.append((region, row[region[1]] if region[1] < len(row) else None))
        return filled


def _write(out: TextIO, rows: Iterator[tuple[int, list[Cell]]], tally: Tally) -> None:
    while batch := list(islice(rows, _BATCH_ROWS)):
        line = _dump(batch)
        if _NEEDS_CLEANING.search(line):
            batch = [(number, [_clean(value, tally) for value in row]) for number, row in batch]
            line = _dump(batch)
        out.write(line)
        out.write("\n")
        tally.rows += len(batch)


def _dump(batch: list[tuple[int, list[Cell]]]) -> str:
    return json.dumps(batch, ensure_ascii=False, default=encode_cell, separators=(",", ":"))


def _clean(value: Cell, tally: Tally) -> Cell:
    if not isinstance(value, str):
        return value
    if "\x00" in value:
        tally.nul_cells += 1
        value = value.replace("\x00", "")
    if value in _ERROR_TEXTS:
        tally.error_cells += 1
        return None
    return value or None


def _layout_notes(head: list[list[Cell]], layout: Layout) -> list[Note]:
    notes = []
    if layout.titles:
        titles = [
            " ".join(clean_name(value) for value in head[index] if is_filled(value))
            for index in layout.titles
        ]
        text = " / ".join(title[:80] for title in titles[:_LISTED])
        notes.append(
            Note(
                "titles_skipped",
                f"Rows above the table were left out: {text}",
                {"count": len(titles), "text": text},
            )
        )
    if not layout.header_rows:
        notes.append(Note("no_header", "The table has no header: columns are called by their letters."))
    if len(layout.header_rows) > 1:
        notes.append(Note("header_joined", "The header has two rows; they were joined."))
    return notes


def _tally_notes(tally: Tally) -> list[Note]:
    notes = []
    for code, numbers, what in (
        ("totals_skipped", tally.totals, "that add up others"),
        ("remarks_skipped", sorted(tally.remarks), "with a remark under the table"),
        ("headers_repeated", tally.repeated, "that repeat the header"),
    ):
        if numbers:
            listed = ", ".join(map(str, numbers[:_LISTED])) + (" …" if len(numbers) > _LISTED else "")
            notes.append(
                Note(code, f"Rows {what} were left out: {listed}.", {"count": len(numbers), "rows": listed})
            )
    for code, count, message in (
        (
            "merged_filled",
            tally.filled_by_merge,
            "{count} cells were filled from the merged cell they belong to.",
        ),
        ("nul_stripped", tally.nul_cells, "{count} cells held NUL characters, which were taken out."),
        (
            "error_cells",
            tally.error_cells,
            "{count} cells hold an error such as #N/A and were read as empty.",
        ),
    ):
        if count:
            notes.append(Note(code, message.format(count=count), {"count": count}))
    return notes
