"""Values of a condition as they stand in the fields of a form, and back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import Kind, tokens_of
from guanxi.conditions.schema import TEXTS, TIMES, Field, FieldType, Limits
from guanxi.conditions.text import format_literal
from guanxi.conditions.tree import Literal, Reach, Span, Unit
from guanxi.conditions.value_parser import ValueParser
from guanxi.conditions.values import EXPECTED
from guanxi.records.builder.parts import SpanTyped

_THOUSANDS = str.maketrans("", "", ",，_ \u00a0\u202f")


def written(value: Literal) -> str:
    """Return a value as a person fills it in."""
    return value if isinstance(value, str) else format_literal(value)


def written_span(span: Span | None) -> SpanTyped:
    """Return a span in its three fields."""
    return SpanTyped(span.reach.value, str(span.amount), span.unit.value) if span else SpanTyped()


def read_value(field: Field, typed: str) -> Literal:
    """Return what was filled in as the field has it. Raises ConditionError for what does not fit."""
    if field.type in TEXTS:
        return typed
    typed = typed.strip()
    if field.type is FieldType.BOOLEAN and typed in {"true", "false"}:
        return typed == "true"
    if field.type in TIMES:
        return _read_day(field, typed)
    return _read_number(field, typed)


def read_span(typed: SpanTyped) -> Span | None:
    """Return a span from its three fields, None where none is chosen. Raises ConditionError."""
    if not typed.reach:
        return None
    try:
        reach, unit = Reach(typed.reach), Unit(typed.unit)
    except ValueError:
        raise ConditionError("unexpected_token", None, tuple(Reach), {"found": typed.reach}) from None
    return Span(reach, 1 if reach is Reach.THIS else read_whole(typed.amount), unit)


def read_whole(typed: str) -> int:
    """Return a whole number. Raises ConditionError."""
    try:
        return int(typed.translate(_THOUSANDS)[:20])
    except ValueError:
        raise ConditionError("unexpected_token", None, ("a whole number",), {"found": typed}) from None


def _read_day(field: Field, typed: str) -> Literal:
    """A date, a time with its zone, or one that moves with the clock, as in the text of a condition."""
    try:
        return datetime.fromisoformat(typed) if "T" in typed else date.fromisoformat(typed)
    except ValueError:
        reader = ValueParser(tokens_of(typed), Limits())
        found = reader.value(field)
        if reader.token.kind is not Kind.END:
            reader.fail("the end")
        return found


def _read_number(field: Field, typed: str) -> Literal:
    plain = typed.translate(_THOUSANDS)
    if field.type in {FieldType.INTEGER, FieldType.REFERENCE}:
        return read_whole(plain)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ConditionError("unexpected_token", None, EXPECTED[field.type], {"found": typed})
    return number
