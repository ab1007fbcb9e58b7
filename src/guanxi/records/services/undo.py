"""Taking a change set back: what was made goes, what was changed or removed returns, what was touched since stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ConflictError, ForbiddenError, NotFoundError
from guanxi.access.models import Change, ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.queries import changesets_visible_to
from guanxi.access.services import open_changeset, record_changes
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.models import Record
from guanxi.records.services.undo_updates import take_back_update


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: rows taken back by type, and the rows kept because someone went on with them."""

    changeset: ChangeSet
    taken_back: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, list[int]] = field(default_factory=dict)


Guard = Callable[[ChangeSet], None]
"""What may stand against an undo: raises ConflictError, with a message that says what to undo first."""

_guards: list[Guard] = []


def guard_undo(guard: Guard) -> None:
    """Let a higher room refuse undos that would put things where they do not belong. Called once, at start."""
    if guard not in _guards:
        _guards.append(guard)


@transaction.atomic
def undo_changeset(*, actor: Actor, changeset_id: int, now: datetime) -> Undone:
    """Take a change set back. Raises NotFoundError, ForbiddenError, or ConflictError when it was undone already
    or something later must be undone first.

    Set-based: a few statements a type, however many rows. A row that was edited since, or that others were hung on
    since, is kept and named.
    """
    changeset = changesets_visible_to(actor).select_for_update(of=("self",)).filter(pk=changeset_id).first()
    if changeset is None:
        raise NotFoundError
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
    if changeset.undone_by_id:
        raise ConflictError(_("This was undone already."))
    for guard in _guards:
        guard(changeset)
    undo = open_changeset(actor=actor, verb=ChangeVerb.UNDO, why=f"#{changeset.pk}", now=now)
    taken_back: dict[str, int] = defaultdict(int)
    kept: dict[str, list[int]] = defaultdict(list)
    for change in changeset.changes.order_by("-id"):
        _STEPS[ChangeAction(change.action)](change, undo, taken_back, kept)
    for known, ids in _withdraw_created(changeset, undo).items():
        taken_back[known] += len(ids)
    for name in {change.record_type for change in changeset.changes.filter(action=ChangeAction.CREATE)}:
        kept[name] += _ids(record_type(name).model.objects.alive().filter(created_in=changeset))
    ChangeSet.objects.filter(pk=changeset.pk).update(undone_by=undo)
    return Undone(undo, dict(taken_back), {name: ids for name, ids in kept.items() if ids})


def _withdraw_created(changeset: ChangeSet, undo: ChangeSet) -> dict[str, list[int]]:
    """Remove the rows the change set made, parts before what they hang on, until nothing more can go."""
    waiting = {change.record_type for change in changeset.changes.filter(action=ChangeAction.CREATE)}
    gone: dict[str, list[int]] = {}
    for known in _parts_first(waiting):
        made = known.model.objects.alive().filter(created_in=changeset).exclude(_has_living_parts(known))
        ids = sorted(_ids(made.filter(version=1)) + _as_made(known, made.filter(version__gt=1), changeset))
        _set_deleted(known, ids, undo)
        record_changes(
            undo, record_type=known.name, action=ChangeAction.DELETE, rows={key: {} for key in ids}
        )
        gone[known.name] = ids
    return gone


def _as_made(known: RecordType, rows: QuerySet[Any], changeset: ChangeSet) -> list[int]:
    """Of rows that were written since, those that are as they were made: all that was done to them was undone.

    Every write counts a version up and is told in a change, but for deletions, which name no rows: what was brought
    back was deleted before.
    """
    versions = dict(rows.values_list("pk", "version"))
    if not versions:
        return []
    changes = Change.objects.filter(
        Q(changeset__undone_by__isnull=False) | Q(changeset__verb=ChangeVerb.UNDO),
        changeset__gt=changeset,
        record_type=known.name,
        first_id__lte=max(versions),
        last_id__gte=min(versions),
    )
    for action, told in changes.values_list("action", "rows").iterator(chunk_size=10):
        writes = 2 if action == ChangeAction.RESTORE else 1
        for key in versions.keys() & set(map(int, told)):
            versions[key] -= writes
    return [key for key, left in versions.items() if left == 1]


def _parts_first(names: Iterable[str]) -> list[RecordType]:
    """Order types so that whatever refers to another comes before it."""
    waiting = {record_type(name).model: record_type(name) for name in sorted(names)}
    order: TopologicalSorter[type[Record]] = TopologicalSorter()
    for model, known in waiting.items():
        order.add(model, *(part for part, _ in _referring(known) if part in waiting and part is not model))
    return [waiting[model] for model in order.static_order()]


def _referring(known: RecordType) -> list[tuple[type[Record], str]]:
    """The record columns that point to rows of a type."""
    relations = known.model._meta.related_objects  # noqa: SLF001 - Django's documented model API
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if issubclass(relation.related_model, Record)
    ]


def _has_living_parts(known: RecordType) -> Q:
    """Rows that living records refer to."""
    found = Q()
    for model, name in _referring(known):
        parts: QuerySet[Any] = model.objects.filter(deleted_in=None, **{name: OuterRef("pk")})
        found |= Q(Exists(parts))
    return found or Q(pk__in=[])


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _set_deleted(known: RecordType, ids: list[int], changeset: ChangeSet | None) -> None:
    for start in range(0, len(ids), 900):
        rows = known.model.objects.filter(pk__in=ids[start : start + 900])
        rows.update(deleted_in=changeset, version=F("version") + 1)


def _take_back_delete(
    change: Change, undo: ChangeSet, taken_back: dict[str, int], _kept: dict[str, list[int]]
) -> None:
    """Bring back the rows the change removed."""
    known = record_type(change.record_type)
    ids = _ids(
        known.model.objects.filter(
            deleted_in=change.changeset, pk__gte=change.first_id, pk__lte=change.last_id
        )
    )
    _set_deleted(known, ids, None)
    taken_back[known.name] += len(ids)
    record_changes(undo, record_type=known.name, action=ChangeAction.RESTORE, rows={key: {} for key in ids})


def _take_back_restore(
    change: Change, undo: ChangeSet, taken_back: dict[str, int], _kept: dict[str, list[int]]
) -> None:
    """Remove again what the change brought back."""
    known = record_type(change.record_type)
    ids = [int(key) for key in change.rows]
    _set_deleted(known, ids, undo)
    taken_back[known.name] += len(ids)
    record_changes(undo, record_type=known.name, action=ChangeAction.DELETE, rows={key: {} for key in ids})


def _leave_created(
    _change: Change, _undo: ChangeSet, _taken_back: dict[str, int], _kept: dict[str, list[int]]
) -> None:
    """Created rows are withdrawn together afterwards: the order of types matters there."""


_STEPS = {
    ChangeAction.CREATE: _leave_created,
    ChangeAction.UPDATE: take_back_update,
    ChangeAction.DELETE: _take_back_delete,
    ChangeAction.RESTORE: _take_back_restore,
}
