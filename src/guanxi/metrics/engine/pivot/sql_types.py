"""What a column of DuckDB holds, by its type: as what it is pivoted, read and told to Ibis."""

from __future__ import annotations

from guanxi.conditions.schema import FieldType

_WHOLE = (FieldType.INTEGER, "BIGINT", "int64")
_LARGE = (FieldType.INTEGER, "DECIMAL(38, 0)", "decimal(38, 0)")
_REAL = (FieldType.NUMBER, "DOUBLE", "float64")
_TEXT = (FieldType.TEXT, "VARCHAR", "string")
_OF_SQL_TYPES = (
    *(
        (name, _WHOLE)
        for name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
    ),
    *((name, _LARGE) for name in ("UBIGINT", "HUGEINT", "UHUGEINT")),
    *((name, _REAL) for name in ("DOUBLE", "FLOAT")),
    ("TIMESTAMP", (FieldType.DATETIME, "TIMESTAMP", "timestamp")),
    ("DATE", (FieldType.DATE, "DATE", "date")),
    ("BOOLEAN", (FieldType.BOOLEAN, "BOOLEAN", "boolean")),
    *((name, _TEXT) for name in ("VARCHAR", "UUID", "TIME", "ENUM")),
)
"""By how the type begins: the kind of field, the type it is read as, the type in Ibis."""


def kind_of_column(sql_type: str) -> tuple[FieldType | None, str, str]:
    """Return what a column of that type is, as what it is read, and its type in Ibis; no kind for lists and the like.

    >>> kind_of_column("DECIMAL(18,2)"), kind_of_column("INTEGER[]")
    ((<FieldType.NUMBER: 'number'>, 'DECIMAL(18,2)', 'decimal(18,2)'), (None, 'INTEGER[]', ''))
    """
    if sql_type.endswith("]"):
        return None, sql_type, ""
    if sql_type.startswith("DECIMAL"):
        return FieldType.NUMBER, sql_type, sql_type.lower()
    return next((found for begin, found in _OF_SQL_TYPES if sql_type.startswith(begin)), (None, sql_type, ""))


def type_in_ibis(sql_type: str) -> str:
    """Return the type in Ibis of a column as it stands."""
    return kind_of_column(sql_type)[2]
