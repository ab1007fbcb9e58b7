"""What a metric may speak of: the columns of a fact, and measures made of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from guanxi.conditions.schema import FieldType, Schema
from guanxi.metrics.calc.definitions import Unit

_MEASURE = re.compile(r"([a-z]\w*)(?:\s*([-*])\s*([a-z]\w*))?", re.ASCII)


@dataclass(frozen=True, eq=False)
class FactShape:
    """What a metric may speak of in a fact: the fields of `schema`, by the names that conditions call them.

    `columns` are the fact's own, with what the engine calls their types. Of these, `day` dates a row, `currency` says
    in which money it is, `key` numbers it. `currencies` are those of the amounts that have one of their own, by field.
    """

    schema: Schema
    columns: Mapping[str, str]
    day: str = ""
    currency: str = ""
    key: str = ""
    currencies: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The fact's name."""
        return self.schema.name

    @property
    def is_of_customers(self) -> bool:
        """Whether its rows belong to customers."""
        return "customer_id" in self.columns

    def type_of(self, name: str) -> FieldType | None:
        """Return what a field holds, None for one that is not there."""
        found = self.schema.fields.get(name)
        return found.type if found else None

    def column_of(self, name: str) -> str:
        """Return the column a field stands in. Raises KeyError."""
        return self.schema.fields[name].column

    def currency_of(self, name: str) -> str:
        """Return the column that says in which money an amount is: its own, else the row's."""
        return self.currencies.get(name, self.currency)


class Sign(StrEnum):
    """What stands between the two fields of a measure."""

    MINUS = "-"
    TIMES = "*"


@dataclass(frozen=True, slots=True)
class Measure:
    """A field, or two with a sign between them."""

    left: str
    sign: Sign | None = None
    right: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it is made of."""
        return (self.left, self.right) if self.sign else (self.left,)


class MeasureError(ValueError):
    """A measure that cannot be read: the message says why."""


def measure_of(text: str) -> Measure:
    """Read a measure. Raises MeasureError.

    >>> measure_of("amount - cost")
    Measure(left='amount', sign=<Sign.MINUS: '-'>, right='cost')
    """
    found = _MEASURE.fullmatch(text.strip())
    if found is None:
        raise MeasureError(f"'{text}' is not a field, nor two fields with - or * between them")
    left, sign, right = found.groups()
    return Measure(left, Sign(sign), right) if sign else Measure(left)


_ALIKE = {FieldType.CHOICE: FieldType.TEXT, FieldType.REFERENCE: FieldType.INTEGER}
_NUMBERS = (FieldType.INTEGER, FieldType.NUMBER)
_DAYS = (FieldType.DATE, FieldType.DATETIME)

UNITS_OF_TYPES: Mapping[FieldType, tuple[Unit, ...]] = {
    FieldType.INTEGER: (Unit.NUMBER, Unit.COUNT, Unit.SCORE, Unit.DAYS),
    FieldType.NUMBER: (Unit.NUMBER, Unit.RATIO, Unit.SCORE, Unit.DAYS),
    FieldType.MONEY: (Unit.MONEY,),
    FieldType.DATE: (Unit.DATE,),
    FieldType.DATETIME: (Unit.DATE,),
    FieldType.TEXT: (Unit.TEXT,),
    FieldType.BOOLEAN: (),
}
"""In which units the values of a type can be given; the first is the usual one."""


def type_of_measure(measure: Measure, shape: FactShape) -> FieldType:
    """Return what a measure holds. Raises MeasureError for an unknown column or a sum of unlike things.

    Days between two dates are whole numbers.
    """
    types = [_type_of_field(name, shape) for name in measure.fields]
    if measure.sign is None:
        return types[0]
    left, right = types
    if measure.sign is Sign.MINUS and left in _DAYS and right in _DAYS:
        return FieldType.INTEGER
    if measure.sign is Sign.MINUS and left is right is FieldType.MONEY:
        return FieldType.MONEY
    if measure.sign is Sign.TIMES and {left, right} <= {FieldType.MONEY, *_NUMBERS} and left is not right:
        return FieldType.MONEY if FieldType.MONEY in (left, right) else FieldType.NUMBER
    if left in _NUMBERS and right in _NUMBERS:
        return FieldType.NUMBER if FieldType.NUMBER in (left, right) else FieldType.INTEGER
    word = "subtracted from" if measure.sign is Sign.MINUS else "multiplied with"
    raise MeasureError(f"'{measure.right}' ({right}) cannot be {word} '{measure.left}' ({left})")


def currencies_of(measure: Measure, shape: FactShape) -> tuple[str, ...]:
    """Return the columns that say in which money the amounts of a measure are, each once; none where it has none."""
    money = (name for name in measure.fields if shape.type_of(name) is FieldType.MONEY)
    return tuple(dict.fromkeys(map(shape.currency_of, money)))


def _type_of_field(name: str, shape: FactShape) -> FieldType:
    found = shape.type_of(name)
    if found is None:
        near = get_close_matches(name, shape.schema.fields, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise MeasureError(f"fact '{shape.name}' has no field '{name}'{hint}")
    return _ALIKE.get(found, found)
