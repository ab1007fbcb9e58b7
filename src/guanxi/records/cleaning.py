"""Single values on their way in: moments, decimals, references, each refused with a sentence that says what to do."""

from __future__ import annotations

from datetime import datetime, time
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.queries import people_visible_to, teams_visible_to
from guanxi.records.declaration import FieldDeclaration, declared_type

EARLIEST_YEAR, LATEST_YEAR = 1000, 9000
CONTROL = {code: None for code in range(32) if code not in (9, 10)}


def clean_moment(value: object, actor: Actor) -> datetime:
    """A time with its offset, or as the clock on the actor's wall shows it. Raises ValidationError."""
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


def require_range(field: FieldDeclaration, value: Any) -> None:
    """Refuse a number that is none, or that the field does not hold (ValidationError)."""
    if isinstance(value, float) and not isfinite(value):
        raise ValidationError(_("Enter a number."))
    if field.minimum is not None:
        MinValueValidator(field.minimum)(value)
    if field.maximum is not None:
        MaxValueValidator(field.maximum)(value)


def clean_reference(field: FieldDeclaration, value: object, *, actor: Actor) -> int | None:
    """The id of a row the actor may name. Raises ValidationError."""
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
