"""Looking through all rows for faults, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from guanxi.imports.calc.own_fields import CHOICE_UNKNOWN
from guanxi.imports.calc.rows import CellFault, ReadRow
from guanxi.imports.calc.values.fault import as_plain_text
from guanxi.imports.models import Import
from guanxi.imports.reading import Table
from guanxi.imports.services.table import corrected_rows, reader_of

PREVIEW_ROWS = 50
PREVIEW_FAULTY = 500
STEP_ROWS = 5000
EXAMPLES = 3
MOST_WORDS = 100
"""So many unknown words of a column are told, each with how often it stands there."""


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


class FaultKinds:
    """Counts faults by column and code: "812 phone numbers too short" is one line, not eight hundred."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], dict[str, Any]] = {}

    def see(self, found: CellFault, cells: Sequence[Any]) -> None:
        """Take one fault into account."""
        key = (found.column, found.fault.code)
        kind = self._found.get(key)
        if kind is None:
            kind = self._found[key] = {
                "column": found.column,
                "code": found.fault.code,
                "message": found.fault.message,
                "parameters": found.fault.parameters,
                "count": 0,
                "examples": [],
            }
        kind["count"] += 1
        if found.fault.code == CHOICE_UNKNOWN:
            _count_words(kind.setdefault("words", {}), found.fault.parameters["words"])
        if len(kind["examples"]) < EXAMPLES and found.column < len(cells):
            text = as_plain_text(cells[found.column])[:60]
            if text and text not in kind["examples"]:
                kind["examples"].append(text)

    def told(self) -> list[dict[str, Any]]:
        """Return the kinds, the most frequent first."""
        return sorted(self._found.values(), key=lambda kind: (-kind["count"], kind["column"], kind["code"]))


def _count_words(words: dict[str, int], said: str | int) -> None:
    """Count the words of a choice column that nobody knows, as far as a person would go through them."""
    for word in str(said).split("\n"):
        if word in words or len(words) < MOST_WORDS:
            words[word] = words.get(word, 0) + 1


def check_rows(source: Import, table: Table, progress: Callable[[int], None] | None = None) -> None:
    """Read all rows and keep what was found in `preview` and `checked`, unsaved.

    `preview`: the first rows and those with faults; `checked`: rows, faulty rows, faults by column, and the kinds of
    faults: column, code and how often, the most frequent first, with a few of the cells.
    """
    reader = reader_of(source)
    preview: list[dict[str, Any]] = []
    faulty = total = shown_faulty = 0
    by_column: dict[str, int] = {}
    kinds = FaultKinds()
    for row in corrected_rows(source, table):
        total += 1
        read = reader.read(row.number, row.values)
        faulty += bool(read.faults)
        for found in read.faults:
            by_column[str(found.column)] = by_column.get(str(found.column), 0) + 1
            kinds.see(found, row.values)
        wanted = bool(read.faults) and shown_faulty < PREVIEW_FAULTY
        if total <= PREVIEW_ROWS or wanted:
            shown_faulty += bool(read.faults)
            preview.append({"number": row.number, "cells": list(row.values), "faults": fault_list(read)})
        if progress is not None and total % STEP_ROWS == 0:
            progress(total)
    source.preview = preview
    source.checked = {"rows": total, "faulty": faulty, "columns": by_column, "kinds": kinds.told()}
