"""A block of cells written at once: what fits is kept under one change set, what does not is told cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, may_create
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.records.custom.storage import columns_of
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.pasted import Names, names_asked, value_of_text
from guanxi.records.services.editing import changes_of_row, require_parent
from guanxi.records.values import MASKED, clean_value, looks_masked

CELLS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class BlockRow:
    """The texts for one record, as it was read at `version`; they stand in the order of the block's fields."""

    record_id: int
    version: int
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that was not written, what was to be written, and why; `is_stale`: somebody else was quicker."""

    record_id: int
    name: str
    text: str
    reason: str
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Pasted:
    """How many cells are different now, what was refused, and the change set (None: nothing was different)."""

    cells: int
    refused: Sequence[Refused]
    changeset: ChangeSet | None


Changed = dict[int, dict[str, tuple[object, object]]]
Resolved = Mapping[str, Names]


@transaction.atomic
def paste_block(
    *, actor: Actor, known: RecordType, names: Sequence[str], block: Sequence[BlockRow], now: datetime
) -> Pasted:
    """Write texts into the fields called `names` of several records; every other cell of the block is kept.

    Raises ForbiddenError for who changes nothing at all, InvalidError when the block is none or larger than is written
    at once.
    """
    if not may_create(actor, known.sharing):
        raise ForbiddenError
    _require_block(names, block)
    fields = [known.by_name.get(name) for name in names]
    resolved = _resolve(fields, block, actor)
    ids = {line.record_id for line in block}
    seen = set(known.model.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    mine = known.model.objects.changeable_by(actor).select_for_update(of=("self",)).filter(pk__in=ids)
    rows = {row.pk: row for row in mine}
    writing = _Writing(known, actor, dict(zip(names, fields, strict=True)), resolved)
    for line in block:
        writing.take(rows.get(line.record_id), line, is_seen=line.record_id in seen)
    changeset = writing.save(now) if writing.changed else None
    return Pasted(sum(map(len, writing.changed.values())), writing.refused, changeset)


def _require_block(names: Sequence[str], block: Sequence[BlockRow]) -> None:
    if not names or not block or any(len(line.texts) != len(names) for line in block):
        raise InvalidError({"block": [_("There is nothing to paste.")]})
    if len({line.record_id for line in block}) < len(block) or len(set(names)) < len(names):
        raise InvalidError({"block": [_("A row or column stands twice in the block.")]})
    if len(names) * len(block) > CELLS_AT_ONCE:
        raise InvalidError(
            {
                "block": [
                    _("At most %(limit)s cells at once: import the file instead.") % {"limit": CELLS_AT_ONCE}
                ]
            }
        )


def _resolve(fields: Sequence[FieldDeclaration | None], block: Sequence[BlockRow], actor: Actor) -> Resolved:
    """What the texts of reference columns mean, one query a column."""
    return {
        field.name: names_asked(field, (line.texts[place] for line in block), actor)
        for place, field in enumerate(fields)
        if field is not None and field.kind is Kind.REFERENCE and field.editable
    }


class _Writing:
    """The rows of one block on their way: what changed on each, and what was refused."""

    def __init__(
        self,
        known: RecordType,
        actor: Actor,
        fields: Mapping[str, FieldDeclaration | None],
        resolved: Resolved,
    ) -> None:
        self.known = known
        self.actor = actor
        self.fields = fields
        self.resolved = resolved
        self.changed: Changed = {}
        self.touched: list[Any] = []
        self.refused: list[Refused] = []

    def take(self, row: Any, line: BlockRow, *, is_seen: bool) -> None:
        """Set the texts of a line on its row, or refuse them all."""
        if row is None:
            reason = _("You may see this, but not change it.") if is_seen else _("It is not there any more.")
            self._refuse(line, reason)
        elif row.version != line.version:
            self._refuse(line, _("Somebody else has changed this meanwhile."), is_stale=True)
        else:
            self._set(row, line)

    def save(self, now: datetime) -> ChangeSet:
        """Write all rows that are different now, under one change set."""
        known = self.known
        changeset = open_changeset(actor=self.actor, verb=ChangeVerb.BULK, now=now)
        for row in self.touched:
            row.version += 1
            row.updated_at = now
        columns = columns_of(
            (*known.computed, *(name for values in self.changed.values() for name in values))
        )
        known.model.objects.bulk_update(
            self.touched, [*sorted(columns), "version", "updated_at"], batch_size=200
        )
        record_changes(changeset, record_type=known.name, action=ChangeAction.UPDATE, rows=dict(self.changed))
        return changeset

    def _set(self, row: Any, line: BlockRow) -> None:
        cleaned: dict[str, Any] = {}
        for (name, field), text in zip(self.fields.items(), line.texts, strict=True):
            try:
                attribute, value = self._cleaned(name, field, text)
                cleaned[attribute] = value
            except ValidationError as error:
                self.refused.append(Refused(line.record_id, name, text, " ".join(error.messages)))
        try:
            different = changes_of_row(self.known, row, cleaned) if cleaned else {}
            if self.known.parent and self.known.by_name[self.known.parent].attribute in different:
                require_parent(self.known, row, self.actor)
        except InvalidError as error:
            self._refuse(line, " ".join(error.texts))
        except ForbiddenError:
            self._refuse(line, _("You may not hang these records on that one."))
        else:
            if different:
                self.changed[row.pk] = different
                self.touched.append(row)

    def _cleaned(self, name: str, field: FieldDeclaration | None, text: str) -> tuple[str, Any]:
        if field is None or not field.editable:
            raise ValidationError(_("This cannot be changed."))
        if looks_masked(field, text):
            raise ValidationError(MASKED)
        value = value_of_text(field, text, self.resolved.get(name, {}))
        if field.kind is Kind.REFERENCE and value:
            return field.attribute, value  # found among those that the actor may name
        return field.attribute, clean_value(self.known, field, value, actor=self.actor)

    def _refuse(self, line: BlockRow, reason: str, *, is_stale: bool = False) -> None:
        already = {(found.record_id, found.name) for found in self.refused}
        self.refused += [
            Refused(line.record_id, name, text, reason, is_stale)
            for name, text in zip(self.fields, line.texts, strict=True)
            if (line.record_id, name) not in already
        ]
