"""xlsx, xls and ods through calamine; runs in the child process, after the scan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from guanxi.imports.calc.layout import data_likeness
from guanxi.imports.reading.format import password_protected
from guanxi.imports.reading.source import Region, Source
from guanxi.imports.reading.spans import read_spans
from guanxi.imports.reading.table import Cell, Limits, Note, ReadError, Sheet

_SAMPLE_ROWS = 40
_LARGEST_EXACT = 1e15


def open_workbook(path: Path, kind: str, sheet: str | None, limits: Limits) -> Source:
    """Open a workbook and choose its sheet.

    `kind` is xlsx, xls or ods. Raises ReadError: password_protected, damaged, sheet_not_found, empty_file,
    too_large.
    """
    try:
        workbook = CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise password_protected() from error
    except (CalamineError, OSError, ValueError) as error:
        raise _refusal(error) from error
    sheets, opened = _choose(workbook, sheet)
    index = next(number for number, each in enumerate(sheets) if each.name == opened.name)
    _check_extent(opened, limits)
    return Source(
        format=kind,
        rows=_rows(opened),
        merges=read_spans(path, opened.name) if kind == "ods" else _merges(opened),
        sheet=opened.name,
        sheets=tuple(sheets),
        notes=_sheet_notes(sheets, index),
    )


def _refusal(error: Exception) -> ReadError:
    """Return the refusal for what calamine says; it counts the cells of an ods before it makes them."""
    if "limit exceeded" in str(error):
        return ReadError(
            "cell_out_of_range",
            "The sheet repeats its cells far outside the table: delete the rows and columns after the table "
            "and save again.",
        )
    return ReadError(
        "damaged", "The file is damaged and cannot be opened: open it in its own program and save it again."
    )


def _open_sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, ValueError) as error:
        raise _refusal(error) from error


def _choose(workbook: CalamineWorkbook, wanted: str | None) -> tuple[list[Sheet], CalamineSheet]:
    known = [
        Sheet(meta.name, meta.visible != SheetVisibleEnum.Visible, None)
        for meta in workbook.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet
    ]
    candidates = [sheet.name for sheet in known if not sheet.hidden]
    if wanted is not None:
        candidates = [_check_name(known, wanted)]
    if not candidates:
        raise ReadError(
            "empty_file", "The workbook has no visible sheet: name the hidden sheet that is to be read."
        )
    best = _open_sheet(workbook, candidates[0])
    heights = {best.name: _height(best)}
    best_score = _sheet_score(best)
    for name in candidates[1:]:
        opened = _open_sheet(workbook, name)
        heights[name] = _height(opened)
        if (score := _sheet_score(opened)) > best_score:
            best, best_score = opened, score
    return [Sheet(each.name, each.hidden, heights.get(each.name)) for each in known], best


def _check_name(known: list[Sheet], wanted: str) -> str:
    if wanted in {sheet.name for sheet in known}:
        return wanted
    names = ", ".join(sheet.name for sheet in known)
    raise ReadError(
        "sheet_not_found", f"There is no sheet “{wanted}”: choose one of {names}.", sheet=wanted, sheets=names
    )


def _height(sheet: CalamineSheet) -> int:
    """Return the number of rows down to the last filled one."""
    return sheet.end[0] + 1 if sheet.end else 0


def _sheet_score(sheet: CalamineSheet) -> float:
    sample = [row for row, _number in zip(_rows(sheet), range(_SAMPLE_ROWS), strict=False)]
    return data_likeness(sample, _height(sheet))


def _check_extent(sheet: CalamineSheet, limits: Limits) -> None:
    if sheet.height == 0 or sheet.width == 0:
        raise ReadError("empty_file", "The sheet is empty: choose a spreadsheet that has rows.")
    width = sheet.end[1] + 1 if sheet.end else 0
    if width > limits.columns:
        raise ReadError(
            "too_large",
            f"The sheet has {width} columns, more than the {limits.columns} allowed: "
            "delete the columns that are not needed.",
            columns=width,
            limit=limits.columns,
        )


def _rows(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    start = sheet.start
    lead: list[Cell] = [None] * start[1] if start else []
    for row in sheet.iter_rows():
        cells = [
            (cell or None)
            if type(cell) is str
            else int(cell)
            if type(cell) is float and cell.is_integer() and abs(cell) < _LARGEST_EXACT
            else cell
            if type(cell) is float
            else _plain(cell)
            for cell in row
        ]
        yield lead + cells if lead else cells


def _plain(cell: Any) -> Cell:
    """Return a cell of a rarer kind as one of ours: times and durations become text."""
    if cell is None or isinstance(cell, bool | int | float | str | datetime | date):
        return cell
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _merges(sheet: CalamineSheet) -> list[Region]:
    regions = sheet.merged_cell_ranges or []
    return [(first[0], first[1], last[0], last[1]) for first, last in regions]


def _sheet_notes(sheets: list[Sheet], chosen: int) -> list[Note]:
    notes = []
    hidden = [each.name for number, each in enumerate(sheets) if each.hidden and number != chosen]
    others = [each.name for number, each in enumerate(sheets) if not each.hidden and number != chosen]
    if hidden:
        names = ", ".join(hidden)
        notes.append(Note("hidden_sheets", f"Hidden sheets were not read: {names}.", {"sheets": names}))
    if others:
        names = ", ".join(others)
        notes.append(
            Note(
                "other_sheets",
                f"The sheet “{sheets[chosen].name}” was read; there are others: {names}.",
                {"sheet": sheets[chosen].name, "sheets": names},
            )
        )
    return notes
