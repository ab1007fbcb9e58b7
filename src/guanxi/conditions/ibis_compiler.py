"""Conditions for Ibis: a boolean expression that is true for the rows for which the evaluator says true.

The expression is never null. Negations are pushed down to the single tests, as in the compiler for Django, and only
functions are used that both DuckDB and Spark have. Related records and earlier days become `IN (SELECT …)`, which
Spark takes in a filter only.
"""

from __future__ import annotations

import operator as compare_with
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanxi.conditions.binding import at_least, bind, ids_of_day
from guanxi.conditions.check import check
from guanxi.conditions.context import Context
from guanxi.conditions.distance import Circle
from guanxi.conditions.ibis_leaves import constant, joined, meets, within
from guanxi.conditions.schema import PROGRAM_LIMITS, Schema
from guanxi.conditions.tree import (
    And,
    Condition,
    Counted,
    Dated,
    Everything,
    IsEmpty,
    Leaf,
    Matches,
    Near,
    Not,
    Nothing,
    Or,
    simplify,
)


@dataclass(frozen=True, slots=True)
class RelatedTable:
    """The living records of a relation: an Ibis table, and the name of its column with the id of what they hang from.

    `columns`, `key` and `relations` are the table's own, as `to_ibis` takes them.
    """

    table: Any
    parent: str
    columns: Mapping[str, Any]
    key: Any = None
    relations: Mapping[str, RelatedTable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reader:
    schema: Schema
    context: Context
    columns: Mapping[str, Any]
    key: Any
    relations: Mapping[str, RelatedTable]


def to_ibis(
    condition: Condition,
    schema: Schema,
    context: Context,
    columns: Mapping[str, Any],
    *,
    key: Any = None,
    relations: Mapping[str, RelatedTable] | None = None,
) -> Any:
    """The condition as an Ibis boolean; it is checked first, so ConditionError may be raised.

    `columns` gives the Ibis value of each field that the condition speaks of: string, int64, decimal, float64,
    boolean, date, or timestamp (with the zone UTC, or without one and in UTC); money in major units; a text that is
    matched by its initials has them under `Field.initials`. `key` is the records' own id, needed for related records
    and earlier days; `relations` are the related records by the relation's name. Relative dates are those of
    `context` at this moment. Raises KeyError for a field or relation that is not given.
    """
    bound = bind(check(condition, schema, PROGRAM_LIMITS), schema, context)
    return _compile(simplify(bound), _Reader(schema, context, columns, key, relations or {}), negated=False)


def _compile(condition: Condition, reader: _Reader, *, negated: bool) -> Any:
    match condition:
        case Everything() | Nothing():
            return constant(value=isinstance(condition, Everything) is not negated)
        case Not(part):
            return _compile(part, reader, negated=not negated)
        case And(parts) | Or(parts):
            conjunction = isinstance(condition, And) is not negated
            compiled = [_compile(part, reader, negated=negated) for part in parts]
            return joined(compare_with.and_ if conjunction else compare_with.or_, compiled)
        case _:
            return _test_of(condition, reader, negated=negated)


def _test_of(condition: Condition, reader: _Reader, *, negated: bool) -> Any:
    match condition:
        case Counted():
            return _counted(condition, reader, negated=negated)
        case Dated():
            return _dated(condition, reader, negated=negated)
        case Near():
            return _near(condition, reader, negated=negated)
        case _ if isinstance(condition, Leaf):
            return _leaf(condition, reader, negated=negated)
        case _:
            raise TypeError(f"{type(condition).__name__} is not bound")


def _leaf(leaf: Leaf, reader: _Reader, *, negated: bool) -> Any:
    found = reader.schema.fields[leaf.field]
    column = reader.columns[found.initials if isinstance(leaf, Matches) else leaf.field]
    return meets(leaf, found.type, column, reader.context, negated=negated)


def _counted(counted: Counted, reader: _Reader, *, negated: bool) -> Any:
    """Whether the id is among those that have at least, or exactly, so many related records."""
    open_ended, number, complement = at_least(counted)
    negated = negated is not complement
    if open_ended and number == 0:
        return constant(value=not negated)
    if number == 0:
        open_ended, number, negated = True, 1, not negated
    rows = _related(counted, reader)
    parent = reader.relations[counted.relation].parent
    if number > 1 or not open_ended:
        held = rows.group_by(parent).aggregate(held=rows.count())
        rows = held.filter(held.held >= number if open_ended else held.held == number)
    found = reader.key.isin(rows[parent])
    return ~found if negated else found


def _related(counted: Counted, reader: _Reader) -> Any:
    """The related records that meet the nested condition and hang from something: a null among ids spoils `IN`."""
    rows = reader.relations[counted.relation]
    schema = reader.schema.relations[counted.relation].schema()
    inner = _Reader(schema, reader.context, rows.columns, rows.key, rows.relations)
    where = _compile(simplify(counted.where), inner, negated=False)
    return rows.table.filter(where, rows.table[rows.parent].notnull())


def _dated(dated: Dated, reader: _Reader, *, negated: bool) -> Any:
    """Whether the id is one of very many, which travel as one text."""
    import ibis  # noqa: PLC0415 - heavy

    ids = ids_of_day(dated, reader.schema, reader.context)
    negated = negated is not isinstance(dated.test, IsEmpty)
    if not ids:
        return constant(value=negated)
    listed = ibis.literal(",".join(map(str, ids))).split(",").unnest().cast("int64").name("id").as_table()
    found = reader.key.isin(listed.id)
    return ~found if negated else found


def _near(near: Near, reader: _Reader, *, negated: bool) -> Any:
    latitude, longitude = (reader.columns[name] for name in reader.schema.coordinates or ())
    circle = Circle(float(near.latitude), float(near.longitude), float(near.metres))
    inside = within(circle, latitude.cast("float64"), longitude.cast("float64"))
    if negated:
        return latitude.isnull() | longitude.isnull() | ~inside
    return latitude.notnull() & longitude.notnull() & inside
