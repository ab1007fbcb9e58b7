"""The values of a condition: what fields are compared with, and the names of how."""

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


class Reach(StrEnum):
    """Which way a `Span` reaches from the reader's today."""

    LAST = "last"
    NEXT = "next"
    THIS = "this"


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days around today: the last or next `amount` units, today being the first or last day, or this unit."""

    reach: Reach
    amount: int = 1
    unit: Unit = Unit.DAY

    def __post_init__(self) -> None:
        """There is only one "this month"."""
        if self.reach is Reach.THIS and self.amount != 1:
            raise ValueError("'this' goes with one unit")


class Change(StrEnum):
    """How a change since a day is told: in the field's own unit or in percent of what it was."""

    AMOUNT = "amount"
    PERCENT = "percent"


class Quantifier(StrEnum):
    """How many related records must meet a condition; `ALL` holds where there are none."""

    ANY = "any"
    NONE = "none"
    ALL = "all"


Day: TypeAlias = date | Relative
Literal: TypeAlias = str | int | Decimal | bool | date | datetime | Relative
