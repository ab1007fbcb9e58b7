"""What metrics may speak of, taken from the facts as rooms declare them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from guanxi.conditions.schema import Field, FieldType, Schema
from guanxi.metrics.calc.definitions import Unit
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.facts import Column, Fact, currency_of
from guanxi.records.declaration import Kind

_TYPES = {
    Column.INTEGER: FieldType.INTEGER,
    Column.NUMBER: FieldType.NUMBER,
    Column.FLOAT: FieldType.NUMBER,
    Column.DATE: FieldType.DATE,
    Column.DATETIME: FieldType.DATETIME,
    Column.BOOLEAN: FieldType.BOOLEAN,
    Column.TEXT: FieldType.TEXT,
    Column.MONEY: FieldType.MONEY,
    Column.CHOICES: FieldType.CHOICES,
}
_NARROWER = {Kind.CHOICE: FieldType.CHOICE, Kind.REFERENCE: FieldType.REFERENCE}


KEPT_SHAPES = 200
"""As often as that the fields of types may change before what they were is forgotten."""


@lru_cache(maxsize=KEPT_SHAPES)
def shape_of(fact: Fact) -> FactShape:
    """Return what a metric may speak of in a fact: its columns, under the names that conditions call them."""
    fields = {name: _field(fact, name, kind) for name, kind in fact.columns.items()}
    own = {
        field.name: currency_of(fact, column)
        for column, field in fields.items()
        if field.type is FieldType.MONEY and currency_of(fact, column) != fact.currency
    }
    return FactShape(
        Schema.of(fact.name, *fields.values()),
        columns={name: kind.ibis_type for name, kind in fact.columns.items()},
        day=fact.day,
        currency=fact.currency,
        key=fact.key,
        currencies=own,
    )


def _field(fact: Fact, column: str, kind: Column) -> Field:
    declared = fact.declared.get(column)
    if declared is None:
        return Field(name=column, type=_TYPES[kind], column=column)
    return Field(
        name=declared.name,
        type=_NARROWER.get(declared.kind, _TYPES[kind]),
        column=column,
        choices=tuple(value for value, _ in (*declared.choices, *declared.former_choices)),
        sensitive=declared.sensitive,
    )


def shapes_of(facts: Iterable[Fact]) -> dict[str, FactShape]:
    """Return the shapes of facts by name: what `check` wants."""
    return {fact.name: shape_of(fact) for fact in facts}


def types_of(unit: Unit) -> str:
    """Return how Ibis calls what a unit's values are."""
    if unit.is_whole:
        return "int64"
    return {Unit.DATE: "date", Unit.TEXT: "string"}.get(unit, "float64")


def table_of(shape: FactShape) -> Any:
    """Return the Ibis table of a fact."""
    import ibis  # noqa: PLC0415 - heavy

    return ibis.table(dict(shape.columns), name=shape.name)
