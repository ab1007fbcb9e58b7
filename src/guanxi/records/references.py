"""Everything that points to a record of a type, and what becomes of it when the record becomes another one.

Foreign keys are found in Django's own metadata, so that none is forgotten: those of records move with a merge and come
back with its undo. Those of other rows say what becomes of them, once, from their room; a test fails while one has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models

from guanxi.records.declaration import RecordType, type_of
from guanxi.records.models import Record


class OnMerge(StrEnum):
    """What becomes of a row that is no record when the customer it points to becomes another one."""

    STAYS = "stays"  # it tells of the former customer and is found through the merge; undo needs nothing
    COMPUTED = "computed"  # it follows from records and is computed anew for whoever they hang on now


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key of a record type to the type asked about."""

    part: RecordType
    column: str

    @property
    def attribute(self) -> str:
        """The plain column."""
        return f"{self.column}_id"


_answers: dict[tuple[str, str], OnMerge] = {}


def declare_reference(model: type[models.Model], column: str, on_merge: OnMerge) -> None:
    """Say what becomes of rows that point to records (by a foreign key or by an id). Called once, at start."""
    _answers[model._meta.label_lower, column] = on_merge  # noqa: SLF001 - Django's documented model API


def declared_references() -> Mapping[tuple[str, str], OnMerge]:
    """Return what was said, by model and column."""
    return dict(_answers)


def record_references(model: type[Record]) -> list[Reference]:
    """Return the foreign keys of records to `model`: a merge moves them all."""
    found = []
    for other, column in _foreign_keys(model):
        part = type_of(other)
        if part is not None:
            found.append(Reference(part, column))
    return found


def undeclared_references(model: type[Record]) -> list[str]:
    """Return the foreign keys to `model` of which nobody has said what a merge does: there must be none."""
    return [
        f"{other._meta.label_lower}.{column}"  # noqa: SLF001 - Django's documented model API
        for other, column in _foreign_keys(model)
        if type_of(other) is None and (other._meta.label_lower, column) not in _answers  # noqa: SLF001
    ]


def _foreign_keys(model: type[Record]) -> list[tuple[Any, str]]:
    """Models and columns that point here; `related_name="+"` hides a key from its target, not from this."""
    relations = model._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django's documented model API
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if isinstance(relation, models.ForeignObjectRel) and relation.field.concrete
    ]
