"""The column of grams: what differs between the databases stands here, and nowhere else.

SQLite keeps them in an FTS5 table without content: compact posting lists, and nothing can be taken out, so an entry
that is written anew gets a new number and what the old one left behind leads nowhere. PostgreSQL keeps them as an
array of numbers (a gram's CRC-32) under a GIN index. Both give candidates: what is found is compared with the text.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler

TABLE = "search_grams"

Words = tuple[tuple[tuple[str, ...], ...], ...]
"""For every word its alternatives, for every alternative the grams it needs."""

_TABLES = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(grams, content='', detail='none', columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        f"CREATE TABLE {TABLE} (rowid bigint NOT NULL, grams int[] NOT NULL)",
        f"CREATE INDEX {TABLE}_entry ON {TABLE} (rowid)",
        f"CREATE INDEX {TABLE}_gin ON {TABLE} USING gin (grams) WITH (fastupdate = off)",
    ),
}


def create_table(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table of grams: a virtual one on SQLite, which no model describes."""
    for statement in _TABLES[editor.connection.vendor]:
        editor.execute(statement)


def drop_table(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the table of grams."""
    editor.execute(f"DROP TABLE {TABLE}")


def keeps_what_left(vendor: str) -> bool:
    """Whether grams cannot be taken out of the index of this database."""
    return vendor == "sqlite"


def type_code(record_type: str) -> str:
    """Three letters that every gram of a record type begins with, so that types do not share posting lists."""
    number, code = zlib.crc32(record_type.encode()) % 36**3, ""
    for _ in range(3):
        number, rest = divmod(number, 36)
        code += "0123456789abcdefghijklmnopqrstuvwxyz"[rest]
    return code


class GramsField(Field[Iterable[str], Iterable[str]]):
    """A set of grams, as each database keeps it."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - the table is made by hand
        """Never used to make a column."""
        return "grams"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002
        """A text of grams, or their numbers."""
        grams = sorted(value)
        return " ".join(grams) if connection.vendor == "sqlite" else [_number(gram) for gram in grams]


@GramsField.register_lookup
class Meets(Lookup[Any]):
    """Whether a set of grams has, for every word, all that one of its alternatives needs; takes `Words`."""

    lookup_name = "meets"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # noqa: ARG002
        """As a query of FTS5 on the table, whose name is its hidden column; grams hold no quotation marks."""
        alias = compiler.quote_name_unless_alias(self.lhs.alias)
        words: Words = self.rhs
        asked = " AND ".join(f"({' OR '.join(map(_all_of, word))})" for word in words)
        return f'{alias}."{TABLE}" MATCH %s', [asked]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """As containments of arrays, which the GIN index answers."""
        left, parameters = self.process_lhs(compiler, connection)
        words: Words = self.rhs
        found: list[Any] = []
        parts = []
        for word in words:
            parts.append("(" + " OR ".join(f"{left} @> %s::int[]" for _ in word) + ")")
            for grams in word:
                found += [*parameters, [_number(gram) for gram in grams]]
        return " AND ".join(parts), found


def _all_of(grams: tuple[str, ...]) -> str:
    return "(" + " AND ".join(f'"{gram}"' for gram in grams) + ")"


def _number(gram: str) -> int:
    return zlib.crc32(gram.encode()) - 2**31
