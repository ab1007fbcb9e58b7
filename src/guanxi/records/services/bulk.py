"""Setting fields on many records: asked for at once, done by a job in batches under one change set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from guanxi.records.queries import matching, parse_where
from guanxi.records.services.editing import changes_of_row, require_parent
from guanxi.records.values import clean_values, plain

KIND = "bulk"
IDS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class BulkChange:
    """Which records of a type (by condition, or by id) get which values."""

    known: RecordType
    values: Mapping[str, object]
    where: str | None = None
    ids: Sequence[int] | None = None

    def parameters(self) -> dict[str, Any]:
        """The change as a job keeps it."""
        values = {name: plain(value) for name, value in self.values.items()}
        ids = None if self.ids is None else sorted(set(self.ids))
        return {"type": self.known.name, "where": self.where, "ids": ids, "values": values}

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> BulkChange:
        """The change that a job keeps."""
        return cls(
            known=record_type(parameters["type"]),
            values=parameters["values"],
            where=parameters["where"],
            ids=parameters["ids"],
        )


@transaction.atomic
def request_bulk(*, actor: Actor, change: BulkChange, now: datetime) -> Job:
    """Ask for a bulk change; what can be wrong with it is said at once.

    Raises ForbiddenError when the actor changes nothing at all, InvalidError, or ConditionError.
    """
    if not may_create(actor, change.known.sharing):
        raise ForbiddenError
    if (change.where is None) == (change.ids is None):
        raise InvalidError({"where": ["Say which records: either by `where` or by `ids`."]})
    if change.ids is not None and len(change.ids) > IDS_AT_ONCE:
        raise InvalidError({"ids": [f"At most {IDS_AT_ONCE} at once; use `where` for more."]})
    if not change.values:
        raise InvalidError({"set": ["Say what to set."]})
    clean_values(change.known, change.values, actor=actor, partial=True)
    bulk_rows(change, actor, now=now)
    return enqueue(kind=KIND, actor=actor, parameters=change.parameters(), now=now)


def bulk_rows(change: BulkChange, actor: Actor, *, now: datetime) -> QuerySet[Any]:
    """Return the visible rows that a bulk change is about."""
    where = parse_where(change.where or "", change.known) if change.ids is None else Everything()
    rows = matching(change.known, actor, where, Context(now=now, zone=actor.zone))
    return rows if change.ids is None else rows.filter(pk__in=change.ids)


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
        different = changes_of_row(known, row, cleaned)
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
    known.model.objects.bulk_update(touched, [*sorted(columns), "version", "updated_at"], batch_size=200)
    record_changes(changeset, record_type=known.name, action=ChangeAction.UPDATE, rows=changed)
    return len(touched)
