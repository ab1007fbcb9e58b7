"""References that custom fields hold: moved when what they point to becomes another record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guanxi.access.models import ChangeAction, ChangeSet
from guanxi.access.services import record_changes
from guanxi.conditions.django_stored import stored_value
from guanxi.records.custom.storage import held, put
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, record_type, record_types

AT_ONCE = 500


def move_references(*, target: str, moves: Mapping[int, int], changeset: ChangeSet, now: datetime) -> int:
    """Let custom fields that point to `target` records point to those they became (`moves`); returns how many rows.

    Call it inside the transaction of the merge: what changes is told in its change set, field by field, and undone
    with it. Costs nothing where no field points to such records.
    """
    changed = 0
    for declared in record_types():
        known = record_type(declared.name)
        fields = [field for field in known.fields if _points_to(field, target)]
        rows: dict[int, dict[str, tuple[object, object]]] = {}
        for field in fields:
            for number, change in _move(known, field, moves, now).items():
                rows.setdefault(number, {}).update(change)
        record_changes(changeset, record_type=known.name, action=ChangeAction.UPDATE, rows=rows)
        changed += len(rows)
    return changed


def _points_to(field: FieldDeclaration, target: str) -> bool:
    return bool(field.stored) and field.kind is Kind.REFERENCE and field.target == target


def _move(
    known: RecordType, field: FieldDeclaration, moves: Mapping[int, int], now: datetime
) -> dict[int, dict[str, tuple[object, object]]]:
    """Move one field of one type, in batches of what is pointed to."""
    told: dict[int, dict[str, tuple[object, object]]] = {}
    ids = sorted(moves)
    for start in range(0, len(ids), AT_ONCE):
        rows: list[Any] = list(
            known.model.objects.alive()
            .alias(pointed=stored_value(field.condition_field()))
            .filter(pointed__in=ids[start : start + AT_ONCE])
            .select_for_update(of=("self",))
        )
        for row in rows:
            before = held(row, field.attribute)
            put(row, field.attribute, moves[before])
            row.version += 1
            row.updated_at = now
            told[row.pk] = {field.attribute: (before, moves[before])}
        known.model.objects.bulk_update(rows, ["custom", "version", "updated_at"], batch_size=200)
    return told
