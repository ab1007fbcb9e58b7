"""A connection made ready for many rows, and the planner told of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models

from guanxi.records.storing.columns import table_of

CACHE_KIB = 256_000
"""What an SQLite connection may hold of the indexes that rows go all over: those of a million customers."""
LOG_PAGES = 16_000
"""After so many pages (64 MB) SQLite's log is taken into the file; a page that many batches touch then goes once."""
_SETTINGS = {"cache_size": -CACHE_KIB, "wal_autocheckpoint": LOG_PAGES}


@contextmanager
def many_rows() -> Iterator[None]:
    """Give the connection more memory on SQLite, and the usual again afterwards. Call it outside a transaction."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in _SETTINGS}
        for name, value in _SETTINGS.items():
            cursor.execute(f"PRAGMA {name}={value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in usual.items():
                cursor.execute(f"PRAGMA {name}={value}")


def tell_planner(written: Iterable[type[models.Model]]) -> None:
    """Let PostgreSQL count tables that have grown: it reads all of one that it still believes to be small."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in written:
            cursor.execute(f"ANALYZE {table_of(model)}")
