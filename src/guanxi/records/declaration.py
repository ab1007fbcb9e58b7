"""The one declaration from which a record type gets everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import FilteredRelation, Q
from django.utils.functional import Promise

from guanxi.access.calc import Sharing
from guanxi.conditions.schema import Field, FieldType, Schema
from guanxi.records.computed import computing_in
from guanxi.records.models import Record
from guanxi.records.reach import with_reach
from guanxi.records.run_time import run_time_fields

Text = str | Promise


class Kind(StrEnum):
    """What a field holds; it decides widget, alignment, API type and how it is compared."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    CHOICES = "choices"  # several of them
    REFERENCE = "reference"
    FILE = "file"

    @property
    def condition_type(self) -> FieldType:
        """How conditions treat the kind."""
        return _CONDITION_TYPES[self]

    @property
    def is_numeric(self) -> bool:
        """Whether the kind is right-aligned and can be summed."""
        return self in (Kind.INTEGER, Kind.NUMBER, Kind.MONEY)


_CONDITION_TYPES = {
    Kind.TEXT: FieldType.TEXT,
    Kind.LONG_TEXT: FieldType.TEXT,
    Kind.PHONE: FieldType.TEXT,
    Kind.EMAIL: FieldType.TEXT,
    Kind.URL: FieldType.TEXT,
    Kind.INTEGER: FieldType.INTEGER,
    Kind.NUMBER: FieldType.NUMBER,
    Kind.MONEY: FieldType.MONEY,
    Kind.BOOLEAN: FieldType.BOOLEAN,
    Kind.DATE: FieldType.DATE,
    Kind.DATETIME: FieldType.DATETIME,
    Kind.CHOICE: FieldType.CHOICE,
    Kind.CHOICES: FieldType.CHOICES,
    Kind.REFERENCE: FieldType.REFERENCE,
    Kind.FILE: FieldType.TEXT,
}


@dataclass(frozen=True, slots=True)
class Join:
    """How a value that stands beside the record (a metric, a tier) is reached: `alias` names one row of `relation`."""

    alias: str
    relation: str
    only: tuple[tuple[str, str], ...] = ()

    def filtered(self) -> FilteredRelation:
        """The relation as the ORM joins it."""
        only = Q(**{f"{self.relation}__{name}": value for name, value in self.only})
        return FilteredRelation(self.relation, condition=only)


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """A field of a record type, as every face of the program knows it.

    `currency` names the field that says in which money an amount is; `target` the record type a reference points to
    (`user` and `team` are known too); `column` the ORM path, by default the name; `join` how the path is reached
    when the value stands beside the record; `initials` the column that keeps the initials of a text.
    `stored` names the JSON column that keeps the value under the field's name; such a field is empty (None) where it
    holds nothing, is `default` in a new record, and of a choice `former_choices` are still shown but not given.
    `colours` are those of choices that have one.
    `formula` is the text of what computes it (see `formulas`); `indexed` whether an index was asked for.
    """

    name: str
    label: Text
    kind: Kind
    column: str
    required: bool = False
    nullable: bool = True
    editable: bool = True
    sensitive: bool = False
    listed: bool = False
    sortable: bool = True
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    target: str = ""
    currency: str = ""
    help: Text = ""
    join: Join | None = None
    initials: str = ""
    stored: str = ""
    default: Any = None
    former_choices: tuple[tuple[str, Text], ...] = ()
    colours: tuple[tuple[str, str], ...] = ()
    formula: str = ""
    indexed: bool = False

    @property
    def attribute(self) -> str:
        """The plain column: a reference's is its id. A value inside a JSON column is `column.name`."""
        if self.stored:
            return f"{self.stored}.{self.name}"
        return f"{self.column}_id" if self.kind is Kind.REFERENCE else self.column

    @property
    def is_tier(self) -> bool:
        """Whether it is a class in an ordered scheme: its place among the choices is its rank."""
        return self.join is not None and self.kind is Kind.CHOICE

    def condition_field(self) -> Field:
        """The field as conditions know it."""
        return Field(
            name=self.name,
            type=self.kind.condition_type,
            column=self.name if self.join or self.stored else self.attribute,
            choices=tuple(value for value, _ in (*self.choices, *self.former_choices)),
            nullable=self.nullable,
            sensitive=self.sensitive,
            initials=self.initials,
            dated=self.join is not None,
            stored=self.stored,
            part="name" if self.kind is Kind.FILE else "",
            indexed=self.indexed,
        )


@dataclass(frozen=True)
class NestedRows:
    """Rows that live inside a record, are seen with it and written with it, such as the lines of an order.

    `fields` are declared like a record's. `read` takes the ids of visible records and returns their rows as plain
    values, in one query however many. `create` and `update` write the record and its rows in one change set: they take
    what `create_record` and `update_record` take, without `known`, plus `rows` (None: leave them as they are), and
    return the same. Raises of theirs are those of `create_record` and `update_record`; faults are under
    `lines.0.quantity`. `computes` names the record's fields that follow from its rows where there are rows.
    """

    name: str
    label: Text
    fields: tuple[FieldDeclaration, ...]
    read: Callable[[Iterable[int]], Mapping[int, list[dict[str, Any]]]]
    create: Callable[..., Any]
    update: Callable[..., Any]
    computes: tuple[str, ...] = ()


def _derive_nothing(_row: Any) -> None:
    """Most types have no computed columns."""


@dataclass(frozen=True)
class RecordType:
    """A kind of record: declared once, with list, form, API, import and the rest derived from it.

    `name` is the stable singular (`customer`), `plural` stands in URLs. `title` is the field that names a row,
    `searched` the fields a quick search looks in. `parent` is the field that points to the record it inherits its
    scope from. `moment` is the field that says when it happened: such records stand in the timeline of what they
    point to. `derive` fills computed columns (matching keys) and fields of a row before it is kept; `computed` are
    the attributes of fields that formulas compute: they follow from the others, so history does not tell of them.
    """

    name: str
    plural: str
    model: type[Record]
    label: Text
    label_plural: Text
    icon: str
    fields: tuple[FieldDeclaration, ...]
    title: str
    searched: tuple[str, ...]
    order: str = "-updated_at"
    parent: str = ""
    moment: str = ""
    derive: Callable[[Any], None] = _derive_nothing
    nested: NestedRows | None = None
    computed: frozenset[str] = frozenset()

    @property
    def sharing(self) -> Sharing:
        """How rows of this type are shared."""
        return self.model.sharing

    @cached_property
    def by_name(self) -> Mapping[str, FieldDeclaration]:
        """The fields by their names."""
        return {found.name: found for found in self.fields}

    @property
    def schema(self) -> Schema:
        """The fields as conditions know them."""
        return with_reach(
            Schema(name=self.name, fields={found.name: found.condition_field() for found in self.fields})
        )

    @property
    def listed(self) -> tuple[FieldDeclaration, ...]:
        """The columns a list shows before anyone chooses."""
        return tuple(found for found in self.fields if found.listed)

    @cached_property
    def editable(self) -> tuple[FieldDeclaration, ...]:
        """The fields a person may fill in."""
        return tuple(found for found in self.fields if found.editable)


_types: dict[str, RecordType] = {}
_current: dict[str, tuple[RecordType, tuple[FieldDeclaration, ...], RecordType]] = {}


def register(record_type: RecordType) -> RecordType:
    """Make a type known to lists, API, imports and the rest. Called once, from the room's `records.py`."""
    _types[record_type.name] = record_type
    return record_type


def record_types() -> tuple[RecordType, ...]:
    """All types, in the order they were declared, without the fields that come at run time: what a start needs."""
    return tuple(_types.values())


def declared_type(name: str) -> RecordType:
    """Return the type called `name`, singular or plural, as it was declared. Raises KeyError when there is none."""
    for found in _types.values():
        if name in (found.name, found.plural):
            return found
    raise KeyError(name)


def record_type(name: str) -> RecordType:
    """Return the type called `name` with the fields it has now: declared, and come at run time (see `run_time`).

    It is a value of this moment: ask again in the next request. Raises KeyError when there is none.
    """
    known = declared_type(name)
    fields = run_time_fields(known.name)
    if not fields:
        return known
    kept = _current.get(known.name)
    if kept is None or kept[0] is not known or kept[1] is not fields:
        also = tuple(field for field in fields if field.name not in known.by_name)
        found = _with_computing(replace(known, fields=(*known.fields, *also)))
        kept = _current[known.name] = (known, fields, found)
    return kept[2]


def _with_computing(known: RecordType) -> RecordType:
    """The type with fields that are computed after everything else is derived."""
    computing = computing_in(known.fields)
    if computing is None:
        return known

    def derive(row: Any) -> None:
        known.derive(row)
        computing(row)

    return replace(known, fields=computing.fields, computed=computing.attributes, derive=derive)


def type_of(model: type[models.Model]) -> RecordType | None:
    """Return the type whose rows are kept in `model`."""
    return next((found for found in _types.values() if found.model is model), None)
