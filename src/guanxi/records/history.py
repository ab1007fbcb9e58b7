"""What happened to one record: from the change sets, masked like the record itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.sql.compiler import SQLCompiler

from guanxi.access.calc import Actor
from guanxi.access.models import Change, ChangeAction
from guanxi.access.queries import changes_of
from guanxi.records.declaration import NestedRows, RecordType
from guanxi.records.queries import get_record
from guanxi.records.values import masked, shows_sensitive


class ValueUnder(Func):
    """The value under a key of a JSON object; Django's own transform takes a key of digits for a place in a list."""

    output_field = JSONField()

    def __init__(self, key: str, column: str) -> None:
        super().__init__(F(column), Value(key, TextField()))
        self.key = key

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:
        """`$."7"` is the path to the key 7."""
        path = Func(
            self.source_expressions[0], Value(f'$."{self.key}"', TextField()), function="JSON_EXTRACT"
        )
        return path.as_sql(compiler, connection)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> Any:
        """A key that is a text is never a place in a list."""
        return super().as_sql(compiler, connection, template="(%(expressions)s::text)", arg_joiner=" -> ")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a record. `fields` maps a field to its values before and after, in plain form."""

    change_id: int
    changeset_id: int
    action: ChangeAction
    verb: str
    why: str
    at: datetime
    actor_id: int | None
    actor_name: str
    undone_by: int | None
    fields: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Events, newest first, and the number to go on before (None: that was the beginning)."""

    events: list[Event]
    next: int | None


def record_history(
    known: RecordType, actor: Actor, record_id: int, *, limit: int = 50, before: int | None = None
) -> HistoryPage:
    """Return what happened to a record that the actor may see. Raises NotFoundError."""
    row = get_record(known, actor, record_id)
    unmasked = shows_sensitive(row, actor)
    changes = _of_row(changes_of(known.name, record_id), row)
    if before is not None:
        changes = changes.filter(pk__lt=before)
    found = list(changes.order_by("-pk")[: limit + 1])
    events = [_event(known, change, unmasked=unmasked) for change in found[:limit]]
    return HistoryPage(events, found[limit - 1].pk if len(found) > limit else None)


def _of_row(changes: QuerySet[Change], row: Any) -> QuerySet[Change]:
    """Only those batches that hold the row: its values are read out of the batch by the database.

    Batches of created and deleted rows keep bounds only. A row knows what made it; a living row was deleted by a
    change set only if that was undone, which named the row.
    """
    key = str(row.pk)
    restored = Change.objects.filter(
        changeset=OuterRef("changeset__undone_by"), action=ChangeAction.RESTORE, rows__has_key=key
    )
    holds = (
        Q(action__in=[ChangeAction.UPDATE, ChangeAction.RESTORE], rows__has_key=key)
        | Q(action=ChangeAction.CREATE, changeset=row.created_in_id)
        | Q(Exists(restored), action=ChangeAction.DELETE)
    )
    return changes.filter(holds).annotate(values_of_row=ValueUnder(key, "rows")).defer("rows")


def _event(known: RecordType, change: Any, *, unmasked: bool) -> Event:
    changeset = change.changeset
    values = change.values_of_row or {}
    return Event(
        change_id=change.pk,
        changeset_id=changeset.pk,
        action=ChangeAction(change.action),
        verb=changeset.verb,
        why=changeset.why,
        at=changeset.created_at,
        actor_id=changeset.actor_id,
        actor_name=str(changeset.actor or ""),
        undone_by=changeset.undone_by_id,
        fields=_shown(known, values, unmasked=unmasked),
    )


def _shown(known: RecordType, values: dict[str, Any], *, unmasked: bool) -> dict[str, tuple[Any, Any]]:
    """Declared fields only (matching keys are ours), under their names, sensitive ones masked as due."""
    fields = {field.name if field.join else field.attribute: field for field in known.fields}
    nested = known.nested
    shown: dict[str, tuple[Any, Any]] = {}
    for attribute, pair in values.items():
        field = fields.get(attribute)
        if field is None:
            if nested and attribute == nested.name:
                before, after = pair
                shown[attribute] = (_shown_rows(nested, before), _shown_rows(nested, after))
            continue
        hide = field.sensitive and not unmasked
        before, after = (
            masked(field, value) if hide and value not in ("", None) else value for value in pair
        )
        shown[field.name] = (before, after)
    return shown


def _shown_rows(nested: NestedRows, rows: Any) -> Any:
    """Of rows inside a record what its declaration shows of them."""
    names = {field.name for field in nested.fields}
    return [{name: value for name, value in row.items() if name in names} for row in rows or ()]
