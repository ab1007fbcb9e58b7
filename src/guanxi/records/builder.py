"""A filter as rows of field, operator and value, for people who do not write conditions. Both ways, over the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.conditions.tree import (
    Anchor,
    And,
    Compare,
    Condition,
    Contains,
    Everything,
    IsEmpty,
    Not,
    Operator,
    Relative,
    StartsWith,
    Unit,
    all_of,
)
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType

Make = Callable[[str, Any], Condition]

OPERATORS: dict[str, tuple[str | Promise, Make]] = {
    "contains": (_("contains"), Contains),
    "not_contains": (_("does not contain"), lambda name, value: Not(Contains(name, value))),
    "starts": (_("begins with"), StartsWith),
    "is": (_("is"), lambda name, value: Compare(name, Operator.EQ, value)),
    "is_not": (_("is not"), lambda name, value: Compare(name, Operator.NE, value)),
    "at_least": (_("at least"), lambda name, value: Compare(name, Operator.GE, value)),
    "at_most": (_("at most"), lambda name, value: Compare(name, Operator.LE, value)),
    "more": (_("more than"), lambda name, value: Compare(name, Operator.GT, value)),
    "less": (_("less than"), lambda name, value: Compare(name, Operator.LT, value)),
    "from": (_("on or after"), lambda name, value: Compare(name, Operator.GE, value)),
    "until": (_("on or before"), lambda name, value: Compare(name, Operator.LE, value)),
    "within_days": (
        _("in the last … days"),
        lambda name, value: Compare(name, Operator.GE, _days_ago(value)),
    ),
    "before_days": (
        _("more than … days ago"),
        lambda name, value: Compare(name, Operator.LT, _days_ago(value)),
    ),
    "empty": (_("is empty"), lambda name, _value: IsEmpty(name)),
    "not_empty": (_("is not empty"), lambda name, _value: Not(IsEmpty(name))),
}
WITHOUT_VALUE = frozenset({"empty", "not_empty"})
IN_DAYS = frozenset({"within_days", "before_days"})

_OF_TEXT = ("contains", "not_contains", "is", "is_not", "starts", "empty", "not_empty")
_OF_NUMBERS = ("at_least", "at_most", "more", "less", "is", "is_not", "empty", "not_empty")
_OF_DATES = ("from", "until", "within_days", "before_days", "empty", "not_empty")
_OF_CHOICES = ("is", "is_not", "empty", "not_empty")


@dataclass(frozen=True, slots=True)
class BuilderRow:
    """One row: names of a field and an operator, and the value as it was typed. `fault` says it cannot be used."""

    field: FieldDeclaration
    operator: str
    value: str
    fault: bool = False


def operators_of(field: FieldDeclaration) -> tuple[str, ...]:
    """Return the operators that a field can be asked by, the usual one first."""
    if field.kind.is_numeric:
        return _OF_NUMBERS
    if field.kind in (Kind.DATE, Kind.DATETIME):
        return _OF_DATES
    if field.kind is Kind.BOOLEAN:
        return ("is",)
    return _OF_CHOICES if field.kind in (Kind.CHOICE, Kind.REFERENCE) else _OF_TEXT


def rows_of(known: RecordType, where: Condition) -> list[BuilderRow] | None:
    """Return a condition as rows; None when it says more than rows can."""
    parts = where.parts if isinstance(where, And) else () if isinstance(where, Everything) else (where,)
    rows = [_row_of(known, part) for part in parts]
    return [row for row in rows if row is not None] if None not in rows else None


def _row_of(known: RecordType, part: Condition) -> BuilderRow | None:
    negated, inner = (True, part.part) if isinstance(part, Not) else (False, part)
    match inner:
        case Contains(name, text):
            row = BuilderRow(known.by_name[name], "not_contains" if negated else "contains", text)
        case IsEmpty(name):
            row = BuilderRow(known.by_name[name], "not_empty" if negated else "empty", "")
        case StartsWith(name, text) if not negated:
            row = BuilderRow(known.by_name[name], "starts", text)
        case Compare(name, operator, value) if not negated:
            found = _compare_row(known.by_name[name], operator, value)
            if found is None:
                return None
            row = found
        case _:
            return None
    return row if row.operator in operators_of(row.field) else None


def _compare_row(field: FieldDeclaration, operator: Operator, value: Any) -> BuilderRow | None:
    if isinstance(value, Relative):
        days = value.anchor is Anchor.TODAY and value.unit is Unit.DAY and value.amount <= 0
        name = {Operator.GE: "within_days", Operator.LT: "before_days"}.get(operator)
        return BuilderRow(field, name, str(-value.amount)) if days and name else None
    is_date = field.kind in (Kind.DATE, Kind.DATETIME)
    if is_date and isinstance(value, datetime):
        return None
    names = {
        Operator.EQ: "is",
        Operator.NE: "is_not",
        Operator.GE: "from" if is_date else "at_least",
        Operator.LE: "until" if is_date else "at_most",
        Operator.GT: "more",
        Operator.LT: "less",
    }
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return BuilderRow(field, names[operator], text)


def read_rows(known: RecordType, given: Iterable[tuple[str, str, str]]) -> list[BuilderRow]:
    """Return the rows of a form: (field, operator, value) as typed; unknown fields are dropped."""
    rows = []
    for name, operator, value in given:
        field = known.by_name.get(name)
        if field is None:
            continue
        allowed = operators_of(field)
        row = BuilderRow(field, operator if operator in allowed else allowed[0], value.strip())
        rows.append(
            BuilderRow(row.field, row.operator, row.value, fault=bool(row.value) and not _usable(row))
        )
    return rows


def _usable(row: BuilderRow) -> bool:
    return row.operator in WITHOUT_VALUE or _literal(row) is not None


def built(rows: Iterable[BuilderRow]) -> Condition:
    """Return the condition of the rows that are complete."""
    parts = []
    for row in rows:
        if row.operator in WITHOUT_VALUE:
            parts.append(OPERATORS[row.operator][1](row.field.name, None))
        elif (value := _literal(row)) is not None:
            parts.append(OPERATORS[row.operator][1](row.field.name, value))
    return all_of(*parts)


def _literal(row: BuilderRow) -> Any:
    """The value as conditions compare it; None when there is none or it cannot be used."""
    if not row.value:
        return None
    try:
        if row.operator in IN_DAYS:
            return _whole(row.value, 36_500)
        return _LITERALS.get(row.field.kind, str)(row.value)
    except (ValueError, InvalidOperation):
        return None


def _whole(text: str, largest: int = 10**18) -> int:
    number = int(text.replace(",", ""))
    if not -largest <= number <= largest:
        raise ValueError(text)
    return number


def _decimal(text: str) -> Decimal:
    number = Decimal(text.replace(",", ""))
    if not number.is_finite():
        raise ValueError(text)
    return number


def _days_ago(days: int) -> Relative:
    return Relative(Anchor.TODAY, -days)


_LITERALS: dict[Kind, Callable[[str], Any]] = {
    Kind.INTEGER: _whole,
    Kind.NUMBER: _decimal,
    Kind.MONEY: _decimal,
    Kind.BOOLEAN: lambda text: text == "true",
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: date.fromisoformat,
    Kind.REFERENCE: _whole,
}
