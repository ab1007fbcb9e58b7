"""Looking through all rows for faults, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guanxi.imports.calc.rows import ReadRow
from guanxi.imports.models import Import
from guanxi.imports.reading import Table
from guanxi.imports.services.table import corrected_rows, reader_of

PREVIEW_ROWS = 50
PREVIEW_FAULTY = 500
STEP_ROWS = 5000


def fault_list(read: ReadRow) -> list[dict[str, Any]]:
    """Return the faults of a row as JSON."""
    return [
        {
            "column": found.column,
            "code": found.fault.code,
            "message": found.fault.message,
            "parameters": found.fault.parameters,
        }
        for found in read.faults
    ]


def check_rows(source: Import, table: Table, progress: Callable[[int], None] | None = None) -> None:
    """Read all rows and keep what was found in `preview` and `checked`, unsaved.

    `preview`: the first rows and those with faults; `checked`: rows, faulty rows, faults by column.
    """
    reader = reader_of(source)
    preview: list[dict[str, Any]] = []
    faulty = total = shown_faulty = 0
    by_column: dict[str, int] = {}
    for row in corrected_rows(source, table):
        total += 1
        read = reader.read(row.number, row.values)
        faulty += bool(read.faults)
        for found in read.faults:
            by_column[str(found.column)] = by_column.get(str(found.column), 0) + 1
        wanted = bool(read.faults) and shown_faulty < PREVIEW_FAULTY
        if total <= PREVIEW_ROWS or wanted:
            shown_faulty += bool(read.faults)
            preview.append({"number": row.number, "cells": list(row.values), "faults": fault_list(read)})
        if progress is not None and total % STEP_ROWS == 0:
            progress(total)
    source.preview = preview
    source.checked = {"rows": total, "faulty": faulty, "columns": by_column}
