"""What else one row of a list brings: parts of a customer that other rooms keep (contacts here, places above).

A room registers its `RowExtension` once, at start (`AppConfig.ready`). The import calls, in this order,

1. `survey` once a file, outside any transaction: look over all rows (the city most of them name). What it returns is
   kept with the import as JSON and handed to `prepare` of every batch, also after a restart;
2. `prepare` once a batch, outside any transaction and without the database: whatever the room needs of the rows later,
   slow work included (geocoding). It may run in a process of its own, ahead of the writing: its results are plain JSON;
3. `keys_of_rows` and `keys_of_customers`: what two records can be told apart or recognised by (city, address);
4. `write` once a batch, inside the batch's transaction: its records by `records.storing`, and the change set of them.

All of it is set-based: a fixed number of queries a batch, never one a row, and no model instance a row. Nothing here
may depend on the clock other than by `Batch.now`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from guanxi.access.calc import Actor
from guanxi.access.models import ChangeSet

Values = Mapping[str, Any]
"""Parsed values of one row by field key (`imports.calc.header_words.FIELDS`); a key without a value is not there.

Texts are cleaned; `phone` is a list of `Phone`, `amount` a Decimal, `latitude` and `longitude` floats in WGS-84,
`coordinates` a pair (latitude, longitude), `size` an int, `address` one text (several columns are joined by a space).
"""


@dataclass(slots=True)
class BatchRow:
    """One row that found or made its customer.

    `customer` is the customer's number, `values` its columns in plain values (those of a new customer that are empty
    may be missing); `prepared` is what `prepare` gave for the row, as it comes back from JSON.
    """

    number: int
    customer: int
    values: Mapping[str, Any]
    is_new: bool
    prepared: Any = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one transaction.

    `update` says that differing values are to be overwritten (the person asked for it); otherwise only what is
    empty is filled.
    Existing customers among the rows are locked and may be changed by the actor.
    """

    actor: Actor
    now: datetime
    changeset: ChangeSet
    rows: Sequence[BatchRow]
    update: bool = False


@dataclass(slots=True)
class Changed:
    """What `write` did: numbers of the rows that brought something new, or changed something."""

    added: set[int] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)


class RowExtension(Protocol):
    """Parts of a customer that come with its row."""

    name: str
    """Unique and stable: what `survey` returns is kept under it."""

    fields: frozenset[str]
    """The field keys it looks at."""

    def survey(self, rows: Iterable[Values], options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Look over the file once, as far as is needed: rows are read as they are asked for. Returns JSON, or {}.

        `options` are the import's own (`city`, `region`).
        """
        ...

    def prepare(
        self, rows: Sequence[Values], survey: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Return one prepared thing (or None) for each row of a batch, in their order: lists, texts, numbers only."""
        ...

    def keys_of_rows(self, prepared: Sequence[Any]) -> Sequence[frozenset[str]]:
        """Return for each prepared row by what its customer's place may be recognised.

        `city:…` names the city, `address:…` the full address, normalised; both may be there. Empty: nothing known.
        """
        ...

    def keys_of_customers(self, ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return the same for living records of customers; who has none may be left out."""
        ...

    def takes_every_row(self) -> bool:
        """Whether `write` is to see rows for which `prepare` gave None, too."""
        ...

    def write(self, batch: Batch) -> Changed:
        """Add and fill the room's records for a batch, with `record_changes` on `batch.changeset`.

        Idempotent: a record that is already there with these values is not added again.
        """
        ...


class PlainExtension:
    """The parts of `RowExtension` that most rooms need not write."""

    name: str = ""
    fields: frozenset[str] = frozenset()

    def survey(self, _rows: Iterable[Values], _options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Nothing to learn from the whole file."""
        return {}

    def prepare(
        self, rows: Sequence[Values], _survey: Mapping[str, Any], _options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Nothing to prepare."""
        return [None] * len(rows)

    def keys_of_rows(self, prepared: Sequence[Any]) -> Sequence[frozenset[str]]:
        """Nothing to recognise a customer by."""
        return [frozenset()] * len(prepared)

    def keys_of_customers(self, _ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Nothing to recognise a customer by."""
        return {}

    def takes_every_row(self) -> bool:
        """A row that brings nothing is not looked at."""
        return False


_extensions: dict[str, RowExtension] = {}


def register(extension: RowExtension) -> None:
    """Make an extension known. Called once, at start; the same name replaces."""
    _extensions[extension.name] = extension


def extensions() -> tuple[RowExtension, ...]:
    """Return all extensions in the order they were registered."""
    return tuple(_extensions.values())
