"""The facts that rooms give to the warehouse: rows about customers, declared by whoever keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet


class Column(StrEnum):
    """What a column of a fact holds."""

    INTEGER = "int64"
    DATE = "date"
    TEXT = "string"
    MONEY = "money"  # given in hundredths, kept in whole minor units of the row's currency


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """Rows of one kind that belong to customers: one of the columns is `customer_id`.

    `rows` returns the query (`values_list`) of every living row, its columns in the order of `columns`, whoever may
    see it: the warehouse is the program's own, reads from it are scoped. A fact with money names the `currency`
    column; `day` is the column that dates a row.
    """

    name: str
    columns: Mapping[str, Column]
    rows: Callable[[], QuerySet[Any, Any]]
    day: str = ""
    currency: str = ""


_facts: dict[str, Fact] = {}


def register_fact(fact: Fact) -> None:
    """Make a fact known to the feed and the engine. Called once, at start, by the room that keeps the rows."""
    _facts[fact.name] = fact


def fact_named(name: str) -> Fact:
    """Return the fact called `name`. Raises KeyError."""
    return _facts[name]
