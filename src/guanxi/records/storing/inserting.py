"""New rows: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from guanxi.records.storing.columns import constant_values, quoted, table_of


def insert_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    constant: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows; `names` are the attributes their values stand for (`customer_id`), `constant` is alike in all.

    Columns that neither names take their default. Call it inside a transaction. Raises KeyError for an attribute the
    model does not have, IntegrityError as any insert.
    """
    if not rows:
        return
    alike = constant_values(model, names, constant or {})
    columns = ", ".join(quoted(model, [*names, *alike]))
    tail = tuple(alike.values())
    if connection.vendor == "postgresql":
        _copy(f"COPY {table_of(model)} ({columns}) FROM STDIN", rows, tail)
        return
    marks = ", ".join(["%s"] * (len(names) + len(tail)))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table_of(model)} ({columns}) VALUES ({marks})",  # noqa: S608 - names from metadata
            [(*row, *tail) for row in rows],
        )


def _copy(statement: str, rows: Sequence[Sequence[Any]], tail: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *tail))


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Return numbers for new rows, ascending, that nobody else gets. Call it inside the transaction that inserts."""
    if not count:
        return ()
    table, key = model._meta.db_table, model._meta.pk  # noqa: SLF001 - Django's documented model API
    assert key is not None  # noqa: S101 - every model has one
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), key.column, count],
            )
            return [number for (number,) in cursor.fetchall()]
        # The transaction holds the write lock, and inserting a higher number moves the sequence on.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return range(first, first + count)
