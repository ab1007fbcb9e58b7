"""The syntax tree of a formula: plain frozen data, equal when it is written alike; `at` is where a part stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = str | Decimal | bool | date | datetime


class Sign(StrEnum):
    """What stands between two values; the value is how it is written."""

    OR = "or"
    AND = "and"
    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    JOIN = "&"
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Mark(StrEnum):
    """What stands before a value."""

    NOT = "not"
    MINUS = "-"


LOGIC = frozenset({Sign.OR, Sign.AND})
EQUALITIES = frozenset({Sign.EQ, Sign.NE})
COMPARISONS = EQUALITIES | {Sign.LT, Sign.LE, Sign.GT, Sign.GE}


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is written out; numbers are not negative (that is `Prefixed`), times have a zone."""

    value: Scalar
    at: int | None = dataclass_field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what has no text form of its own."""
        value = self.value
        if isinstance(value, Decimal) and (value.is_signed() or not value.is_finite()):
            raise ValueError("a number in a formula is finite and not negative: put Mark.MINUS before it")
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError("a time in a formula needs a zone")


@dataclass(frozen=True, slots=True)
class Own:
    """The value of a field of the record."""

    field: str
    at: int | None = dataclass_field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Prefixed:
    """`not` or a minus before a value."""

    mark: Mark
    part: "Formula"
    at: int | None = dataclass_field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values and what is done with them."""

    sign: Sign
    left: "Formula"
    right: "Formula"
    at: int | None = dataclass_field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of values."""

    function: str
    arguments: "tuple[Formula, ...]" = ()
    at: int | None = dataclass_field(default=None, compare=False, repr=False)


Formula: TypeAlias = Constant | Own | Prefixed | Pair | Call


def parts_of(formula: Formula) -> "tuple[Formula, ...]":
    """The parts directly below a node."""
    match formula:
        case Prefixed(_, part):
            return (part,)
        case Pair(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def nodes(formula: Formula) -> Iterator[Formula]:
    """Every node, whatever the depth."""
    waiting = [formula]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(parts_of(node))


def dependencies(formula: Formula) -> frozenset[str]:
    """Names of the fields that the formula reads."""
    return frozenset(node.field for node in nodes(formula) if isinstance(node, Own))


def reads_today(formula: Formula) -> bool:
    """Whether the value changes from one day to the next."""
    return any(isinstance(node, Call) and node.function == "today" for node in nodes(formula))
