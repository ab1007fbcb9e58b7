"""What reading a file gives: a table, its notes, or one clear refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self

ROW_FILE = "rows.jsonl"

Cell = str | int | float | bool | date | datetime | None
"""One value as the file has it: text, number, truth value, date, or nothing."""

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost. Sizes in bytes, time in seconds of wall clock and of processor."""

    file_bytes: int = 256 * MIB
    inflated_bytes: int = 2048 * MIB
    archive_entries: int = 10_000
    compression_ratio: int = 250
    memory_bytes: int = 2048 * MIB
    seconds: int = 120
    rows: int = 2_000_000
    columns: int = 1_000


class ReadError(Exception):
    """The file is refused.

    `code` is stable (empty_file, only_header, not_a_spreadsheet, password_protected, zip_bomb, too_large,
    too_slow, cell_out_of_range, damaged, unknown_encoding, sheet_not_found, unreadable); `message` is one
    English line that says what to do; `parameters` holds the figures in it, for a translated text.
    """

    def __init__(self, code: str, message: str, **parameters: str | int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about how the file was read; codes are stable, messages English."""

    code: str
    message: str
    parameters: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the workbook; `rows` is None when the sheet was not opened."""

    name: str
    hidden: bool
    rows: int | None


class Row(NamedTuple):
    """One row of data: its 1-based number in the file, and as many values as the table has columns."""

    number: int
    values: list[Cell]


@dataclass(frozen=True, slots=True)
class TableHead:
    """All that is known of a table but its rows; it travels from the child process as JSON."""

    file_name: str
    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[Sheet, ...]
    header_row: int | None
    header: tuple[str, ...]
    row_count: int
    notes: tuple[Note, ...]

    def to_json(self) -> str:
        """Return the head as one JSON document."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build the head from what `to_json` wrote; raise KeyError when something is missing."""
        return cls(
            file_name=data["file_name"],
            format=data["format"],
            encoding=data["encoding"],
            delimiter=data["delimiter"],
            sheet=data["sheet"],
            sheets=tuple(Sheet(**sheet) for sheet in data["sheets"]),
            header_row=data["header_row"],
            header=tuple(data["header"]),
            row_count=data["row_count"],
            notes=tuple(Note(**note) for note in data["notes"]),
        )


class Table:
    """A table read from a file. Its rows wait in a file that goes with the table, unless they are kept elsewhere.

    `header_row` is the 0-based index of the (last) header row in the file, None when there is none;
    `header` has one unique name for each column; for a column without a name it is its letter in brackets, as "(B)".
    Use it as a context manager, or let it go out of use: rows in a temporary `directory` are removed either way;
    those in a file of their own stay.
    """

    def __init__(self, head: TableHead, rows: TemporaryDirectory[str] | Path) -> None:
        self.head = head
        self._directory = None if isinstance(rows, Path) else rows
        self.row_file = rows if isinstance(rows, Path) else Path(rows.name, ROW_FILE)
        self.file_name = head.file_name
        self.format = head.format
        self.encoding = head.encoding
        self.delimiter = head.delimiter
        self.sheet = head.sheet
        self.sheets = head.sheets
        self.header_row = head.header_row
        self.header = list(head.header)
        self.notes = head.notes
        self.row_count = head.row_count

    def __len__(self) -> int:
        return self.row_count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the rows from the disk, if nobody keeps them."""
        if self._directory is not None:
            self._directory.cleanup()

    def rows(self) -> Iterator[Row]:
        """Yield the rows in the order of the file, a few hundred in memory at a time."""
        return rows_in(self.row_file, len(self.header))

    def sample(self, count: int) -> list[Row]:
        """Return the first `count` rows."""
        rows = self.rows()
        return [row for _index, row in zip(range(count), rows, strict=False)]


def rows_in(path: Path, width: int) -> Iterator[Row]:
    """Yield the rows of a table's file; `width` is the number of its columns."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            for number, values in json.loads(line, object_hook=_decode_cell):
                missing = width - len(values)
                if missing > 0:
                    values.extend([None] * missing)
                yield Row(number, values)


def encode_cell(value: object) -> object:
    """Make JSON of a cell that JSON does not know: {"d": date}, {"t": date and time}, else text."""
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return str(value)


def _decode_cell(value: dict[str, str]) -> date:
    if "t" in value:
        return datetime.fromisoformat(value["t"])
    return date.fromisoformat(value["d"])
