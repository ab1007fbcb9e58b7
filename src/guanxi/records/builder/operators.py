"""How a row asks about a field: the operators of each type, and the test each of them makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.conditions.schema import TIMES, Field, FieldType
from guanxi.conditions.tree import (
    Anniversary,
    Between,
    Compare,
    Contains,
    During,
    IsEmpty,
    Leaf,
    Matches,
    OneOf,
    Operator,
    StartsWith,
)


class Takes(StrEnum):
    """What a person fills in for an operator."""

    NOTHING = "nothing"
    VALUE = "value"
    TEXT = "text"  # part of a text, whatever the field offers to choose from
    TWO = "two"
    MANY = "many"
    SPAN = "span"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class RowOperator:
    """One operator: what it is called, what it takes, the test it makes, and whether that is turned round."""

    label: str | Promise
    takes: Takes
    test: type[Leaf]
    comparison: Operator | None = None
    negated: bool = False

    def make(self, field: str, values: tuple[Any, ...]) -> Leaf:
        """Return the test on a field, not turned round."""
        if self.comparison is not None:
            return Compare(field, self.comparison, *values)
        return OneOf(field, values) if self.test is OneOf else self.test(field, *values)


def _compared(label: Promise, comparison: Operator) -> RowOperator:
    return RowOperator(label, Takes.VALUE, Compare, comparison)


OPERATORS: Mapping[str, RowOperator] = {
    "contains": RowOperator(_("contains"), Takes.TEXT, Contains),
    "not_contains": RowOperator(_("does not contain"), Takes.TEXT, Contains, negated=True),
    "is": _compared(_("is"), Operator.EQ),
    "is_not": _compared(_("is not"), Operator.NE),
    "starts": RowOperator(_("begins with"), Takes.TEXT, StartsWith),
    "not_starts": RowOperator(_("does not begin with"), Takes.TEXT, StartsWith, negated=True),
    "initials": RowOperator(_("has the initials"), Takes.TEXT, Matches),
    "not_initials": RowOperator(_("does not have the initials"), Takes.TEXT, Matches, negated=True),
    "at_least": _compared(_("at least"), Operator.GE),
    "at_most": _compared(_("at most"), Operator.LE),
    "more": _compared(_("more than"), Operator.GT),
    "less": _compared(_("less than"), Operator.LT),
    "during": RowOperator(_("in the span"), Takes.SPAN, During),
    "not_during": RowOperator(_("not in the span"), Takes.SPAN, During, negated=True),
    "from": _compared(_("on or after"), Operator.GE),
    "until": _compared(_("on or before"), Operator.LE),
    "after": _compared(_("after"), Operator.GT),
    "before": _compared(_("before"), Operator.LT),
    "returns": RowOperator(_("returns within … days"), Takes.DAYS, Anniversary),
    "not_returns": RowOperator(_("does not return within … days"), Takes.DAYS, Anniversary, negated=True),
    "between": RowOperator(_("between"), Takes.TWO, Between),
    "not_between": RowOperator(_("not between"), Takes.TWO, Between, negated=True),
    "one_of": RowOperator(_("is one of"), Takes.MANY, OneOf),
    "not_one_of": RowOperator(_("is none of"), Takes.MANY, OneOf, negated=True),
    "empty": RowOperator(_("is empty"), Takes.NOTHING, IsEmpty),
    "not_empty": RowOperator(_("is not empty"), Takes.NOTHING, IsEmpty, negated=True),
}

_EMPTINESS = ("empty", "not_empty")
_EQUALITY = ("is", "is_not", "one_of", "not_one_of")
_RANGES = ("between", "not_between")
_OF_TEXTS = ("contains", "not_contains", *_EQUALITY, "starts", "not_starts", *_EMPTINESS)
_OF_INITIALS = ("contains", "not_contains", "initials", "not_initials", *_OF_TEXTS[2:])
_OF_NUMBERS = ("at_least", "at_most", "more", "less", *_RANGES, *_EQUALITY, *_EMPTINESS)
_OF_TIMES = ("during", "not_during", "from", "until", "after", "before", *_RANGES, *_EQUALITY)
_OF_CHANGES = ("less", "more", "at_most", "at_least", "is", "is_not", *_RANGES, *_EMPTINESS)
_OF_TYPES: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.TEXT: _OF_TEXTS,
    FieldType.INTEGER: _OF_NUMBERS,
    FieldType.NUMBER: _OF_NUMBERS,
    FieldType.MONEY: _OF_NUMBERS,
    FieldType.BOOLEAN: ("is", "is_not", *_EMPTINESS),
    FieldType.DATE: (*_OF_TIMES, "returns", "not_returns", *_EMPTINESS),
    FieldType.DATETIME: (*_OF_TIMES, *_EMPTINESS),
    FieldType.CHOICE: (*_EQUALITY, *_EMPTINESS),
    FieldType.CHOICES: (*_EQUALITY, *_EMPTINESS),
    FieldType.REFERENCE: (*_EQUALITY, *_EMPTINESS),
}
_COMPARISONS: Mapping[Operator, tuple[str, str]] = {
    Operator.EQ: ("is", "is"),
    Operator.NE: ("is_not", "is_not"),
    Operator.GE: ("at_least", "from"),
    Operator.LE: ("at_most", "until"),
    Operator.GT: ("more", "after"),
    Operator.LT: ("less", "before"),
}


def operators_of(field: Field, *, change: bool = False) -> tuple[str, ...]:
    """Return the operators a field, or its change since a day, can be asked by; the usual one first."""
    if change:
        return _OF_CHANGES
    return _OF_INITIALS if field.initials else _OF_TYPES[field.type]


def operator_of(leaf: Leaf, field: Field, *, negated: bool) -> str | None:
    """Return the operator that makes this test, turned round or not; None where no row can say it."""
    if isinstance(leaf, Compare):
        return None if negated else _COMPARISONS[leaf.operator][field.type in TIMES]
    for name, operator in OPERATORS.items():
        if operator.test is type(leaf) and operator.negated is negated:
            return name
    return None
