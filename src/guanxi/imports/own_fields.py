"""The team's own fields of the customer in imports: what a column can be mapped to, and the values written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from guanxi.access.calc import Actor
from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.customers.models import Customer
from guanxi.imports.calc.own_fields import PREFIX, TAKEN, OwnField
from guanxi.imports.extensions import Batch, Changed, PlainExtension, Values
from guanxi.imports.texts import FIELD_LABELS, Text
from guanxi.records.custom.deriving import derive_stored
from guanxi.records.custom.storage import put, state
from guanxi.records.custom.values import clean_stored, to_plain
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.storing import update_rows

STORED = "custom"
OPTION = "own_fields"
"""Where an import keeps the fields its mapping was made with: reading a list asks no database."""


def own_fields() -> list[OwnField]:
    """Return the team's own fields of the customer that a column can be mapped to."""
    return [
        OwnField(
            field.name,
            str(field.label),
            field.kind.value,
            field.max_length or 1_000,
            tuple((value, str(label)) for value, label in field.choices),
        )
        for field in record_type("customer").fields
        if field.stored and field.editable and field.kind.value in TAKEN
    ]


def target_labels() -> dict[str, Text]:
    """Return all that a column can be mapped to, in the order it is offered, with its label."""
    return {**FIELD_LABELS, **{field.key: field.label for field in own_fields()}}


class OwnFieldsExtension(PlainExtension):
    """Fills the team's own fields of the customers of a batch, and computes what follows from them."""

    name = "own_fields"

    def prepare(
        self, rows: Sequence[Values], _survey: Mapping[str, Any], _options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Return what each row says of such fields, plain."""
        return [
            {
                name.removeprefix(PREFIX): _plain(value)
                for name, value in row.items()
                if name.startswith(PREFIX)
            }
            or None
            for row in rows
        ]

    def write(self, batch: Batch) -> Changed:
        """Fill what is empty (with `update`, what differs too); a field that was removed since is left out."""
        known = record_type("customer")
        wanted: dict[int, dict[str, Any]] = {}
        for row in batch.rows:
            if row.prepared or known.computed:
                given = _cleaned(known, row.prepared or {}, batch.actor)
                wanted.setdefault(row.customer, {}).update(given)
        if not wanted:
            return Changed()
        filled = _fill(known, wanted, batch)
        changed = Changed()
        for row in batch.rows:
            if row.prepared and row.customer in filled:
                (changed.added if row.is_new else changed.updated).add(row.number)
        return changed


def _plain(value: Any) -> Any:
    """A value for JSON; a time without a zone stays one."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return to_plain(value)


def _cleaned(known: RecordType, given: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The values as records keep them, by attribute; what cannot be kept is not there."""
    found = {}
    for name, value in given.items():
        field = known.by_name.get(name)
        if field is None or not field.stored or not field.editable:
            continue
        try:
            found[field.attribute] = clean_stored(field, value, actor=actor)
        except ValidationError:
            continue
    return found


def _fill(known: RecordType, wanted: Mapping[int, Mapping[str, Any]], batch: Batch) -> set[int]:
    """Write the values; return the numbers of the customers that have something else now."""
    new = {row.customer for row in batch.rows if row.is_new}
    changes: dict[int, dict[str, tuple[object, object]]] = {}
    written: dict[int, tuple[str, int]] = {}
    for row in Customer.objects.filter(pk__among=sorted(wanted)):
        before, custom = state(row), row.custom
        for attribute, value in wanted[row.pk].items():
            if batch.update or before.get(attribute) is None:
                put(row, attribute, value)
        derive_stored(known, row)
        known.derive(row)
        if row.custom == custom:
            continue
        after = state(row)
        told = {
            name: (before.get(name), after.get(name))
            for name in after
            if name.startswith(PREFIX) and name not in known.computed and before.get(name) != after.get(name)
        }
        is_told = row.pk not in new and bool(told)
        written[row.pk] = (json.dumps(row.custom), row.version + is_told)
        if is_told:
            changes[row.pk] = told
    update_rows(Customer, (STORED, "version"), written, {"updated_at": batch.now})
    if changes:
        record_changes(batch.changeset, record_type="customer", action=ChangeAction.UPDATE, rows=changes)
    return {key for key in written if key in new or key in changes}
