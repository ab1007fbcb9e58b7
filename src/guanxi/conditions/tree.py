"""The syntax tree of a condition: plain frozen data, built by code, the parser or a builder in the browser.

An `And` or `Or` has at least two parts, so that every tree has exactly one text form; `all_of`, `any_of` and
`negate` take any number of parts and simplify.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


class Operator(StrEnum):
    """How `Compare` compares; the value is how it is written."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class Anchor(StrEnum):
    """Where a relative date starts from, in the reader's zone; a week begins on Monday."""

    TODAY = "today"
    WEEK = "start of week"
    MONTH = "start of month"
    QUARTER = "start of quarter"
    YEAR = "start of year"


class Unit(StrEnum):
    """The unit of a relative date's offset."""

    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    QUARTER = "q"
    YEAR = "y"


@dataclass(frozen=True, slots=True)
class Relative:
    """A date that moves with the clock: `anchor` plus `amount` units; short months end early."""

    anchor: Anchor = Anchor.TODAY
    amount: int = 0
    unit: Unit = Unit.DAY

    def __post_init__(self) -> None:
        """An offset of nothing has no unit, so that equal dates are equal data."""
        if self.amount == 0:
            object.__setattr__(self, "unit", Unit.DAY)


Literal: TypeAlias = str | int | Decimal | bool | date | datetime | Relative


@dataclass(frozen=True, slots=True)
class Everything:
    """True of every record."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """True of no record."""


@dataclass(frozen=True, slots=True)
class And:
    """True when all parts are; at least two parts."""

    parts: "tuple[Condition, ...]"

    def __post_init__(self) -> None:
        """Refuse what has no text form of its own."""
        _require_two(self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """True when a part is; at least two parts."""

    parts: "tuple[Condition, ...]"

    def __post_init__(self) -> None:
        """Refuse what has no text form of its own."""
        _require_two(self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The complement: true exactly when the part is false."""

    part: "Condition"


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


Leaf: TypeAlias = Compare | OneOf | Between | Contains | StartsWith | IsEmpty
Condition: TypeAlias = Everything | Nothing | And | Or | Not | Leaf

EVERYTHING = Everything()
NOTHING = Nothing()


def _require_two(parts: "tuple[Condition, ...]") -> None:
    if len(parts) < 2:
        raise ValueError("needs at least two parts: use all_of or any_of")


def all_of(*conditions: Condition) -> Condition:
    """All of them: nested `And` is flattened, `Everything` dropped, `Nothing` wins, none is `Everything`."""
    parts: dict[Condition, None] = {}
    for condition in _flat(conditions, And):
        if isinstance(condition, Nothing):
            return NOTHING
        if not isinstance(condition, Everything):
            parts[condition] = None
    if not parts:
        return EVERYTHING
    return next(iter(parts)) if len(parts) == 1 else And(tuple(parts))


def any_of(*conditions: Condition) -> Condition:
    """Any of them: nested `Or` is flattened, `Nothing` dropped, `Everything` wins, none is `Nothing`."""
    parts: dict[Condition, None] = {}
    for condition in _flat(conditions, Or):
        if isinstance(condition, Everything):
            return EVERYTHING
        if not isinstance(condition, Nothing):
            parts[condition] = None
    if not parts:
        return NOTHING
    return next(iter(parts)) if len(parts) == 1 else Or(tuple(parts))


def negate(condition: Condition) -> Condition:
    """The complement, without a double `Not`."""
    match condition:
        case Everything():
            return NOTHING
        case Nothing():
            return EVERYTHING
        case Not(part):
            return part
        case Compare(field, Operator.EQ, value):
            return Compare(field, Operator.NE, value)
        case Compare(field, Operator.NE, value):
            return Compare(field, Operator.EQ, value)
        case _:
            return Not(condition)


def simplify(condition: Condition) -> Condition:
    """The same meaning through `all_of`, `any_of` and `negate`; constants remain only as the whole tree."""
    match condition:
        case And(parts):
            return all_of(*(simplify(part) for part in parts))
        case Or(parts):
            return any_of(*(simplify(part) for part in parts))
        case Not(part):
            return negate(simplify(part))
        case _:
            return condition


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every test on a field in the tree, from left to right."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case Everything() | Nothing():
            return
        case _:
            yield condition


def fields_of(condition: Condition) -> frozenset[str]:
    """Names of the fields that the condition reads: what an actor must be allowed to see to use it."""
    return frozenset(leaf.field for leaf in leaves(condition))


def _flat(conditions: Iterable[Condition], kind: type[And] | type[Or]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, kind):
            yield from _flat(condition.parts, kind)
        else:
            yield condition
