"""The custom fields of a record type: reads of them, and the declarations that every face of the program knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanxi.access.errors import NotFoundError
from guanxi.records.custom.definition import Choice, CustomKind, Definition
from guanxi.records.declaration import FieldDeclaration, Kind
from guanxi.records.models import CustomField

STORED = "custom"
"""The JSON column of every record in which the values stand, each under its field's name."""
TEXT_LENGTH = 500
"""What fits an index on PostgreSQL whatever the script."""
LONG_TEXT_LENGTH = 100_000
CURRENCY_SUFFIX = "_currency"
_LENGTHS = {
    Kind.LONG_TEXT: LONG_TEXT_LENGTH,
    Kind.TEXT: TEXT_LENGTH,
    Kind.URL: TEXT_LENGTH,
    Kind.PHONE: 200,
    Kind.EMAIL: 254,
}
_UNSORTED = (Kind.LONG_TEXT, Kind.CHOICES, Kind.FILE)


def custom_fields(record_type: str) -> list[CustomField]:
    """Return the fields a type has now, in their order; each one's meaning is `definition_of(field)`."""
    found = CustomField.objects.filter(record_type=record_type, removed_at=None)
    return sorted(found, key=lambda field: (field.definition.get("position", 0), field.pk))


def custom_field(record_type: str, name: str) -> CustomField:
    """Return the field of a type called so. Raises NotFoundError."""
    found = in_use(record_type).filter(name=name).first()
    if found is None:
        raise NotFoundError
    return found


def in_use(record_type: str) -> QuerySet[CustomField]:
    """Return the fields of a type that were not removed."""
    return CustomField.objects.filter(record_type=record_type, removed_at=None)


def definition_of(field: CustomField) -> Definition:
    """Return what a field is."""
    return Definition.from_json(field.definition)


def declared_fields(record_type: str) -> list[FieldDeclaration]:
    """Return the fields as lists, forms, conditions, API and the rest know them."""
    return [
        declared for field in custom_fields(record_type) for declared in declarations_of(definition_of(field))
    ]


def declarations_of(definition: Definition) -> Iterable[FieldDeclaration]:
    """Return the field's declaration; an amount of money is followed by its currency, a field of its own."""
    kind = _kind_of(definition)
    yield FieldDeclaration(
        name=definition.name,
        label=label_of(definition),
        kind=kind,
        column=definition.name,
        stored=STORED,
        required=definition.required,
        editable=definition.kind is not CustomKind.FORMULA,
        sensitive=definition.sensitive,
        listed=definition.listed,
        sortable=kind not in _UNSORTED,
        max_length=_LENGTHS.get(kind),
        choices=tuple((choice.value, choice.label) for choice in definition.choices if not choice.removed),
        former_choices=tuple((choice.value, choice.label) for choice in definition.choices if choice.removed),
        colours=tuple((choice.value, choice.colour) for choice in definition.choices if choice.colour),
        target=definition.target,
        currency=f"{definition.name}{CURRENCY_SUFFIX}" if kind is Kind.MONEY else "",
        default=definition.default,
        help=definition.help,
        formula=definition.formula,
        indexed=definition.indexed,
    )
    if kind is Kind.MONEY:
        yield _currency_of(definition)


def _kind_of(definition: Definition) -> Kind:
    kind = definition.result if definition.kind is CustomKind.FORMULA else definition.kind
    return Kind(str(kind or CustomKind.TEXT))


def _currency_of(definition: Definition) -> FieldDeclaration:
    return FieldDeclaration(
        name=f"{definition.name}{CURRENCY_SUFFIX}",
        label=_currency_label_lazily(definition),
        kind=Kind.TEXT,
        column=f"{definition.name}{CURRENCY_SUFFIX}",
        stored=STORED,
        editable=definition.kind is not CustomKind.FORMULA,
        max_length=3,
        default=definition.currency or None,
    )


def _currency_label(definition: Definition) -> str:
    return _("%(field)s: currency") % {"field": label_of(definition)}


_currency_label_lazily = lazy(_currency_label, str)


def _label(definition: Definition) -> str:
    return (definition.labels or {}).get(get_language() or "", "") or definition.label


_label_lazily = lazy(_label, str)


def label_of(definition: Definition) -> str | Promise:
    """Return what a field is called, in the language of whoever reads it."""
    return _label_lazily(definition) if definition.labels else definition.label


def choice_of(definition: Definition, value: Any) -> Choice | None:
    """Return the choice of that value, removed ones too."""
    return next((choice for choice in definition.choices if choice.value == value), None)
