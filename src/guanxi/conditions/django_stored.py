"""Values inside a JSON column as typed expressions, which both databases compare, sort and index as they do columns.

The expression for a field is always written the same, its key as a literal: only then does a planner know it again
in an index. Keys are names of a schema, made of letters, digits and _ (`schema.Schema`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Func,
    JSONField,
    TextField,
)
from django.db.models.expressions import Col
from django.db.models.fields import Field as ModelField
from django.db.models.sql.compiler import SQLCompiler

from guanxi.conditions.schema import Field, FieldType

_KEY = re.compile(r"\w+")

_OUTPUTS: Mapping[FieldType, type[ModelField[Any, Any]]] = {
    FieldType.TEXT: TextField,
    FieldType.CHOICE: TextField,
    FieldType.CHOICES: TextField,
    FieldType.INTEGER: BigIntegerField,
    FieldType.REFERENCE: BigIntegerField,
    FieldType.NUMBER: DecimalField,
    FieldType.MONEY: DecimalField,
    FieldType.BOOLEAN: BooleanField,
    FieldType.DATE: DateField,
    FieldType.DATETIME: DateTimeField,
}

_AS_NUMERIC = "CAST({value} AS NUMERIC)"
_ON_SQLITE: Mapping[FieldType, str] = {
    FieldType.INTEGER: "CAST({value} AS INTEGER)",
    FieldType.REFERENCE: "CAST({value} AS INTEGER)",
    FieldType.NUMBER: _AS_NUMERIC,
    FieldType.MONEY: _AS_NUMERIC,
    FieldType.DATETIME: "REPLACE(SUBSTR({value}, 1, 19), 'T', ' ')",
}
_DAY = "MAKE_DATE(LEFT({value}, 4)::integer, SUBSTR({value}, 6, 2)::integer, SUBSTR({value}, 9, 2)::integer)"
_MOMENT = (
    "(MAKE_TIMESTAMP(LEFT({value}, 4)::integer, SUBSTR({value}, 6, 2)::integer, SUBSTR({value}, 9, 2)::integer,"
    " SUBSTR({value}, 12, 2)::integer, SUBSTR({value}, 15, 2)::integer, SUBSTR({value}, 18, 2)::double precision)"
    " AT TIME ZONE 'UTC')"
)
_ON_POSTGRESQL: Mapping[FieldType, str] = {
    FieldType.INTEGER: "({value})::bigint",
    FieldType.REFERENCE: "({value})::bigint",
    FieldType.NUMBER: "({value})::numeric",
    FieldType.MONEY: "({value})::numeric",
    FieldType.BOOLEAN: "({value})::boolean",
    FieldType.DATE: _DAY,
    FieldType.DATETIME: _MOMENT,
}
"""Functions that depend on no setting of the session: a cast to a date or a time does, and cannot be indexed."""


def _path(key: str, part: str = "") -> str:
    """Where SQLite finds the key: written as Django writes JSON, for older versions compare keys sign by sign."""
    return f"'$.{json.dumps(key)}.{part}'" if part else f"'$.{json.dumps(key)}'"


class StoredValue(Func):
    """The value under a key of a JSON column, of the type its field has; null where there is none."""

    arity = 1

    def __init__(self, column: Any, key: str, kind: FieldType, part: str = "") -> None:
        if not _KEY.fullmatch(key) or (part and not _KEY.fullmatch(part)):
            raise ValueError(f"{key!r} is not the name of a field")
        self.key, self.kind, self.part = key, kind, part
        super().__init__(F(column) if isinstance(column, str) else column, output_field=_output(kind))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:  # noqa: ARG002
        """JSON_EXTRACT gives the value in SQLite's own type."""
        column, parameters = compiler.compile(self.source_expressions[0])
        value = f"JSON_EXTRACT({column}, {_path(self.key, self.part)})"
        return _ON_SQLITE.get(self.kind, "{value}").format(value=value), parameters

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:  # noqa: ARG002
        """The text under the key, cast."""
        column, parameters = compiler.compile(self.source_expressions[0])
        template = _ON_POSTGRESQL.get(self.kind, "{value}")
        inner = (
            f"({column} -> '{self.key}' ->> '{self.part}')" if self.part else f"({column} ->> '{self.key}')"
        )
        return template.format(value=inner), parameters * template.count("{value}")


def _output(kind: FieldType) -> ModelField[Any, Any]:
    output = _OUTPUTS[kind]
    return output(max_digits=32, decimal_places=16) if output is DecimalField else output()


class StoredList(Func):
    """The list under a key of a JSON column, as PostgreSQL indexes what is in it (GIN)."""

    output_field = JSONField()

    def __init__(self, column: Any, key: str) -> None:
        self.key = _checked_key(key)
        super().__init__(F(column) if isinstance(column, str) else column)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:  # noqa: ARG002
        """The list; null where there is none."""
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"({column} -> '{self.key}')", parameters


class HasChoice(Func):
    """Whether a list under a key of a JSON column holds a text; null or false where there is no list.

    `indexed` says that an index was asked for: then SQLite looks through the lists in the index before the rows.
    """

    output_field = BooleanField()

    def __init__(self, column: Any, key: str, value: str, *, indexed: bool = False) -> None:
        self.key, self.value, self.indexed = _checked_key(key), value, indexed
        super().__init__(F(column) if isinstance(column, str) else column)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:
        """The list as a table; where there is an index, by the lists' text, which is what the index keeps."""
        source = self.source_expressions[0]
        if self.indexed and isinstance(source, Col):
            return self._through_index(source, connection)
        column, parameters = compiler.compile(source)
        chosen = f"JSON_EACH({column}, {_path(self.key)}) AS one"
        sql = f"EXISTS (SELECT 1 FROM {chosen} WHERE one.value = %s)"  # noqa: S608 - compiled by Django
        return sql, (*parameters, self.value)

    def _through_index(self, source: Col, connection: BaseDatabaseWrapper) -> Any:
        """The ids of the rows whose list's text has the choice in quotes, escaped as Django writes it or as it is."""
        meta, quote = source.target.model._meta, connection.ops.quote_name  # noqa: SLF001 - Django's documented model API
        key = quote(str(meta.pk.column))
        found = f"JSON_EXTRACT(one.{quote(str(source.target.column))}, {_path(self.key)})"
        written = dict.fromkeys((json.dumps(self.value), json.dumps(self.value, ensure_ascii=False)))
        tests = " OR ".join(f"INSTR({found}, %s) > 0" for _text in written)
        rows = f"SELECT one.{key} FROM {quote(meta.db_table)} AS one WHERE {found} IS NOT NULL AND ({tests})"  # noqa: S608 - names of models
        return f"{quote(str(source.alias))}.{key} IN ({rows})", tuple(written)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:  # noqa: ARG002
        """Containment, which an index of what is in lists serves (`StoredList`)."""
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"({column} -> '{self.key}') @> %s::jsonb", (*parameters, json.dumps([self.value]))


def _checked_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not the name of a field")
    return key


def stored_value(field: Field) -> StoredValue:
    """The expression of a field whose value is stored in a JSON column."""
    return StoredValue(field.stored, field.name.rpartition(".")[2], field.type, field.part)
