"""Setting fields on many records: asked for at once, done by a job in batches under one change set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet

from guanxi.access.calc import Actor, may_create
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ChangeAction, ChangeSet
from guanxi.access.services import record_changes
from guanxi.conditions.context import Context
from guanxi.conditions.tree import Everything
from guanxi.jobs.models import Job
from guanxi.jobs.services import enqueue
from guanxi.records.custom.storage import columns_of
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.queries import matching, parse_where, search
from guanxi.records.services.editing import changes_of_row, require_parent
from guanxi.records.storing import update_rows
from guanxi.records.storing.columns import stored_values
from guanxi.records.values import clean_values, plain, raw_value

KIND = "bulk"
IDS_AT_ONCE = 10_000
Joining = Literal["add", "remove"]


@dataclass(frozen=True, slots=True)
class BulkChange:
    """Which records of a type (by condition and quick search, or by id) get which values.

    `joining` names fields of several choices whose values are added to those a record has, or taken from them.
    """

    known: RecordType
    values: Mapping[str, object]
    where: str | None = None
    ids: Sequence[int] | None = None
    text: str = ""
    joining: Mapping[str, Joining] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """The change as a job keeps it."""
        values = {name: plain(value) for name, value in self.values.items()}
        ids = None if self.ids is None else sorted(set(self.ids))
        return {
            "type": self.known.name,
            "where": self.where,
            "text": self.text,
            "ids": ids,
            "values": values,
            "joining": dict(self.joining),
        }

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> BulkChange:
        """The change that a job keeps."""
        return cls(
            known=record_type(parameters["type"]),
            values=parameters["values"],
            where=parameters["where"],
            ids=parameters["ids"],
            text=parameters.get("text", ""),
            joining=parameters.get("joining", {}),
        )


@transaction.atomic
def request_bulk(*, actor: Actor, change: BulkChange, now: datetime) -> Job:
    """Ask for a bulk change; what can be wrong with it is said at once.

    Raises ForbiddenError when the actor changes nothing at all, InvalidError, or ConditionError.
    """
    check_bulk(actor=actor, change=change, now=now)
    return enqueue(kind=KIND, actor=actor, parameters=change.parameters(), now=now)


def check_bulk(*, actor: Actor, change: BulkChange, now: datetime) -> dict[str, Any]:
    """Return the values as the rows would keep them. Raises what `request_bulk` raises."""
    if not may_create(actor, change.known.sharing):
        raise ForbiddenError
    if (change.where is None) == (change.ids is None):
        raise InvalidError({"where": ["Say which records: either by `where` or by `ids`."]})
    if change.ids is not None and len(change.ids) > IDS_AT_ONCE:
        raise InvalidError({"ids": [f"At most {IDS_AT_ONCE} at once; use `where` for more."]})
    if not change.values:
        raise InvalidError({"set": ["Say what to set."]})
    cleaned = clean_values(change.known, change.values, actor=actor, partial=True)
    bulk_rows(change, actor, now=now)
    return cleaned


def bulk_rows(change: BulkChange, actor: Actor, *, now: datetime) -> QuerySet[Any]:
    """Return the visible rows that a bulk change is about."""
    where = parse_where(change.where or "", change.known) if change.ids is None else Everything()
    rows = matching(change.known, actor, where, Context(now=now, zone=actor.zone))
    rows = search(rows, change.known, actor, change.text)
    return rows if change.ids is None else rows.filter(pk__in=change.ids)


def changeable_rows(rows: QuerySet[Any], change: BulkChange, actor: Actor) -> QuerySet[Any]:
    """Return those of the rows that the actor may change."""
    return rows.filter(pk__in=change.known.model.objects.changeable_by(actor).values("pk"))


def change_batch(
    change: BulkChange, ids: Sequence[int], *, actor: Actor, changeset: ChangeSet, now: datetime
) -> int:
    """Set the values on these rows, which the actor may change; returns how many were different before.

    Call it inside the transaction of the batch: the rows are locked until it ends. Raises InvalidError or
    ForbiddenError.
    """
    known = change.known
    cleaned = clean_values(known, change.values, actor=actor, partial=True)
    rows = known.model.objects.changeable_by(actor).select_for_update(of=("self",)).filter(pk__in=ids)
    changed: dict[int, dict[str, tuple[object, object]]] = {}
    touched = []
    for row in rows:
        different = changes_of_row(known, row, {**cleaned, **joined_values(change, row, cleaned)})
        if different:
            row.version += 1
            row.updated_at = now
            changed[row.pk] = different
            touched.append(row)
    if not touched:
        return 0
    if known.parent and known.by_name[known.parent].attribute in cleaned:
        require_parent(known, touched[0], actor)
    columns = columns_of((*known.computed, *(name for values in changed.values() for name in values)))
    names = sorted({*columns, "version", "updated_at"})
    update_rows(known.model, names, {row.pk: _stored(row, names) for row in touched})
    record_changes(changeset, record_type=known.name, action=ChangeAction.UPDATE, rows=changed)
    return len(touched)


def joined_values(change: BulkChange, row: Any, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what becomes of several choices that are added to those of a row, or taken from them.

    A row whose last choice would go, and that has to have one, keeps what it has.
    """
    found: dict[str, Any] = {}
    for name, joining in change.joining.items():
        declared = change.known.by_name[name]
        had, given = set(raw_value(row, declared) or ()), set(cleaned[declared.attribute] or ())
        wanted = had | given if joining == "add" else had - given
        offered = (choice for choice, _label in (*declared.choices, *declared.former_choices))
        left = tuple(choice for choice in offered if choice in wanted) or None
        found[declared.attribute] = raw_value(row, declared) if left is None and declared.required else left
    return found


def _stored(row: Any, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(stored_values(type(row), {name: getattr(row, name) for name in names}).values())
