"""Other values for many rows: one prepared statement on SQLite, one join with a copied table on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from guanxi.records.storing.columns import quoted, stored_values, table_of

GIVEN = "given_values"


def update_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Mapping[int, Sequence[Any]],
    constant: Mapping[str, Any] | None = None,
) -> None:
    """Write values into rows by their number; `names` are the attributes the values stand for, `constant` alike in all.

    Call it inside a transaction, with the rows locked. Raises KeyError for an attribute the model does not have.
    """
    alike = stored_values(model, constant or {})
    if not rows or not (names or alike):
        return
    columns = quoted(model, [*names, *alike])
    (key,) = quoted(model, ["id"])
    tail = tuple(alike.values())
    if connection.vendor == "postgresql":
        _join(table_of(model), key, columns, [(number, *values, *tail) for number, values in rows.items()])
        return
    changes = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table_of(model)} SET {changes} WHERE {key} = %s",  # noqa: S608 - names from metadata
            [(*values, *tail, number) for number, values in rows.items()],
        )


def _join(table: str, key: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    listed = ", ".join([key, *columns])
    changes = ", ".join(f"{column} = {GIVEN}.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {GIVEN} ON COMMIT DROP AS SELECT {listed} FROM {table} WITH NO DATA"  # noqa: S608 - names from metadata
        )
        with cursor.copy(f"COPY {GIVEN} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM {GIVEN} WHERE {table}.{key} = {GIVEN}.{key}"  # noqa: S608 - names from metadata
        )
        cursor.execute(f"DROP TABLE {GIVEN}")
