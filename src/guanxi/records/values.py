"""Values on their way in (from forms and JSON) and out (to JSON and lists)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Sharing, Verb, mask, scope
from guanxi.access.errors import InvalidError
from guanxi.access.queries import people_visible_to, teams_visible_to
from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import evaluate
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, declared_type
from guanxi.records.models import Record

EARLIEST_YEAR, LATEST_YEAR = 1000, 9000
CONTROL = {code: None for code in range(32) if code not in (9, 10)}


def clean_values(
    known: RecordType, values: Mapping[str, object], *, actor: Actor, partial: bool
) -> dict[str, Any]:
    """Return `{attribute: value}` ready to set on a row. `partial` leaves out what was not given.

    Raises InvalidError with every fault, field by field.
    """
    errors: dict[str, list[str]] = {}
    cleaned: dict[str, Any] = {}
    editable = {field.name: field for field in known.editable}
    for name in values.keys() - editable.keys():
        errors[name] = [_("There is no such field, or it cannot be changed.")]
    for name, field in editable.items():
        if name not in values:
            if field.required and not partial:
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
    if field.kind is Kind.REFERENCE:
        return _clean_reference(field, value, actor=actor)
    column = known.model._meta.get_field(field.column)  # noqa: SLF001 - Django's documented model API
    assert isinstance(column, models.Field)  # noqa: S101 - declared from a column
    if value in ("", None):
        if field.required:
            raise ValidationError(_("This field is required."))
        return None if column.null else column.get_default() if column.has_default() else ""
    if isinstance(column, models.DateTimeField):
        value = _clean_moment(value, actor)
    if isinstance(column, models.BooleanField) and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
    if isinstance(column, models.DecimalField):
        return _clean_decimal(column, value)
    cleaned = column.clean(value, None)
    _require_range(field, cleaned)
    return cleaned


def _clean_moment(value: object, actor: Actor) -> datetime:
    """A time with its offset, or as the clock on the actor's wall shows it."""
    moment = value
    try:
        if isinstance(value, str):
            day = parse_date(value)
            moment = datetime.combine(day, time()) if day else parse_datetime(value)
    except ValueError as error:
        raise ValidationError(_("This is not a date of the calendar.")) from error
    if not isinstance(moment, datetime):
        raise ValidationError(_("Write a date and time such as 2026-03-31 14:30."))
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValidationError(_("The year is out of range."))
    return moment if moment.tzinfo else moment.replace(tzinfo=actor.zone)


def _require_range(field: FieldDeclaration, value: Any) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise ValidationError(_("Enter a number."))
    if field.minimum is not None:
        MinValueValidator(field.minimum)(value)
    if field.maximum is not None:
        MaxValueValidator(field.maximum)(value)


def _clean_decimal(column: models.DecimalField[Any, Any], value: object) -> Decimal:
    """A decimal exactly as it will be read back."""
    cleaned: Decimal = column.clean(repr(value) if isinstance(value, float) else value, None)
    return cleaned.quantize(Decimal(1).scaleb(-column.decimal_places))


def _clean_reference(field: FieldDeclaration, value: object, *, actor: Actor) -> int | None:
    if value in ("", None):
        if field.required:
            raise ValidationError(_("This field is required."))
        return None
    try:
        key = int(str(value))
    except ValueError as error:
        raise ValidationError(_("Give the number of a record.")) from error
    if not referable(field, actor).filter(pk=key).exists():
        raise ValidationError(_("There is no such record."))
    return key


def referable(field: FieldDeclaration, actor: Actor) -> models.QuerySet[Any]:
    """Return the rows a reference may name: people, teams or records the actor may see."""
    if field.target == "user":
        return people_visible_to(actor)
    if field.target == "team":
        return teams_visible_to(actor)
    found: models.QuerySet[Any] = declared_type(field.target).model.objects.visible_to(actor)
    return found


def plain(value: object) -> Any:
    """Return a value as JSON carries it: money and decimals as text, times in UTC ISO form."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def raw_value(row: Record, field: FieldDeclaration) -> Any:
    """Return what a row holds for a field; joined values come annotated under the field's name."""
    if field.join is not None:
        return getattr(row, field.name, None)
    return getattr(row, field.attribute)


def shows_sensitive(row: Record, actor: Actor) -> bool:
    """Whether the actor sees this row's sensitive fields unmasked: those who may change it do."""
    return may_change(row, actor)


def may_change(row: Record, actor: Actor) -> bool:
    """Whether the actor may change this row: what `changeable_by` says, for a row that is at hand."""
    holder: Any = row
    for step in filter(None, row.scope_root.split(".")):
        holder = getattr(holder, step)
    catalogue = row.sharing is Sharing.CATALOGUE
    condition = scope(actor, Verb.CHANGE, row.sharing if catalogue else Sharing.OWNED)
    values = {} if catalogue else {"owner": holder.owner_id, "team": holder.team_id}
    return evaluate(condition, values, Context(now=holder.updated_at, zone=actor.zone))


def visible_value(row: Record, field: FieldDeclaration, *, unmasked: bool) -> Any:
    """Return a field's value as this actor may see it, in plain JSON form."""
    value = plain(raw_value(row, field))
    if field.sensitive and not unmasked and value not in ("", None):
        return masked(field, value)
    return value


def masked(field: FieldDeclaration, value: object) -> str:
    """Return what is shown of a sensitive value to whoever may not see it: of a number nothing at all."""
    return "***" if field.kind.is_numeric else mask(str(value))


def row_values(
    row: Record, known: RecordType, actor: Actor, fields: Iterable[FieldDeclaration] | None = None
) -> dict[str, Any]:
    """Return a row as JSON for this actor: `id`, `version`, every field (or `fields`); sensitive ones masked as due."""
    unmasked = shows_sensitive(row, actor)
    wanted = known.fields if fields is None else fields
    values = {field.name: visible_value(row, field, unmasked=unmasked) for field in wanted}
    return {"id": row.pk, "version": row.version, **values}
