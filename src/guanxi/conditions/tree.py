"""The syntax tree of a condition: plain frozen data, built by code, the parser or a builder in the browser.

An `And` or `Or` has at least two parts, so that every tree has exactly one text form; `all_of`, `any_of` and
`negate` take any number of parts and simplify.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from guanxi.conditions.leaves import (
    Anniversary,
    Between,
    Compare,
    Contains,
    During,
    IsEmpty,
    Leaf,
    Matches,
    OneOf,
    StartsWith,
)
from guanxi.conditions.literals import (
    Anchor,
    Change,
    Day,
    Literal,
    Operator,
    Quantifier,
    Reach,
    Relative,
    Span,
    Unit,
)

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Anchor",
    "And",
    "Anniversary",
    "Between",
    "Change",
    "Compare",
    "Condition",
    "Contains",
    "Counted",
    "Dated",
    "Day",
    "During",
    "Everything",
    "InArea",
    "IsEmpty",
    "Leaf",
    "Literal",
    "Matches",
    "Near",
    "Not",
    "Nothing",
    "OneOf",
    "Operator",
    "Or",
    "Quantifier",
    "Reach",
    "Related",
    "Relative",
    "Span",
    "StartsWith",
    "Unit",
    "all_of",
    "any_of",
    "fields_of",
    "leaves",
    "negate",
    "own_nodes",
    "simplify",
]


@dataclass(frozen=True, slots=True)
class Everything:
    """True of every record."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """True of no record."""


EVERYTHING = Everything()
NOTHING = Nothing()


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
class Dated:
    """A test on what the field was at the end of `day`, or on how it has changed since (`change`)."""

    test: Leaf
    day: Day
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A place lies within `metres` of a point in WGS-84 degrees: any living place of the record."""

    latitude: Decimal
    longitude: Decimal
    metres: Decimal


@dataclass(frozen=True, slots=True)
class InArea:
    """A place lies in a named area of a kind ("area", "territory") that the schema knows."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Related:
    """Any, none or all of the living related records (of a span of days) meet a condition on them."""

    quantifier: Quantifier
    relation: str
    where: "Condition" = EVERYTHING
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of living related records (of a span of days) that meet a condition, against a number."""

    relation: str
    operator: Operator
    count: int
    where: "Condition" = EVERYTHING
    span: Span | None = None


Condition: TypeAlias = (
    Everything | Nothing | And | Or | Not | Leaf | Dated | Near | InArea | Related | Counted
)


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


def own_nodes(condition: Condition) -> Iterator[Condition]:
    """Every node of the tree, from left to right, without what is asked of related records."""
    yield condition
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from own_nodes(part)
        case Not(part):
            yield from own_nodes(part)
        case _:
            return


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every test on what a field of the record itself is now, from left to right."""
    for node in own_nodes(condition):
        if isinstance(node, Leaf):
            yield node


def fields_of(condition: Condition) -> frozenset[str]:
    """Names of the record's own fields that the condition reads, now or on another day.

    What is asked of related records is not among them: `binding.reads_sensitive` looks at all.
    """
    dated = (node.test.field for node in own_nodes(condition) if isinstance(node, Dated))
    return frozenset((*(leaf.field for leaf in leaves(condition)), *dated))


def _flat(conditions: Iterable[Condition], kind: type[And] | type[Or]) -> Iterator[Condition]:
    for condition in conditions:
        if isinstance(condition, kind):
            yield from _flat(condition.parts, kind)
        else:
            yield condition
