"""A condition as people put it together: rows in groups, every part kept as it was typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Joined(StrEnum):
    """What must hold of the parts of a group; `NONE` is the complement of `ANY`."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


class When(StrEnum):
    """Which value of a field is meant: today's, that of a day, or how it has changed since a day."""

    NOW = ""
    ON = "on"
    CHANGE = "change"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A test on a field: the operator's name (`operators.OPERATORS`) and the values in their written form."""

    field: str
    operator: str = ""
    values: tuple[str, ...] = ()
    when: When = When.NOW
    day: str = ""


@dataclass(frozen=True, slots=True)
class SpanTyped:
    """`in last 12 months`: reach, amount and unit; without a reach there is none."""

    reach: str = ""
    amount: str = ""
    unit: str = "m"


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """A test on related records: `quantifier` is any, none, all, or count with an operator and a number."""

    relation: str
    quantifier: str = "any"
    operator: str = ">="
    count: str = "1"
    span: SpanTyped = SpanTyped()
    where: Group | None = None


@dataclass(frozen=True, slots=True)
class NearRow:
    """Near a point: `latitude,longitude` and a distance such as `2 km`."""

    point: str = ""
    distance: str = ""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """In an area: its kind ("area") and its name."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class TextRow:
    """What only text can say, kept as it is."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts and what must hold of them."""

    joined: Joined = Joined.ALL
    parts: tuple[Part, ...] = ()


Part: TypeAlias = Group | FieldRow | RelatedRow | NearRow | AreaRow | TextRow
LEVELS = 3
"""How deep groups go that people can still read; deeper ones are shown as text."""
