"""Writes of how somebody has the columns of a list: a habit, not a record, so no change set tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from guanxi.access.calc import Actor
from guanxi.records.declaration import RecordType
from guanxi.records.habits import bounded
from guanxi.records.models import ListHabit, SavedView


@transaction.atomic
def keep_columns(
    *,
    actor: Actor,
    known: RecordType,
    view: SavedView | None,
    columns: Sequence[str] | None = None,
    widths: Mapping[str, int] | None = None,
) -> None:
    """Keep which columns somebody wants (None: as before) or how wide they are; unknown fields are left out."""
    habit, _made = ListHabit.objects.select_for_update().get_or_create(
        owner_id=actor.id, record_type=known.name, view=view
    )
    if columns is not None:
        habit.columns = [name for name in dict.fromkeys(columns) if name in known.by_name]
    if widths is not None:
        habit.widths = {name: bounded(width) for name, width in widths.items() if name in known.by_name}
    habit.save(update_fields=["columns", "widths"])


def forget_columns(*, actor: Actor, known: RecordType, view: SavedView | None) -> None:
    """Let a list be as the view, or the declaration, has it."""
    ListHabit.objects.filter(owner_id=actor.id, record_type=known.name, view=view).delete()
