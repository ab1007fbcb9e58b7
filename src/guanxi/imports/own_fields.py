"""The team's own fields of the customer in imports: what a column can be mapped to, and the values written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.imports.calc.own_fields import PREFIX, TAKEN, OwnField
from guanxi.imports.calc.targets import CUSTOMER, FIELDS_OF, WHOSE
from guanxi.imports.extensions import Batch, Changed, PlainExtension, Values
from guanxi.imports.texts import FIELD_LABELS, Text
from guanxi.records.computed import Computing, computing_in
from guanxi.records.custom.deriving import derive_stored
from guanxi.records.custom.storage import columns_of, put, state
from guanxi.records.custom.values import to_plain
from guanxi.records.declaration import FieldDeclaration, RecordType, declared_type, record_type
from guanxi.records.models import Record
from guanxi.records.storing import update_rows
from guanxi.records.storing.columns import stored_values
from guanxi.records.values import clean_value

PARTS = ("contact", "place", "order")
"""The parts of a customer whose fields a list of customers can fill."""
PLAIN: Mapping[str, frozenset[str]] = {
    "contact": frozenset({"title", "phone", "email", "note"}),
    "place": frozenset(),
    "order": frozenset({"state", "note"}),
    "interaction": frozenset({"kind", "happened_at", "summary", "note"}),
}
"""The fields that every such record has and a list of customers has no name for."""
KEYED = frozenset({"contact"})
"""Parts that keep keys to be found by, which follow from their columns."""
OPTION = "own_fields"
"""Where an import keeps the fields its mapping was made with: reading a list asks no database."""


def own_fields(target: str = CUSTOMER) -> list[OwnField]:
    """Return what a column can be mapped to beside the fields every list of such records has: those the team has
    defined, of the records and of their parts, and those that have no name of their own in a list of customers.
    """
    found = [_own_field(field, "") for field in record_type(CUSTOMER).fields if _is_own(field)]
    parts = PARTS if target == CUSTOMER else (target,)
    for part in parts:
        fields = [
            field for field in record_type(part).fields if _is_own(field) or field.name in PLAIN.get(part, ())
        ]
        found += [_own_field(field, part) for field in fields]
    return [field for field in found if target == CUSTOMER or field.part]


def _is_own(field: FieldDeclaration) -> bool:
    return bool(field.stored) and field.editable and field.kind.value in TAKEN


def _own_field(field: FieldDeclaration, part: str) -> OwnField:
    label = str(field.label)
    if part:
        label = _("%(part)s: %(field)s") % {"part": record_type(part).label, "field": label}
    return OwnField(
        field.name,
        label,
        field.kind.value,
        field.max_length or 1_000,
        tuple((value, str(text)) for value, text in field.choices),
        part,
        bool(field.stored),
    )


def target_labels(target: str = CUSTOMER) -> dict[str, Text]:
    """Return all that a column can be mapped to, in the order it is offered, with its label."""
    names = FIELD_LABELS if target == CUSTOMER else (*WHOSE, *FIELDS_OF[target])
    return {
        **{name: FIELD_LABELS[name] for name in names},
        **{field.key: field.label for field in own_fields(target)},
    }


def own_values(row: Values, part: str) -> dict[str, Any]:
    """Return what a row says of the fields of a part, plain, by attribute; {} where it says nothing of them."""
    before = f"{part}."
    return {name.removeprefix(before): _plain(row[name]) for name in row if name.startswith(before)}


def fill_fields(
    batch: Batch, name: str, given: Mapping[int, Mapping[str, Any]], new: Collection[int]
) -> set[int]:
    """Fill the fields of records of a type, by number and attribute, and what follows from them; in those that are
    `new` in this batch nothing is told. Return the numbers of the records that have something else now.
    """
    known = record_type(name)
    if known.computed:  # formulas read what the records were made with, too
        given = {**{number: {} for number in new}, **given}
    if not given:
        return set()
    wanted = {number: _cleaned(known, values, batch.actor) for number, values in given.items()}
    computing = computing_in(known.fields)
    changes: dict[int, dict[str, tuple[object, object]]] = {}
    written: dict[int, Record] = {}
    columns: set[str] = set()
    for row in known.model.objects.filter(pk__among=sorted(wanted)):
        before = state(row)
        for attribute, value in wanted[row.pk].items():
            if batch.update or before.get(attribute) in (None, "") or row.pk in new:
                put(row, attribute, value)
        _follow(known, computing, row, wanted[row.pk])
        after = state(row)
        differing = {name for name in before | after if before.get(name) != after.get(name)}
        if not differing:
            continue
        columns |= columns_of(differing)
        written[row.pk] = row
        told = {
            name: (to_plain(before.get(name)), to_plain(after.get(name)))
            for name in sorted(differing - known.computed)
        }
        if told and row.pk not in new:
            row.version += 1
            changes[row.pk] = told
    _write(known, written, columns, batch)
    if changes:
        record_changes(batch.changeset, record_type=name, action=ChangeAction.UPDATE, rows=changes)
    return {key for key in written if key in new or key in changes}


def _follow(known: RecordType, computing: Computing | None, row: Any, given: Mapping[str, Any]) -> None:
    """What follows from values: the usual currency, matching keys where a column was given, formulas."""
    derive_stored(known, row)
    if known.name in KEYED and any(not attribute.startswith(PREFIX) for attribute in given):
        declared_type(known.name).derive(row)
    if computing is not None:
        computing(row)


def _write(known: RecordType, rows: Mapping[int, Any], columns: set[str], batch: Batch) -> None:
    names = sorted({*columns, "version"})
    values = {
        number: tuple(stored_values(known.model, {name: getattr(row, name) for name in names}).values())
        for number, row in rows.items()
    }
    update_rows(known.model, names, values, {"updated_at": batch.now})


class OwnFieldsExtension(PlainExtension):
    """Fills the team's own fields of the customers of a batch, and computes what follows from them."""

    name = "own_fields"

    def prepare(
        self, rows: Sequence[Values], _survey: Mapping[str, Any], _options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Return what each row says of such fields, plain."""
        return [
            {name: _plain(value) for name, value in row.items() if name.startswith(PREFIX)} or None
            for row in rows
        ]

    def takes_every_row(self) -> bool:
        """Formulas follow from columns that any row fills."""
        return bool(record_type("customer").computed)

    def write(self, batch: Batch) -> Changed:
        """Fill what is empty (with `update`, what differs too); a field that was removed since is left out."""
        known = record_type("customer")
        wanted: dict[int, dict[str, Any]] = {}
        for row in batch.rows:
            if row.prepared or known.computed:
                wanted.setdefault(row.customer, {}).update(row.prepared or {})
        if not wanted:
            return Changed()
        filled = fill_fields(batch, "customer", wanted, {row.customer for row in batch.rows if row.is_new})
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
    for attribute, value in given.items():
        field = known.by_name.get(attribute.removeprefix(PREFIX))
        if field is None or field.attribute != attribute or not field.editable:
            continue
        try:
            found[attribute] = clean_value(known, field, value, actor=actor)
        except ValidationError:
            continue
    return found
