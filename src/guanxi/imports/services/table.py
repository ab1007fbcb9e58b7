"""An import's file as rows to read, with people's corrections in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guanxi.imports.calc.own_fields import OwnField
from guanxi.imports.calc.rows import Reading, RowReader
from guanxi.imports.calc.rules import rules_from_json
from guanxi.imports.models import Import
from guanxi.imports.own_fields import OPTION
from guanxi.imports.reading import Row, Table, read_table


@contextmanager
def opened(source: Import) -> Iterator[Table]:
    """Read the import's file. Raises ReadError."""
    with read_table(Path(source.file.path), sheet=source.sheet or None) as table:
        yield table


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
    )


def reader_of(source: Import, only: frozenset[str] | None = None) -> RowReader:
    """Return the reader of the import's rows."""
    mapping = {int(column): field for column, field in source.mapping.items()}
    return RowReader(source.header, mapping, reading_of(source), only)
