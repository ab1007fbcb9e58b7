"""Writes of records: permission, transaction, version and change set together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from guanxi.access.calc import Actor, Sharing, Verb, may_create
from guanxi.access.errors import ForbiddenError, NotFoundError, StaleError
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.records.custom.deriving import derive_stored
from guanxi.records.custom.storage import put, state
from guanxi.records.declaration import RecordType
from guanxi.records.queries import get_record
from guanxi.records.values import clean_values, plain, row_values

BOOKKEEPING = frozenset({"id", "version", "created_at", "updated_at", "created_in", "deleted_in"})


@dataclass(frozen=True, slots=True)
class Written:
    """A row that was written, and the change set that tells of it (None: nothing was different)."""

    row: Any
    changeset: ChangeSet | None


@transaction.atomic
def create_record(
    *, actor: Actor, known: RecordType, values: Mapping[str, object], now: datetime, why: str = ""
) -> Written:
    """Add a record. Raises ForbiddenError or InvalidError."""
    if not may_create(actor, known.sharing):
        raise ForbiddenError
    cleaned = clean_values(known, values, actor=actor, partial=False)
    row = known.model()
    for attribute, value in _with_owner(known, cleaned, actor).items():
        put(row, attribute, value)
    require_parent(known, row, actor)
    changeset = open_changeset(actor=actor, verb=ChangeVerb.CREATE, why=why, now=now)
    row.created_in = changeset
    row.created_at = row.updated_at = now
    derive_stored(known, row)
    known.derive(row)
    row.save(force_insert=True)
    record_changes(changeset, record_type=known.name, action=ChangeAction.CREATE, rows={row.pk: {}})
    return Written(row, changeset)


@transaction.atomic
def update_record(
    *,
    actor: Actor,
    known: RecordType,
    record_id: int,
    values: Mapping[str, object],
    version: int | None,
    now: datetime,
    why: str = "",
) -> Written:
    """Change a record as it was read at `version` (None: as it is now).

    Raises NotFoundError, ForbiddenError, StaleError or InvalidError.
    """
    row = locked_row(known, actor, record_id, Verb.CHANGE)
    if version is not None and row.version != version:
        raise _stale(known, actor, row)
    cleaned = clean_values(known, values, actor=actor, partial=True)
    changed = changes_of_row(known, row, cleaned)
    if not changed:
        return Written(row, None)
    require_parent(known, row, actor)
    changeset = open_changeset(actor=actor, verb=ChangeVerb.UPDATE, why=why, now=now)
    _save_changed(row, now)
    record_changes(changeset, record_type=known.name, action=ChangeAction.UPDATE, rows={row.pk: changed})
    return Written(row, changeset)


@transaction.atomic
def delete_record(
    *, actor: Actor, known: RecordType, record_id: int, version: int | None, now: datetime, why: str = ""
) -> ChangeSet:
    """Remove a record; undo brings it back. Raises NotFoundError, ForbiddenError or StaleError."""
    row = locked_row(known, actor, record_id, Verb.DELETE)
    if version is not None and row.version != version:
        raise _stale(known, actor, row)
    changeset = open_changeset(actor=actor, verb=ChangeVerb.DELETE, why=why, now=now)
    row.deleted_in = changeset
    _save_changed(row, now)
    record_changes(changeset, record_type=known.name, action=ChangeAction.DELETE, rows={row.pk: {}})
    return changeset


def locked_row(known: RecordType, actor: Actor, record_id: int, verb: Verb) -> Any:
    """Return a row locked for writing. Raises NotFoundError when unseen, ForbiddenError when seen but not allowed."""
    rows = known.model.objects
    if not rows.allowed(actor, verb).filter(pk=record_id).exists():
        get_record(known, actor, record_id)
        raise ForbiddenError
    row = rows.alive().select_for_update(of=("self",)).filter(pk=record_id).first()
    if row is None:
        raise NotFoundError
    return row


def changes_of_row(
    known: RecordType, row: Any, cleaned: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    """Set cleaned values on a row, and what is derived from them; return `{attribute: (before, after)}`, plain.

    What formulas compute is not told: it follows from the rest.
    """
    before = state(row, without=BOOKKEEPING)
    for name, value in cleaned.items():
        put(row, name, value)
    derive_stored(known, row)
    known.derive(row)
    after = state(row, without=BOOKKEEPING)
    return {
        name: (plain(before.get(name)), plain(after.get(name)))
        for name in before | after
        if name not in known.computed and before.get(name) != after.get(name)
    }


def _stale(known: RecordType, actor: Actor, row: Any) -> StaleError:
    """The refusal, with all that the actor may see of the row as it stands."""
    current = get_record(known, actor, row.pk)
    return StaleError(version=row.version, current=row_values(current, known, actor))


def _save_changed(row: Any, now: datetime) -> None:
    row.version += 1
    row.updated_at = now
    row.save(force_update=True)


def _with_owner(known: RecordType, values: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Whoever adds a record owns it, and so does their team when they have but one."""
    if known.sharing is not Sharing.OWNED:
        return values
    team = next(iter(actor.teams)) if len(actor.teams) == 1 else None
    given = {name: value for name, value in values.items() if value is not None}
    return {"owner_id": actor.id, "team_id": team, **given}


def require_parent(known: RecordType, row: Any, actor: Actor) -> None:
    """A part may only hang on a record that the actor may change."""
    if not known.parent:
        return
    parent = known.by_name[known.parent]
    holder = row._meta.get_field(parent.column).related_model  # noqa: SLF001 - Django's documented model API
    key = getattr(row, parent.attribute)
    if not holder.objects.changeable_by(actor).filter(pk=key).exists():
        raise ForbiddenError
