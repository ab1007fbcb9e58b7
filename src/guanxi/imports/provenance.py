"""Where a customer's values came from, as the rows of the files tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

from guanxi.access.calc import Actor
from guanxi.customers.models import Customer
from guanxi.customers.provenance import Origin, OriginValue
from guanxi.imports.customer_values import customer_values
from guanxi.imports.models import Import, SourceRow
from guanxi.imports.queries import rows_of_customers
from guanxi.imports.services.table import reader_of
from guanxi.records.values import plain

_COLUMN_OF = {"tier": "grade"}
ROWS = 200
"""Rows that are told of one question: a customer met in more files than that is told of the latest."""


def origins_of_rows(actor: Actor, customers: Sequence[Customer]) -> Iterator[Origin]:
    """Tell which rows of which files the customers came from: one query."""
    by_id = {customer.pk: customer for customer in customers}
    for row in rows_of_customers(by_id)[:ROWS]:
        assert row.record_id is not None  # noqa: S101 - asked for by it
        yield _origin(actor, by_id[row.record_id], row)


def _origin(actor: Actor, customer: Customer, row: SourceRow) -> Origin:
    source = row.source
    may_open = actor.is_administrator or source.created_by_id == actor.id
    return Origin(
        customer_id=customer.pk,
        source=source.name,
        row=row.number,
        at=source.created_at,
        by=str(source.created_by),
        values=tuple(_values(customer, source, row)),
        address=reverse("imports-result", args=[source.pk]) if may_open else "",
    )


def _values(customer: Customer, source: Import, row: SourceRow) -> Iterator[OriginValue]:
    """What the row said of each field, as written; read again as it was read then, to see whether it still stands."""
    read = reader_of(source).read(row.number, row.raw)
    columns = customer_values(read.values, source.options.get("region", "CN"))
    for name, cells in _written(source, row.raw).items():
        stands = name in columns and plain(columns[name]) == plain(getattr(customer, name))
        yield OriginValue(name, " ".join(cells), stands)


def _written(source: Import, raw: Sequence[Any]) -> dict[str, list[str]]:
    """The cells of a row by the column of a customer they were read into."""
    written: dict[str, list[str]] = defaultdict(list)
    for column, target in source.mapping.items():
        name = _COLUMN_OF.get(target, target)
        cell = raw[int(column)] if int(column) < len(raw) else None
        if cell not in (None, "") and hasattr(Customer, name):
            written[name].append(str(cell))
    return written


FILE = "file"
"""The source of lists whose sender is not known."""


def senders_of_changesets(numbers: Collection[int] | None) -> Mapping[int, str]:
    """Return whose list each of these change sets brought in (`sender:…`, else `file`); with None those of all."""
    brought = Import.objects.exclude(changeset=None)
    if numbers is not None:
        brought = brought.filter(changeset_id__in=numbers)
    heads = brought.values_list("changeset_id", "head__sender__name")
    return {number: f"sender:{name}" if name else FILE for number, name in heads}
