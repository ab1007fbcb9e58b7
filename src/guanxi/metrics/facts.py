"""The facts that rooms give to the warehouse: rows about customers, declared by whoever keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from guanxi.records.declaration import FieldDeclaration, Text

ALL_CUSTOMERS = "customers"


class Column(StrEnum):
    """What a column of a fact holds: the name of its type in Ibis, but for money."""

    INTEGER = "int64"
    NUMBER = "decimal(18, 3)"  # given in thousandths
    FLOAT = "float64"
    DATE = "date"
    DATETIME = "timestamp('UTC')"
    BOOLEAN = "boolean"
    TEXT = "string"
    CHOICES = "array<string>"  # given as JSON
    MONEY = "money"  # given in hundredths, kept in whole minor units of the row's currency

    @property
    def ibis_type(self) -> str:
        """The type of the kept column."""
        return "int64" if self is Column.MONEY else self.value


@dataclass(frozen=True, slots=True)
class Source:
    """Which customers' rows a change of some records touches.

    `customers` takes ids of records, deleted ones among them, and returns the query of the customers' ids. An edit
    counts when it changed the record itself; with `beside`, when it changed what is kept beside the record (tiers).
    """

    customers: Callable[[Sequence[int]], QuerySet[Any, Any]]
    beside: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """Rows of one kind, most often rows that belong to customers: then one of the columns is `customer_id`.

    `rows` returns the query (`values_list`) of every living row, its columns in the order of `columns`, whoever may
    see it: the warehouse is the program's own, reads from it are scoped. `day` is the column that dates a row,
    `currency` the one that says in which money the row is, `key` the one that numbers the rows. `customer` is the ORM
    path from a row to the id of its customer, empty for rows that are nobody's (products).

    `sources` says by record type whose rows a change touches; a fact without any is read whole each time. Facts of one
    `group` are fed together. `declared` has the declaration (label, choices, target) of each column that has one; its
    `name` is what conditions call it. `record_type` is the type the rows are records of, empty for others.
    """

    name: str
    columns: Mapping[str, Column]
    rows: Callable[[], QuerySet[Any, Any]]
    day: str = ""
    currency: str = ""
    key: str = ""
    customer: str = "customer_id"
    sources: Mapping[str, Source] = field(default_factory=dict)
    group: str = ALL_CUSTOMERS
    declared: Mapping[str, FieldDeclaration] = field(default_factory=dict)
    label: Text = ""
    record_type: str = ""

    def label_of(self, column: str) -> Text:
        """Return what people call a column; its name when nobody declared it."""
        known = self.declared.get(column)
        return known.label if known else column


def currency_of(fact: Fact, column: str) -> str:
    """Return the column that says in which money an amount is: its field's own, else the row's."""
    declared = fact.declared.get(column)
    own = declared.currency if declared else ""
    return own if own in fact.columns else fact.currency


_facts: dict[str, Callable[[], Fact]] = {}


def register_fact(fact: Fact) -> None:
    """Make a fact known to the feed and the engine. Called once, at start, by the room that keeps the rows."""
    _facts[fact.name] = lambda: fact


def register_changing_fact(name: str, now: Callable[[], Fact]) -> None:
    """Make a fact known whose columns may change while the program runs; `now` returns the same as long as none did."""
    _facts[name] = now


def fact_named(name: str) -> Fact:
    """Return the fact called `name` as it is now. Raises KeyError."""
    return _facts[name]()


def facts() -> tuple[Fact, ...]:
    """Return all facts as they are now, in the order they were registered."""
    return tuple(now() for now in _facts.values())
