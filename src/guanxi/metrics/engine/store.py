"""Keeping computed metrics beside the customers: set-based, in batches short enough to let other writers in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from guanxi.metrics.calc.money import decimals_of

BATCH = 20_000


def keep_beside(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]], *, keys: int = 1
) -> int:
    """Insert or replace rows of `model` and return how many. One transaction a batch.

    The first `keys` of `names` are columns that are unique together; a row never comes twice.
    """
    meta = model._meta  # noqa: SLF001 - Django's documented model API
    columns = [str(meta.get_field(name).get_attname_column()[1]) for name in names]  # type: ignore[union-attr]
    table = meta.db_table
    write = _copy_into if connection.vendor == "postgresql" else _insert_into
    written = 0
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        with transaction.atomic():
            write(table, columns, keys, batch)
        written += len(batch)
    return written


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(column) for column in columns)


def _on_conflict(columns: Sequence[str], keys: int) -> str:
    """Names of columns come from the model, never from a person."""
    changes = ", ".join(
        f"{column} = excluded.{column}" for column in map(connection.ops.quote_name, columns[keys:])
    )
    return f"ON CONFLICT ({_quoted(columns[:keys])}) DO UPDATE SET {changes}"


def _insert_into(table: str, columns: Sequence[str], keys: int, batch: Sequence[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    name = connection.ops.quote_name(table)
    statement = f"INSERT INTO {name} ({_quoted(columns)}) VALUES ({marks}) {_on_conflict(columns, keys)}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, batch)


def _copy_into(table: str, columns: Sequence[str], keys: int, batch: Sequence[tuple[Any, ...]]) -> None:
    """PostgreSQL: COPY to a table of this connection, then one statement."""
    name, draft = connection.ops.quote_name(table), connection.ops.quote_name(f"draft_{table}")
    quoted = _quoted(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {draft} AS SELECT {quoted} FROM {name} WITH NO DATA"  # noqa: S608
        )
        with cursor.copy(f"COPY {draft} ({quoted}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO {name} ({quoted}) SELECT {quoted} FROM {draft} {_on_conflict(columns, keys)}"  # noqa: S608
        )
        cursor.execute(f"DROP TABLE {draft}")


def inform_planner() -> None:
    """Tell SQLite how many rows its tables have and how they spread: without that it sorts what an index could give.

    PostgreSQL finds out by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


def rows_of(table: Any, names: Sequence[str], money: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of an Arrow table as the database keeps them: `money` columns in major units.

    Division by a power of ten gives the float that is nearest to the decimal; PostgreSQL and SQLite keep two places.
    """
    in_major = set(money)
    for part in table.to_batches(max_chunksize=BATCH):
        columns = {name: part.column(name).to_pylist() for name in names}
        divisors = [10 ** decimals_of(currency) for currency in part.column("currency").to_pylist()]
        for name in in_major:
            columns[name] = [
                None if amount is None else amount / divisor
                for amount, divisor in zip(columns[name], divisors, strict=True)
            ]
        yield from zip(*(columns[name] for name in names), strict=True)
