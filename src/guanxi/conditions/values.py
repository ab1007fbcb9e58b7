"""Values as the fields' types have them: what may be compared with what, and which values are refused."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.initials import searched
from guanxi.conditions.schema import Field, FieldType, Limits
from guanxi.conditions.tree import Literal, Reach, Relative, Span, Unit

_EQUALITY = ("=", "!=", "in")
_ORDER = (*_EQUALITY, "<", "<=", ">", ">=", "between")
ALLOWED: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.TEXT: (*_EQUALITY, "contains", "starts with", "is empty"),
    FieldType.INTEGER: (*_ORDER, "is empty"),
    FieldType.NUMBER: (*_ORDER, "is empty"),
    FieldType.MONEY: (*_ORDER, "is empty"),
    FieldType.BOOLEAN: ("=", "!=", "is empty"),
    FieldType.DATE: (*_ORDER, "in last", "within", "is empty"),
    FieldType.DATETIME: (*_ORDER, "in last", "is empty"),
    FieldType.CHOICE: (*_EQUALITY, "is empty"),
    FieldType.CHOICES: (*_EQUALITY, "is empty"),
    FieldType.REFERENCE: (*_EQUALITY, "is empty"),
}
"""The tests that each type of field allows, as they are written; `tests_of` says what a field does."""

_DIGITS = 15
_LARGEST_INTEGER = 2**63 - 1
_YEARS = range(1000, 9001)
_LARGEST_OFFSET = {Unit.DAY: 36_500, Unit.WEEK: 5_200, Unit.MONTH: 1_200, Unit.QUARTER: 400, Unit.YEAR: 100}
_YEAR_OF_DAYS = 365
UNIT_NAMES = {
    Unit.DAY: "day",
    Unit.WEEK: "week",
    Unit.MONTH: "month",
    Unit.QUARTER: "quarter",
    Unit.YEAR: "year",
}
"""How the units of spans are written, in the singular."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DATES = ("a date such as 2026-03-31", "today - 90d")
EXPECTED: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.TEXT: ("a text in quotes",),
    FieldType.INTEGER: ("a whole number",),
    FieldType.NUMBER: ("a number",),
    FieldType.MONEY: ("a number",),
    FieldType.BOOLEAN: ("true", "false"),
    FieldType.DATE: _DATES,
    FieldType.DATETIME: (*_DATES, "a time such as 2026-03-31T09:30+08:00"),
    FieldType.CHOICE: ("a text in quotes",),
    FieldType.CHOICES: ("a text in quotes",),
    FieldType.REFERENCE: ("a whole number",),
}
"""The values that each type of field is compared with, in words."""


def tests_of(field: Field) -> tuple[str, ...]:
    """The tests that a field allows, as they are written; by initials only where they are kept."""
    return (*ALLOWED[field.type], "matches") if field.initials else ALLOWED[field.type]


def count_values(found: int, limits: Limits, position: int | None = None) -> None:
    """Refuse a list that is too long (ConditionError `too_many_values`)."""
    if found > limits.values:
        raise ConditionError("too_many_values", position, parameters={"found": found, "limit": limits.values})


def coerce_initials(field: Field, value: object, limits: Limits, position: int | None = None) -> str:
    """The initials to look for, without case and spaces. Raises ConditionError."""
    found = searched(coerce_text(field, value, limits, position))
    if not found:
        raise ConditionError("no_initials", position)
    return found


def coerce_span(span: Span, position: int | None = None) -> Span:
    """A span of at most a hundred years. Raises ConditionError."""
    limit = _LARGEST_OFFSET[span.unit]
    if span.reach is not Reach.THIS and not 1 <= span.amount <= limit:
        names = {"limit": limit, "unit": f"{UNIT_NAMES[span.unit]}s"}
        raise ConditionError("span_out_of_range", position, parameters=names)
    return span


def coerce_days(days: int, position: int | None = None) -> int:
    """How far an anniversary may be. Raises ConditionError."""
    if not 0 <= days <= _YEAR_OF_DAYS:
        raise ConditionError("days_out_of_range", position)
    return days


def coerce(field: Field, value: Literal, limits: Limits, position: int | None = None) -> Literal:
    """The value as the field's type has it. Raises ConditionError where it cannot be meant."""
    try:
        return _COERCE[field.type](field, value, limits)
    except ConditionError as error:
        error.position = position
        raise


def coerce_text(field: Field, value: object, limits: Limits, position: int | None = None) -> str:
    """A text that both databases can store and look for. Raises ConditionError."""
    if not isinstance(value, str):
        raise _wrong_type(field, value, position)
    if len(value) > limits.text:
        raise ConditionError(
            "text_too_long", position, parameters={"found": len(value), "limit": limits.text}
        )
    if _UNSTORABLE.search(value):
        raise ConditionError("text_not_storable", position)
    return value


def _wrong_type(field: Field, value: object, position: int | None = None) -> ConditionError:
    parameters = {"field": field.name, "type": field.type.value, "found": describe(value)}
    return ConditionError("wrong_type", position, EXPECTED[field.type], parameters)


def describe(value: object) -> str:
    """What kind of value it is, in words."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        ((int, Decimal), "a number"),
        (str, "a text"),
        (datetime, "a time"),
        ((date, Relative), "a date"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "this value")


def _choice(field: Field, value: Literal, limits: Limits) -> Literal:
    text = coerce_text(field, value, limits)
    if field.choices and text not in field.choices:
        near = get_close_matches(text, field.choices, n=1)
        parameters = {"field": field.name, "found": text, "suggestion": near[0] if near else ""}
        raise ConditionError("unknown_choice", None, field.choices, parameters)
    return text


def _boolean(field: Field, value: Literal, _limits: Limits) -> Literal:
    if not isinstance(value, bool):
        raise _wrong_type(field, value)
    return value


def _integer(field: Field, value: Literal, _limits: Limits) -> Literal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong_type(field, value)
    if isinstance(value, Decimal):
        _require_digits(value)
        if value != value.to_integral_value():
            raise _wrong_type(field, value)
    number = int(value)
    if abs(number) > _LARGEST_INTEGER:
        raise ConditionError("number_out_of_range")
    return number


def _number(field: Field, value: Literal, _limits: Limits) -> Literal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong_type(field, value)
    number = Decimal(value)
    _require_digits(number)
    return number


def _require_digits(number: Decimal) -> None:
    """SQLite keeps decimals as doubles: with more than 15 digits it would find other rows than PostgreSQL."""
    if not number.is_finite():
        raise ConditionError("number_out_of_range")
    _, digits, exponent = number.as_tuple()
    decimals = max(-int(exponent), 0)
    if max(len(digits) + int(exponent), 0) + decimals > _DIGITS:
        raise ConditionError("number_out_of_range")


def _date(field: Field, value: Literal, _limits: Limits) -> Literal:
    if isinstance(value, Relative):
        if abs(value.amount) > _LARGEST_OFFSET[value.unit]:
            raise ConditionError("date_out_of_range")
        return value
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _wrong_type(field, value)
    _require_year(value)
    return value


def _datetime(field: Field, value: Literal, limits: Limits) -> Literal:
    if not isinstance(value, datetime):
        return _date(field, value, limits)
    offset = value.utcoffset()
    if offset is None:
        raise ConditionError("zone_missing")
    _require_year(value)
    return value.replace(tzinfo=timezone(offset), fold=0)


def _require_year(value: date) -> None:
    if value.year not in _YEARS:
        raise ConditionError("date_out_of_range")


_COERCE: Mapping[FieldType, Callable[[Field, Any, Limits], Literal]] = {
    FieldType.TEXT: coerce_text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choice,
    FieldType.REFERENCE: _integer,
}
