"""Indexes of the custom fields that are to be found and sorted quickly: made and dropped while people go on working.

Which indexes stand is read from the database, which shall stand from the definitions; `match_indexes` makes the one
the other, so it may be asked for at any time and as often as one likes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Index, Model, Q
from django.db.models.lookups import IsNull

from guanxi.conditions.django_stored import StoredList, stored_value
from guanxi.conditions.schema import Field, FieldType
from guanxi.jobs.queries import is_waiting
from guanxi.jobs.services import JobRun, enqueue, register
from guanxi.records.custom.fields import custom_fields, declarations_of, definition_of
from guanxi.records.declaration import RecordType, record_types
from guanxi.records.models import CustomField

KIND = "custom_indexes"
PREFIX = "custom_field_"


def indexes_soon(now: datetime) -> None:
    """Ask for the indexes to be made what the definitions say, unless that is asked for already."""
    if not is_waiting(KIND):
        enqueue(kind=KIND, actor=None, parameters={}, now=now)


def wanted_indexes(known: RecordType) -> dict[str, Index]:
    """Return the indexes of a type's fields by their names.

    The name tells the kind, for a field that becomes of another kind is read otherwise.
    """
    found: dict[str, Index] = {}
    for row in custom_fields(known.name):
        definition = definition_of(row)
        if not definition.indexed:
            continue
        field = next(iter(declarations_of(definition))).condition_field()
        name = f"{PREFIX}{row.pk}_{field.type.value}"
        found[name] = _index(field, name)
    return found


def _index(field: Field, name: str) -> Index:
    """The index of a field.

    It is of the value as conditions and lists read it, then the id, of the records that have one: so it serves
    filters, both orders and pages by keyset, and an empty field costs nothing. Of several choices PostgreSQL keeps
    what is in the list, SQLite the whole list, to look through.
    """
    value = stored_value(field)
    if field.type is FieldType.CHOICES and connection.vendor == "postgresql":
        return Index(StoredList(field.stored, field.name), name=name)
    is_filled = Q(IsNull(value, False))  # noqa: FBT003 - Django's look-up
    return Index(value, F("id"), name=name, condition=is_filled)


def standing_indexes(known: RecordType) -> set[str]:
    """Return the names of the indexes of custom fields that the database has."""
    with connection.cursor() as cursor:  # house: Django's way to read what stands
        table = known.model._meta.db_table  # noqa: SLF001 - Django's documented model API
        return {
            name
            for name in connection.introspection.get_constraints(cursor, table)
            if name.startswith(PREFIX)
        }


def match_indexes() -> dict[str, int]:
    """Make and drop indexes until they are those of the definitions; returns how many of each.

    Outside a transaction PostgreSQL does it without locking anybody out.
    """
    done = {"made": 0, "dropped": 0}
    for known in record_types():
        wanted, standing = wanted_indexes(known), standing_indexes(known)
        for name in sorted(standing - wanted.keys()):
            _drop(known, Index(F("id"), name=name))
            done["dropped"] += 1
        for name in sorted(wanted.keys() - standing):
            _make(known, wanted[name])
            done["made"] += 1
    return done


def _options() -> dict[str, Any]:
    aside = connection.vendor == "postgresql" and not connection.in_atomic_block
    return {"concurrently": True} if aside else {}


def _editor() -> BaseDatabaseSchemaEditor:
    """Django's writer of DDL, as one statement needs it: without a transaction of its own."""
    editor = connection.schema_editor(atomic=False)
    editor.deferred_sql = []
    return editor


def _make(known: RecordType, index: Index) -> None:
    editor = _editor()
    try:
        statement = index.create_sql(known.model, editor, using=_method(index), **_options())
        editor.execute(str(statement), params=None)
    except DatabaseError:
        # What PostgreSQL could not finish it leaves behind, never used and always written.
        if not connection.in_atomic_block:
            _drop(known, index)
        raise


def _method(index: Index) -> str:
    """How PostgreSQL keeps what is in a list."""
    is_inside = any(isinstance(part, StoredList) for part in index.expressions)
    return " USING gin" if is_inside else ""


def _drop(known: RecordType, index: Index) -> None:
    editor = _editor()
    editor.execute(str(index.remove_sql(known.model, editor, **_options())), params=None)


def restore_indexes(**_told: Any) -> None:
    """Make what migrations dropped: SQLite writes an altered table anew, with the indexes of its model only."""
    tables = connection.introspection.table_names()
    models: list[type[Model]] = [CustomField, *(known.model for known in record_types())]
    if all(model._meta.db_table in tables for model in models):  # noqa: SLF001 - Django's documented model API
        match_indexes()


def run_indexes(_run: JobRun) -> Mapping[str, Any]:
    """Make the indexes, as a job."""
    return match_indexes()


register(KIND, run_indexes)
