"""The custom fields of a record type, as a team makes them: with change sets that undo takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError, StaleError
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.records.custom.checking import checked
from guanxi.records.custom.computing import reads
from guanxi.records.custom.definition import CustomKind, Definition
from guanxi.records.custom.fields import custom_field, custom_fields, declarations_of, definition_of
from guanxi.records.custom.values import clean_stored, to_plain
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.models import CustomField
from guanxi.records.run_time import fields_changed, lock_fields
from guanxi.records.services.beside import Keeper, register_keeper
from guanxi.records.services.indexes import indexes_soon
from guanxi.records.services.recomputing import request_recompute

RECORD_TYPE = "custom_field"
FIELD = "definition"
FIELD_LIMIT = 500
INDEX_LIMIT = 20

State = dict[str, Any] | None


def may_define(actor: Actor) -> bool:
    """Whether the actor may define fields: managers and administrators."""
    return actor.manages and not actor.read_only


@transaction.atomic
def define_field(
    *, actor: Actor, record_type: str, definition: Definition, now: datetime
) -> tuple[CustomField, ChangeSet]:
    """Add a field to a record type: at once it is in every list, form, condition and route of it.

    Raises NotFoundError for a type there is not, ForbiddenError, or InvalidError (by part of the definition).
    """
    known = _known(actor, record_type)
    lock_fields()
    found = _with_default(checked(known, definition), actor)
    others = custom_fields(known.name)
    _require_room(others, found)
    last = max((definition_of(other).position for other in others), default=0)
    row = CustomField(
        record_type=known.name, name=found.name, created_by_id=actor.id, created_at=now, removed_at=now
    )
    state = replace(found, position=found.position or last + 1).to_json()
    return row, _write([(row, state)], actor, ChangeVerb.CREATE, now)


@transaction.atomic
def change_field(
    *,
    actor: Actor,
    record_type: str,
    name: str,
    definition: Definition,
    version: int | None = None,
    now: datetime,
) -> tuple[CustomField, ChangeSet | None]:
    """Change a field; its name stays, and choices that are left out are kept as removed ones.

    None in place of a change set: nothing was different. Raises NotFoundError, ForbiddenError, InvalidError, or
    StaleError when the field is no more at `version`.
    """
    known = _known(actor, record_type)
    row = _locked(known, name, version)
    before = definition_of(row)
    found = _with_default(checked(known, definition, before=before), actor)
    _require_room([other for other in custom_fields(known.name) if other.name != name], found)
    state = replace(found, position=found.position or before.position).to_json()
    if state == state_of(row):
        return row, None
    return row, _write([(row, state)], actor, ChangeVerb.UPDATE, now)


@transaction.atomic
def remove_field(
    *, actor: Actor, record_type: str, name: str, version: int | None = None, now: datetime
) -> ChangeSet:
    """Take a field out of use; the values records hold are kept, and undo brings both back.

    Raises NotFoundError, ForbiddenError or StaleError.
    """
    row = _locked(_known(actor, record_type), name, version)
    return _write([(row, None)], actor, ChangeVerb.DELETE, now)


@transaction.atomic
def order_fields(*, actor: Actor, record_type: str, names: Sequence[str], now: datetime) -> ChangeSet | None:
    """Put the fields in the order of `names`; those not named come after them, as they stood. None: they stand so.

    Raises NotFoundError or ForbiddenError.
    """
    known = _known(actor, record_type)
    lock_fields()
    place = {name: number for number, name in enumerate(names)}
    ordered = sorted(custom_fields(known.name), key=lambda row: place.get(row.name, len(place)))
    moved: list[tuple[CustomField, State]] = [
        (row, {**row.definition, "position": number})
        for number, row in enumerate(ordered, start=1)
        if row.definition.get("position", 0) != number
    ]
    return _write(moved, actor, ChangeVerb.UPDATE, now) if moved else None


def _known(actor: Actor, name: str) -> RecordType:
    try:
        known = record_type(name)
    except KeyError as error:
        raise NotFoundError from error
    if not may_define(actor):
        raise ForbiddenError
    return known


def _locked(known: RecordType, name: str, version: int | None) -> CustomField:
    lock_fields()
    row = custom_field(known.name, name)
    if version is not None and version != row.version:
        raise StaleError(version=row.version, current=state_of(row) or {})
    return row


def _require_room(others: Sequence[CustomField], definition: Definition) -> None:
    if len(others) >= FIELD_LIMIT:
        raise InvalidError(
            {"name": [_("A type has at most %(limit)d fields of its own.") % {"limit": FIELD_LIMIT}]}
        )
    indexed = sum(bool(other.definition.get("indexed")) for other in others)
    if definition.indexed and indexed >= INDEX_LIMIT:
        raise InvalidError(
            {"indexed": [_("At most %(limit)d fields of a type have an index.") % {"limit": INDEX_LIMIT}]}
        )


def _with_default(definition: Definition, actor: Actor) -> Definition:
    """The definition with its default as records keep it. Raises InvalidError."""
    if definition.default in (None, "", []):
        return replace(definition, default=None)
    if definition.kind in (CustomKind.FORMULA, CustomKind.FILE):
        raise InvalidError({"default": [_("A field of this kind has no default.")]})
    declared = next(iter(declarations_of(replace(definition, required=False))))
    try:
        return replace(definition, default=to_plain(clean_stored(declared, definition.default, actor=actor)))
    except ValidationError as error:
        raise InvalidError({"default": list(error.messages)}) from error


def state_of(row: CustomField) -> State:
    """Return what history keeps of a field: None when it is not in use."""
    return None if row.removed_at else row.definition


def _write(
    states: Sequence[tuple[CustomField, State]], actor: Actor, verb: ChangeVerb, now: datetime
) -> ChangeSet:
    rows: dict[int, dict[str, tuple[object, object]]] = {}
    for row, state in states:
        before = state_of(row)
        _put(row, state, now)
        rows[row.pk] = {FIELD: (before, state)}
        _index(before, state, now)
    fields_changed()
    _recompute([row for row, _state in states], actor, now)
    why = ", ".join(str(row) for row, _state in states)
    changeset = open_changeset(actor=actor, verb=verb, why=why, now=now)
    record_changes(changeset, record_type=RECORD_TYPE, action=ChangeAction.UPDATE, rows=rows)
    return changeset


def _index(before: object, after: object, now: datetime) -> None:
    """Let the database have the indexes that are wanted now."""
    if any(isinstance(state, dict) and state.get("indexed") for state in (before, after)):
        indexes_soon(now)


def _recompute(changed: Iterable[CustomField], actor: Actor | None, now: datetime) -> None:
    """Let formulas follow what has become of them and of the fields they read."""
    by_type: dict[str, set[str]] = {}
    for row in changed:
        by_type.setdefault(row.record_type, set()).add(row.name)
    for name, names in by_type.items():
        rows = CustomField.objects.filter(record_type=name, definition__kind=CustomKind.FORMULA)
        if any(row.name in names or names & reads(row.definition["formula"]) for row in rows):
            request_recompute(name, actor=actor, now=now)


def _put(row: CustomField, state: State, now: datetime) -> None:
    if state is None:
        row.removed_at = now
    else:
        row.definition, row.removed_at = state, None
    row.changed_at = now
    row.version += 1
    row.save()


def states(ids: Iterable[int]) -> dict[int, object]:
    """Return what each field is now: what undo compares."""
    return {row.pk: state_of(row) for row in CustomField.objects.filter(pk__in=ids)}


def restore(former: Mapping[int, object], now: datetime) -> None:
    """Put former definitions back: undo's hook."""
    lock_fields()
    rows = list(CustomField.objects.filter(pk__in=former))
    for row in rows:
        _index(state_of(row), former[row.pk], now)
        _put(row, former[row.pk], now)  # type: ignore[arg-type]  # what record_changes kept
    fields_changed()
    _recompute(rows, None, now)


register_keeper(RECORD_TYPE, FIELD, Keeper(current=states, restore=restore))
