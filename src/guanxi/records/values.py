"""Values on their way in (from forms and JSON) and out (to JSON and lists)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.access.calc import Actor, Ground, Sharing, Verb, grounds, is_masked, mask
from guanxi.access.errors import InvalidError
from guanxi.conditions.context import Context
from guanxi.records.cleaning import CONTROL, clean_moment, clean_reference, require_range
from guanxi.records.custom.values import clean_stored, from_plain
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.models import Record

MASKED = gettext_lazy(
    "This is masked text: it would replace the real value. Type the value, or leave the cell out."
)


def clean_values(
    known: RecordType, values: Mapping[str, object], *, actor: Actor, partial: bool
) -> dict[str, Any]:
    """Return `{attribute: value}` ready to set on a row. `partial` leaves out what was not given.

    Raises InvalidError with every fault, field by field.
    """
    errors: dict[str, list[str]] = {}
    cleaned: dict[str, Any] = {}
    editable = {field.name: field for field in known.editable}
    currencies = {field.currency for field in editable.values() if field.stored}
    for name in values.keys() - editable.keys():
        errors[name] = [_("There is no such field, or it cannot be changed.")]
    for name, field in editable.items():
        if name not in values:
            if field.default is not None and not partial and name not in currencies:
                cleaned[field.attribute] = from_plain(field, field.default)
            elif field.required and not partial:
                errors[name] = [_("This field is required.")]
            continue
        try:
            cleaned[field.attribute] = clean_value(known, field, values[name], actor=actor)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise InvalidError(errors)
    return cleaned


def clean_value(known: RecordType, field: FieldDeclaration, value: object, *, actor: Actor) -> Any:
    """Return one value as the column keeps it. Raises ValidationError."""
    if isinstance(value, str):
        value = value.translate(CONTROL).strip()
    if field.stored:
        return clean_stored(field, value, actor=actor)
    if field.kind is Kind.REFERENCE:
        return clean_reference(field, value, actor=actor)
    column = known.model._meta.get_field(field.column)  # noqa: SLF001 - Django's documented model API
    assert isinstance(column, models.Field)  # noqa: S101 - declared from a column
    if value in ("", None):
        if field.required:
            raise ValidationError(_("This field is required."))
        return None if column.null else column.get_default() if column.has_default() else ""
    if isinstance(column, models.DateTimeField):
        value = clean_moment(value, actor)
    if isinstance(column, models.BooleanField) and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
    if isinstance(column, models.DecimalField):
        return _clean_decimal(column, value)
    cleaned = column.clean(value, None)
    require_range(field, cleaned)
    return cleaned


def _clean_decimal(column: models.DecimalField[Any, Any], value: object) -> Decimal:
    """A decimal exactly as it will be read back."""
    cleaned: Decimal = column.clean(repr(value) if isinstance(value, float) else value, None)
    return cleaned.quantize(Decimal(1).scaleb(-column.decimal_places))


def plain(value: object) -> Any:
    """Return a value as JSON carries it: money and decimals as text, times in UTC ISO form."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def raw_value(row: Record, field: FieldDeclaration) -> Any:
    """Return what a row holds for a field; joined values come annotated under the field's name."""
    if field.stored:
        return from_plain(field, getattr(row, field.stored).get(field.name))
    if field.join is not None:
        return getattr(row, field.name, None)
    return getattr(row, field.attribute)


def shows_sensitive(row: Record, actor: Actor) -> bool:
    """Whether the actor sees this row's sensitive fields unmasked: those who may change it do."""
    return may_change(row, actor)


def may_change(row: Record, actor: Actor) -> bool:
    """Whether the actor may change this row: what `changeable_by` says, for a row that is at hand."""
    return bool(grounds_on(row, actor, Verb.CHANGE))


def grounds_on(row: Record, actor: Actor, verb: Verb) -> tuple[Ground, ...]:
    """Return why the actor may do this with a row that is at hand, or with what it hangs from; () when they may not."""
    holder = holder_of(row)
    catalogue = row.sharing is Sharing.CATALOGUE
    values = {} if catalogue else {"owner": holder.owner_id, "team": holder.team_id}
    context = Context(now=holder.updated_at, zone=actor.zone)
    return grounds(actor, verb, row.sharing if catalogue else Sharing.OWNED, values, context)


def holder_of(row: Record) -> Any:
    """Return the record whose owner and team decide about a row: itself, or what it hangs from."""
    holder: Any = row
    for step in filter(None, row.scope_root.split(".")):
        holder = getattr(holder, step)
    return holder


def visible_value(row: Record, field: FieldDeclaration, *, unmasked: bool) -> Any:
    """Return a field's value as this actor may see it, in plain JSON form."""
    value = plain(raw_value(row, field))
    if field.sensitive and not unmasked and value not in ("", None):
        return masked(field, value)
    return value


def masked(field: FieldDeclaration, value: object) -> str:
    """Return what is shown of a sensitive value to whoever may not see it: of a number nothing at all."""
    return "***" if field.kind.is_numeric or field.kind is Kind.FILE else mask(str(value))


def looks_masked(field: FieldDeclaration, text: str) -> bool:
    """Whether a text copied from a list hides what it stood for, so that writing it would lose the value.

    Stars alone are hidden text only where the field is one that is shown masked: elsewhere they may be a grade.
    """
    text = text.strip()
    return is_masked(text) and (field.sensitive or bool(text.strip("*")))


def row_values(
    row: Record, known: RecordType, actor: Actor, fields: Iterable[FieldDeclaration] | None = None
) -> dict[str, Any]:
    """Return a row as JSON for this actor: `id`, `version`, every field (or `fields`); sensitive ones masked as due."""
    return values_of_rows([row], known, actor, fields)[0]


def values_of_rows(
    rows: Iterable[Record], known: RecordType, actor: Actor, fields: Iterable[FieldDeclaration] | None = None
) -> list[dict[str, Any]]:
    """Return rows as `row_values` does, quicker for many: what a field asks of a row is looked up once."""
    wanted = tuple(known.fields if fields is None else fields)
    names = tuple(field.name for field in wanted)
    held = tuple(field.name if field.join else field.attribute for field in wanted)
    stored = [(place, field) for place, field in enumerate(wanted) if field.stored]
    written = [place for place, field in enumerate(wanted) if field.kind in _WRITTEN_OTHERWISE]
    secret = [(place, field) for place, field in enumerate(wanted) if field.sensitive]
    told = []
    for row in rows:
        values = list(map(row.__dict__.get, held))
        for place, field in stored:
            values[place] = raw_value(row, field)
        for place in written:
            values[place] = plain(values[place])
        if secret and not shows_sensitive(row, actor):
            for place, field in secret:
                if values[place] not in ("", None):
                    values[place] = masked(field, values[place])
        told.append({"id": row.pk, "version": row.version, **dict(zip(names, values, strict=True))})
    return told


_WRITTEN_OTHERWISE = frozenset({Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.DATETIME, Kind.CHOICES})
"""Kinds whose values JSON carries in another form: see `plain`."""
