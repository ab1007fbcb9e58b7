"""A table with one writer at a time."""

from __future__ import annotations

from django.db import connection, models

from guanxi.records.storing.columns import table_of


def lock_table(model: type[models.Model]) -> None:
    """Let nobody else write to a table until the transaction ends; reading goes on. Call it inside a transaction.

    On SQLite a transaction is the only writer from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table_of(model)} IN SHARE ROW EXCLUSIVE MODE")
