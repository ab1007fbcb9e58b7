"""The tests of a condition on one field of the record itself."""

from dataclasses import dataclass
from typing import TypeAlias

from guanxi.conditions.literals import Literal, Operator, Span


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against a value; false when the field is null, but `NE` is the complement of `EQ`."""

    field: str
    operator: Operator
    value: Literal


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field equals one of the values."""

    field: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """`low` <= field <= `high`, both ends included."""

    field: str
    low: Literal
    high: Literal


@dataclass(frozen=True, slots=True)
class Contains:
    """The text stands somewhere in the field; A–Z and a–z are the same."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The field begins with the text; A–Z and a–z are the same."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """The field is null, or a text without a character."""

    field: str


@dataclass(frozen=True, slots=True)
class Matches:
    """The initials of the field (`initials.initials`) hold the text, whose case and spaces do not count."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class During:
    """The field's day lies in the span; for a time, its day in the reader's zone."""

    field: str
    span: Span


@dataclass(frozen=True, slots=True)
class Anniversary:
    """The next yearly return of the field's day is at most `days` days away, today being 0.

    29 February returns on the 28th in common years; a day still to come has not returned before.
    """

    field: str
    days: int


Leaf: TypeAlias = Compare | OneOf | Between | Contains | StartsWith | Matches | During | Anniversary | IsEmpty
