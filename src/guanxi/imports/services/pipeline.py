"""Batches of prepared rows, small ones first so that progress shows at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from guanxi.imports.models import Import
from guanxi.imports.reading import Row, Table
from guanxi.imports.services.preparing import PreparedRow, Preparer
from guanxi.imports.services.table import corrected_rows

GROWTH = 10
"""So many times the first batch is the largest."""


def prepared_batches(source: Import, table: Table, *, after: int, first: int) -> Iterator[list[PreparedRow]]:
    """Yield the rows beyond number `after` in batches: `first` rows, then twice as many, up to ten times."""
    preparer = Preparer(source)
    for batch in row_batches(corrected_rows(source, table, after=after), first):
        yield preparer.prepare(batch)


def row_batches(rows: Iterator[Row], first: int) -> Iterator[list[Row]]:
    """Yield rows in batches that double up to `GROWTH` times the first."""
    size = first
    while batch := list(itertools.islice(rows, size)):
        yield batch
        size = min(2 * size, GROWTH * first)
