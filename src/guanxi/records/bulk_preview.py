"""What a bulk change would do: how many rows, and the first of them before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanxi.access.calc import Actor
from guanxi.records.custom.storage import put
from guanxi.records.declaration import FieldDeclaration
from guanxi.records.presentation import shown
from guanxi.records.queries import joined
from guanxi.records.services.bulk import BulkChange, bulk_rows, changeable_rows, joined_values

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field of a row as it is and as it would be, as people read it."""

    label: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Whether nothing would change."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    """One of the first rows."""

    row: Any
    fields: Sequence[ChangedField]


@dataclass(frozen=True, slots=True)
class Preview:
    """How many rows are meant, how many of them the actor may change, and the first of these."""

    matched: int
    changeable: int
    rows: Sequence[PreviewedRow]

    @property
    def refused(self) -> int:
        """How many are left as they are because the actor may not change them."""
        return self.matched - self.changeable


def preview_bulk(change: BulkChange, cleaned: Mapping[str, Any], actor: Actor, *, now: datetime) -> Preview:
    """Return what would happen. Raises ConditionError."""
    rows = bulk_rows(change, actor, now=now)
    mine = changeable_rows(rows, change, actor)
    fields = [change.known.by_name[name] for name in change.values]
    first = joined(mine, fields).order_by("pk")[:SHOWN]
    return Preview(rows.count(), mine.count(), [_previewed(row, change, fields, cleaned) for row in first])


def _previewed(
    row: Any, change: BulkChange, fields: Sequence[FieldDeclaration], cleaned: Mapping[str, Any]
) -> PreviewedRow:
    before = [shown(row, field, unmasked=True) for field in fields]
    for attribute, value in {**cleaned, **joined_values(change, row, cleaned)}.items():
        put(row, attribute, value)
    after = [shown(row, field, unmasked=True) for field in fields]
    labels = [str(field.label) for field in fields]
    return PreviewedRow(row, [ChangedField(*each) for each in zip(labels, before, after, strict=True)])
