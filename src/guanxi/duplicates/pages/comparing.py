"""Records side by side: each field of each, what differs, which value survives, and what hangs on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from guanxi.access.calc import Actor
from guanxi.customers.models import Customer
from guanxi.records.cells import cell_of
from guanxi.records.declaration import FieldDeclaration, RecordType, record_type, record_types
from guanxi.records.presentation import shown_moment
from guanxi.records.timeline import references_to
from guanxi.records.values import may_change, raw_value, shows_sensitive


@dataclass(frozen=True, slots=True)
class Side:
    """One of the records: who answers for it, since when it is there, and whether the actor may change it."""

    row: Customer
    number: int
    created: str
    changed: str
    may_change: bool
    survives: bool


@dataclass(frozen=True, slots=True)
class Value:
    """What one record says of a field. `number` is the place of the record, from 1: the digit that chooses it."""

    record_id: int
    number: int
    content: Any
    is_empty: bool
    survives: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A field of all records; `differs` when there is something to choose."""

    field: FieldDeclaration
    values: tuple[Value, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many records of a type hang on each."""

    part: RecordType
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that the comparing screen shows. `may_merge`: the actor may change every one of them."""

    sides: tuple[Side, ...]
    lines: tuple[Line, ...]
    hanging: tuple[Hanging, ...]
    may_merge: bool

    @property
    def differing(self) -> tuple[Line, ...]:
        """The fields in which there is something to choose."""
        return tuple(line for line in self.lines if line.differs)

    @property
    def alike(self) -> tuple[Line, ...]:
        """The fields that say the same, or that only one of the records says nothing of."""
        return tuple(line for line in self.lines if not line.differs)


def comparison_of(
    actor: Actor, rows: Sequence[Customer], *, into: int, choices: Mapping[str, int]
) -> Comparison:
    """Return visible customers side by side, the one that survives first.

    `choices` names the record each field is taken from; fields that are not in it come from `into`.
    """
    known = record_type("customer")
    ordered = sorted(rows, key=lambda row: (row.pk != into, row.pk))
    currencies = {field.currency for field in known.fields}  # shown with their amounts, and chosen with them
    lines = [
        _line(known, field, ordered, actor, choices.get(field.name, into))
        for field in known.editable
        if field.join is None and field.name not in currencies
    ]
    sides = tuple(_side(row, number, actor, into) for number, row in enumerate(ordered, start=1))
    return Comparison(
        sides=sides,
        lines=tuple(line for line in lines if not all(value.is_empty for value in line.values)),
        hanging=tuple(hanging_on(known, ordered, actor)),
        may_merge=all(side.may_change for side in sides),
    )


def _side(row: Customer, number: int, actor: Actor, into: int) -> Side:
    return Side(
        row=row,
        number=number,
        created=shown_moment(row.created_at),
        changed=shown_moment(row.updated_at),
        may_change=may_change(row, actor),
        survives=row.pk == into,
    )


def _line(
    known: RecordType, field: FieldDeclaration, rows: Sequence[Customer], actor: Actor, chosen: int
) -> Line:
    values = tuple(
        _value(known, field, row, actor, number=number, survives=row.pk == chosen)
        for number, row in enumerate(rows, start=1)
    )
    return Line(field, values, len({str(raw_value(row, field) or "") for row in rows}) > 1)


def _value(
    known: RecordType, field: FieldDeclaration, row: Customer, actor: Actor, *, number: int, survives: bool
) -> Value:
    drawn = cell_of(known, row, field, unmasked=shows_sensitive(row, actor), changeable=False)
    return Value(row.pk, number, drawn.content(), not drawn.text, survives)


def hanging_on(known: RecordType, rows: Sequence[Customer], actor: Actor) -> list[Hanging]:
    """Return how many records of each type hang on each row: one query a type."""
    ids = [row.pk for row in rows]
    found = []
    for part in record_types():
        fields = references_to(part, known)
        if not fields:
            continue
        holder = fields[0].attribute
        counted = part.model.objects.visible_to(actor).filter(**{f"{holder}__in": ids}).order_by()
        counts = dict(counted.values_list(holder).annotate(count=Count("pk")))
        if counts:
            found.append(Hanging(part, tuple(counts.get(key, 0) for key in ids)))
    return found
