"""Values of custom fields: as records keep them (plain JSON), as Python has them, and as people give them.

Kept are texts, whole numbers and booleans as they are; decimals as text with a point (`"1200.50"`), days as
`"2026-03-31"`, times in UTC to the second (`"2026-03-31T06:30:00+00:00"`), several choices as a list, references as
ids, and what is empty not at all. So a value has one form, which both databases compare alike (see
`conditions.django_stored`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator, validate_email
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.records.cleaning import EARLIEST_YEAR, LATEST_YEAR, clean_moment, clean_reference
from guanxi.records.custom.files import KeptFile
from guanxi.records.declaration import FieldDeclaration, Kind

DIGITS = 15
"""What both databases compare exactly: SQLite keeps decimals as doubles."""
LARGEST = 10**DIGITS

_SEPARATOR = re.compile(r"[,;\n，；、]")
_CENT = Decimal("0.01")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def from_plain(field: FieldDeclaration, value: Any) -> Any:
    """Return a value that a record keeps as Python has it; None where there is none."""
    if value is None:
        return None
    return _READERS.get(field.kind, _as_it_is)(value)


def to_plain(value: Any) -> Any:
    """Return a clean value as a record keeps it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, KeptFile):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


def _as_it_is(value: Any) -> Any:
    return value


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: lambda value: Decimal(str(value)),
    Kind.MONEY: lambda value: Decimal(str(value)),
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.CHOICES: tuple,
}


def clean_stored(field: FieldDeclaration, value: object, *, actor: Actor) -> Any:
    """Return what was given as Python has it; None where it is empty. Raises ValidationError."""
    if field.kind is Kind.REFERENCE:
        return clean_reference(field, value, actor=actor)
    if value in ("", None, [], ()):
        if field.required:
            raise ValidationError(_("This field is required."))
        return None
    return _CLEANERS[field.kind](field, value, actor)


def _clean_text(field: FieldDeclaration, value: object, _actor: Actor) -> str:
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        raise ValidationError(_("Enter a text."))
    if field.max_length:
        MaxLengthValidator(field.max_length)(value)
    return value


def _clean_email(field: FieldDeclaration, value: object, actor: Actor) -> str:
    text = _clean_text(field, value, actor)
    validate_email(text)
    return text


def _clean_url(field: FieldDeclaration, value: object, actor: Actor) -> str:
    text = _clean_text(field, value, actor)
    URLValidator(schemes=("http", "https"))(text)
    return text


def _decimal(value: object) -> Decimal:
    """The number as it was written, with at most 15 digits."""
    if isinstance(value, bool):
        raise ValidationError(_("Enter a number."))
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation as error:
        raise ValidationError(_("Enter a number.")) from error
    if not number.is_finite():
        raise ValidationError(_("Enter a number."))
    if abs(number) >= LARGEST:
        raise ValidationError(_("At most %(limit)d digits.") % {"limit": DIGITS})
    return number


def _clean_number(_field: FieldDeclaration, value: object, _actor: Actor) -> Decimal:
    number = _decimal(value)
    whole = max(len(str(abs(int(number)))), 1)
    decimals = max(-int(number.as_tuple().exponent), 0)
    if whole + decimals > DIGITS:
        raise ValidationError(_("At most %(limit)d digits.") % {"limit": DIGITS})
    return _plain_zeros(number)


def _plain_zeros(number: Decimal) -> Decimal:
    """The number in its one form: no exponent, no zeros at the end, no zero below nothing."""
    short = Decimal(format(number.normalize(), "f"))
    return short or Decimal(0)


def _clean_money(_field: FieldDeclaration, value: object, _actor: Actor) -> Decimal:
    number = _decimal(value)
    if abs(number) >= LARGEST // 100:
        raise ValidationError(_("At most %(limit)d digits.") % {"limit": DIGITS - 2})
    cents = number.quantize(_CENT)
    if cents != number:
        raise ValidationError(_("At most two decimals."))
    return cents or Decimal("0.00")


def _clean_integer(_field: FieldDeclaration, value: object, _actor: Actor) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise ValidationError(_("Enter a whole number."))
    return int(number)


def _clean_boolean(_field: FieldDeclaration, value: object, _actor: Actor) -> bool:
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
    if not isinstance(value, bool):
        raise ValidationError(_("Say yes or no."))
    return value


def _clean_day(_field: FieldDeclaration, value: object, _actor: Actor) -> date:
    day = value
    try:
        if isinstance(value, str):
            day = parse_date(value)
    except ValueError as error:
        raise ValidationError(_("This is not a date of the calendar.")) from error
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValidationError(_("Write a date such as 2026-03-31."))
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValidationError(_("The year is out of range."))
    return day


def _clean_datetime(_field: FieldDeclaration, value: object, actor: Actor) -> datetime:
    return clean_moment(value, actor).astimezone(UTC).replace(microsecond=0)


def _clean_choice(field: FieldDeclaration, value: object, _actor: Actor) -> str:
    """A value that may be chosen; its label will do."""
    for choice, label in field.choices:
        if value in (choice, str(label)):
            return choice
    raise ValidationError(_("“%(value)s” is not one of the choices.") % {"value": str(value)[:100]})


def _clean_choices(field: FieldDeclaration, value: object, _actor: Actor) -> tuple[str, ...]:
    """Values in the order of the choices; as text they stand between commas. One that was removed may stay."""
    given = _SEPARATOR.split(value) if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise ValidationError(_("Give a list of choices."))
    offered = (*field.choices, *field.former_choices)
    by_text = {str(label): choice for choice, label in offered} | {
        choice: choice for choice, _label in offered
    }
    wanted = [each.strip() if isinstance(each, str) else each for each in given]
    unknown = [
        str(each) for each in wanted if each != "" and (not isinstance(each, str) or each not in by_text)
    ]
    if unknown:
        raise ValidationError(_("“%(value)s” is not one of the choices.") % {"value": unknown[0][:100]})
    chosen = {by_text[each] for each in wanted if each}
    return tuple(choice for choice, _label in offered if choice in chosen) or _nothing(field)


def _nothing(field: FieldDeclaration) -> Any:
    if field.required:
        raise ValidationError(_("This field is required."))
    return None


def _clean_file(_field: FieldDeclaration, value: object, _actor: Actor) -> KeptFile:
    if isinstance(value, KeptFile):
        return value
    raise ValidationError(_("A file is given by uploading it."))


_CLEANERS: Mapping[Kind, Callable[[FieldDeclaration, object, Actor], Any]] = {
    Kind.TEXT: _clean_text,
    Kind.LONG_TEXT: _clean_text,
    Kind.PHONE: _clean_text,
    Kind.EMAIL: _clean_email,
    Kind.URL: _clean_url,
    Kind.INTEGER: _clean_integer,
    Kind.NUMBER: _clean_number,
    Kind.MONEY: _clean_money,
    Kind.BOOLEAN: _clean_boolean,
    Kind.DATE: _clean_day,
    Kind.DATETIME: _clean_datetime,
    Kind.CHOICE: _clean_choice,
    Kind.CHOICES: _clean_choices,
    Kind.FILE: _clean_file,
}
