"""Declarations read off the columns of a model: label, kind, length, range and choices stand there already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations

from guanxi.records.declaration import FieldDeclaration, Kind
from guanxi.records.models import Record

_KINDS_OF_COLUMNS: tuple[tuple[type[models.Field[Any, Any]], Kind], ...] = (
    (models.ForeignKey, Kind.REFERENCE),
    (models.BooleanField, Kind.BOOLEAN),
    (models.DateTimeField, Kind.DATETIME),
    (models.DateField, Kind.DATE),
    (models.DecimalField, Kind.NUMBER),
    (models.FloatField, Kind.NUMBER),
    (models.IntegerField, Kind.INTEGER),
    (models.EmailField, Kind.EMAIL),
    (models.URLField, Kind.URL),
    (models.TextField, Kind.LONG_TEXT),
    (models.CharField, Kind.TEXT),
)


def declare_field(model: type[Record], name: str, **wishes: Any) -> FieldDeclaration:
    """Declare a column, with label, kind, length and choices read off the model; `wishes` override."""
    column = model._meta.get_field(name)  # noqa: SLF001 - Django's documented model API
    assert isinstance(column, models.Field)  # noqa: S101 - relations from elsewhere are not declared
    choices = tuple((str(value), label) for value, label in (column.choices or ()))
    kind = wishes.pop("kind", None) or (
        Kind.CHOICE if choices else next(kind for base, kind in _KINDS_OF_COLUMNS if isinstance(column, base))
    )
    known: dict[str, Any] = {
        "label": column.verbose_name,
        "column": name,
        "required": not column.blank and not column.has_default() and column.editable,
        "nullable": column.null,
        "editable": column.editable,
        **_whole_range(column),
        "max_length": column.max_length if kind not in (Kind.CHOICE, Kind.REFERENCE) else None,
        "choices": choices,
        "help": column.help_text,
    }
    if (
        kind is Kind.REFERENCE
        and column.related_model is not None
        and not isinstance(column.related_model, str)
    ):
        known["target"] = column.related_model._meta.model_name  # noqa: SLF001
    return FieldDeclaration(name=name, kind=kind, **{**known, **wishes})


def _whole_range(column: models.Field[Any, Any]) -> dict[str, int]:
    """What a whole number may be: the same on every database, though SQLite would take more."""
    if not isinstance(column, models.IntegerField):
        return {}
    low, high = BaseDatabaseOperations.integer_field_ranges[column.get_internal_type()]
    return {"minimum": low, "maximum": high}


def declare_times(model: type[Record]) -> Iterable[FieldDeclaration]:
    """Declare when a row was made and last changed: every type has both."""
    return (declare_field(model, "created_at"), declare_field(model, "updated_at"))
