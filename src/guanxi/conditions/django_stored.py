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
    TextField,
    Value,
)
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


class HasChoice(Func):
    """Whether a list under a key of a JSON column holds a text."""

    output_field = BooleanField()

    def __init__(self, column: Any, key: str, value: Any) -> None:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not the name of a field")
        self.key = key
        expressions = (F(column) if isinstance(column, str) else column, value)
        super().__init__(expressions[0], Value(value, TextField()) if isinstance(value, str) else value)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:  # noqa: ARG002
        """The list as a table."""
        column, before = compiler.compile(self.source_expressions[0])
        value, after = compiler.compile(self.source_expressions[1])
        chosen = f"JSON_EACH({column}, {_path(self.key)}) AS one"
        sql = f"EXISTS (SELECT 1 FROM {chosen} WHERE one.value = {value})"  # noqa: S608 - compiled by Django
        return sql, (*before, *after)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:  # noqa: ARG002
        """JSONB_EXISTS of a list is whether a text is in it; false, not null, where there is no list."""
        column, before = compiler.compile(self.source_expressions[0])
        value, after = compiler.compile(self.source_expressions[1])
        return f"COALESCE(JSONB_EXISTS({column} -> '{self.key}', {value}), FALSE)", (*before, *after)


def stored_value(field: Field) -> StoredValue:
    """The expression of a field whose value is stored in a JSON column."""
    return StoredValue(field.stored, field.name.rpartition(".")[2], field.type, field.part)
