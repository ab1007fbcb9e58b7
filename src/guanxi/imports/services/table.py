"""An import's file as rows to read, with people's corrections in place.

The rows of a long file are kept beside it from the first reading until they are written: what comes between (looking
for faults, the import, going on after a stop) does not open the file again.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guanxi.imports.calc.own_fields import OwnField
from guanxi.imports.calc.rows import Reading, RowReader
from guanxi.imports.calc.rules import rules_from_json
from guanxi.imports.models import Import
from guanxi.imports.own_fields import OPTION
from guanxi.imports.reading import Row, Table, TableHead, read_table

KEPT_ROWS = 10_000
"""Shorter files are read again sooner than their rows are worth a place on the disk."""


@contextmanager
def opened(source: Import) -> Iterator[Table]:
    """Give the import's table as it was read first, else read it again. Raises ReadError."""
    kept = _kept(source)
    if kept.exists():
        yield Table(TableHead.from_dict(source.head), kept)
        return
    with read_anew(source) as table:
        yield table


@contextmanager
def read_anew(source: Import) -> Iterator[Table]:
    """Read the sheet the import names from its file. Raises ReadError."""
    with read_table(Path(source.file.path), sheet=source.sheet or None) as table:
        yield table


def keep_rows(source: Import, table: Table) -> None:
    """Keep the rows of a long table until `forget_rows`; `source.sheet` is its sheet."""
    if table.row_count < KEPT_ROWS:
        return
    kept = _kept(source)
    unfinished = kept.with_suffix(".part")
    shutil.copyfile(table.row_file, unfinished)
    unfinished.replace(kept)


def forget_rows(source: Import) -> None:
    """Remove the rows that were kept of any sheet."""
    path = Path(source.file.path)
    for kept in path.parent.glob(f"{path.stem}-*.rows"):
        kept.unlink(missing_ok=True)


def _kept(source: Import) -> Path:
    """Where the rows of the import's sheet are kept."""
    path = Path(source.file.path)
    sheet = hashlib.blake2b(source.sheet.encode(), digest_size=4).hexdigest()
    return path.with_name(f"{path.stem}-{sheet}.rows")


def corrected_rows(source: Import, table: Table, *, after: int = 0) -> Iterator[Row]:
    """Yield the rows beyond number `after`, with what people wrote over their cells."""
    return corrected(source, table.rows(), after=after)


def corrected(source: Import, rows: Iterable[Row], *, after: int = 0) -> Iterator[Row]:
    """Yield those of the rows that are beyond number `after`, with what people wrote over their cells."""
    corrections: dict[str, dict[str, Any]] = source.corrections
    after = max(after, source.head.get("data_after", 0))
    for row in rows:
        if row.number <= after:
            continue
        mended = corrections.get(str(row.number)) if corrections else None
        if mended:
            for column, text in mended.items():
                row.values[int(column)] = text
        yield row


def reading_of(source: Import) -> Reading:
    """Return how the list is to be read."""
    options = source.options
    return Reading(
        region=options.get("region") or "CN",
        currency=options.get("currency") or None,
        date_order=options.get("date_order") or None,
        rules=rules_from_json(options.get("rules", []), len(source.header)),
        constants=tuple(sorted(options.get("constants", {}).items())),
        own=tuple(OwnField.from_json(field) for field in options.get(OPTION, ())),
        target=source.record_type,
    )


def reader_of(source: Import, only: frozenset[str] | None = None) -> RowReader:
    """Return the reader of the import's rows."""
    mapping = {int(column): field for column, field in source.mapping.items()}
    return RowReader(source.header, mapping, reading_of(source), only)
