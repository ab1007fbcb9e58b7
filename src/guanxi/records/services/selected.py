"""Writes on rows that somebody selected on a page: at once, under one change set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Verb
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.records.declaration import RecordType
from guanxi.records.services.bulk import BulkChange, change_batch

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Selected:
    """What came of it: how many rows were written, how many the actor may not, and the change set to undo."""

    done: int
    refused: int
    changeset: ChangeSet


@transaction.atomic
def change_selected(
    *, actor: Actor, known: RecordType, ids: Sequence[int], values: Mapping[str, object], now: datetime
) -> Selected:
    """Set values on the selected rows; those the actor may not change are left and counted.

    Raises InvalidError, or ForbiddenError when none of them may be changed.
    """
    allowed = _allowed(known, actor, ids, Verb.CHANGE)
    changeset = open_changeset(actor=actor, verb=ChangeVerb.BULK, now=now)
    change = BulkChange(known=known, values=values, ids=allowed)
    change_batch(change, allowed, actor=actor, changeset=changeset, now=now)
    return Selected(len(allowed), len(set(ids)) - len(allowed), changeset)


@transaction.atomic
def delete_selected(*, actor: Actor, known: RecordType, ids: Sequence[int], now: datetime) -> Selected:
    """Remove the selected rows; undo brings them back. Raises ForbiddenError when none of them may be removed."""
    allowed = _allowed(known, actor, ids, Verb.DELETE)
    changeset = open_changeset(actor=actor, verb=ChangeVerb.DELETE, now=now)
    rows = known.model.objects.filter(pk__in=allowed)
    rows.update(deleted_in=changeset, version=F("version") + 1, updated_at=now)
    gone: dict[int, dict[str, tuple[object, object]]] = {key: {} for key in allowed}
    record_changes(changeset, record_type=known.name, action=ChangeAction.DELETE, rows=gone)
    return Selected(len(allowed), len(set(ids)) - len(allowed), changeset)


def _allowed(known: RecordType, actor: Actor, ids: Sequence[int], verb: Verb) -> list[int]:
    """Lock the selected rows on which the actor may do this."""
    if not ids:
        raise InvalidError({"ids": [_("Nothing is selected.")]})
    if len(ids) > AT_ONCE:
        raise InvalidError({"ids": [_("At most %(limit)s rows at once.") % {"limit": AT_ONCE}]})
    rows = known.model.objects.allowed(actor, verb).select_for_update(of=("self",)).filter(pk__in=ids)
    allowed = sorted(rows.values_list("pk", flat=True))
    if not allowed:
        raise ForbiddenError
    return allowed
