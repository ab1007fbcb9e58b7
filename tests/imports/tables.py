"""Tables as the tests read them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from guanxi.imports.reading import Limits, Table
from guanxi.imports.reading.extraction import extract
from guanxi.imports.reading.table import TableHead
from tests.imports.files import (
    Value,
)


def read_here(path: Path, sheet: str | None = None) -> Table:
    """Read in this process what the child would read, so that the coverage of these lines is seen."""
    directory = tempfile.TemporaryDirectory()
    head = extract(path, sheet, Limits(), Path(directory.name))
    assert TableHead.from_dict(json.loads(head.to_json())) == head
    return Table(head, directory)


def values(table: Table) -> list[list[Value]]:
    return [row.values for row in table.rows()]


def codes(table: Table) -> set[str]:
    return {note.code for note in table.notes}
