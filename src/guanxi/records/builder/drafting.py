"""From a condition to the rows and groups that say the same; what they cannot say stands as text in its place."""

from __future__ import annotations

import re
from dataclasses import replace

from guanxi.conditions.literals import Change
from guanxi.conditions.schema import Schema
from guanxi.conditions.text import format_condition, format_distance
from guanxi.conditions.tree import (
    And,
    Anniversary,
    Between,
    Compare,
    Condition,
    Contains,
    Counted,
    Dated,
    During,
    Everything,
    InArea,
    IsEmpty,
    Leaf,
    Matches,
    Near,
    Not,
    OneOf,
    Or,
    Related,
    StartsWith,
    simplify,
)
from guanxi.records.builder.operators import operator_of, operators_of
from guanxi.records.builder.parts import (
    LEVELS,
    AreaRow,
    FieldRow,
    Group,
    Joined,
    NearRow,
    Part,
    RelatedRow,
    TextRow,
    When,
)
from guanxi.records.builder.written import written, written_span

_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f\x85\u2028\u2029]+")


def drafted(condition: Condition, schema: Schema, levels: int = LEVELS) -> Group:
    """Return the condition as a group of parts; `levels` of groups, deeper ones are text."""
    plain = simplify(condition)
    if isinstance(plain, Everything):
        return Group()
    part = _part(plain, schema, levels)
    return part if isinstance(part, Group) else Group(Joined.ALL, (part,))


def _part(condition: Condition, schema: Schema, levels: int) -> Part:
    row = _row(condition, schema)
    if row is None and levels > 0:
        row = _related(condition, schema, levels) or _group(condition, schema, levels)
    return row or TextRow(format_condition(condition))


def _group(condition: Condition, schema: Schema, levels: int) -> Group | None:
    match condition:
        case And(parts):
            return Group(Joined.ALL, _parts(parts, schema, levels))
        case Or(parts):
            return Group(Joined.ANY, _parts(parts, schema, levels))
        case Not(Or(parts)):
            return Group(Joined.NONE, _parts(parts, schema, levels))
        case Not(part):
            return Group(Joined.NONE, _parts((part,), schema, levels))
        case _:
            return None


def _related(condition: Condition, schema: Schema, levels: int) -> RelatedRow | None:
    if not isinstance(condition, Related | Counted):
        return None
    where = drafted(condition.where, schema.relations[condition.relation].schema(), levels - 1)
    row = RelatedRow(condition.relation, span=written_span(condition.span), where=where)
    if isinstance(condition, Related):
        return replace(row, quantifier=condition.quantifier.value)
    return replace(row, quantifier="count", operator=condition.operator.value, count=str(condition.count))


def _parts(parts: tuple[Condition, ...], schema: Schema, levels: int) -> tuple[Part, ...]:
    return tuple(_part(part, schema, levels - 1) for part in parts)


def _row(condition: Condition, schema: Schema) -> Part | None:
    inner = condition.part if isinstance(condition, Not) else condition
    if isinstance(inner, Dated | Leaf):
        return _field_row(inner, schema, negated=isinstance(condition, Not))
    match condition:
        case Near(latitude, longitude, metres):
            return NearRow(f"{latitude:f},{longitude:f}", format_distance(metres))
        case InArea(kind, name):
            return AreaRow(kind, name)
        case _:
            return None


def _field_row(test: Dated | Leaf, schema: Schema, *, negated: bool) -> FieldRow | None:
    leaf = test.test if isinstance(test, Dated) else test
    field = schema.fields[leaf.field]
    name = operator_of(leaf, field, negated=negated)
    change = test.change if isinstance(test, Dated) else None
    values = _values(leaf)
    if (
        name is None
        or name not in operators_of(field, change=change is not None)
        or not _fits_a_form(leaf, values)
    ):
        return None
    if not isinstance(test, Dated):
        return FieldRow(leaf.field, name, values)
    when = {None: When.ON, Change.AMOUNT: When.CHANGE, Change.PERCENT: When.PERCENT}[change]
    return FieldRow(leaf.field, name, values, when, written(test.day))


def _fits_a_form(leaf: Leaf, values: tuple[str, ...]) -> bool:
    """Whether one-line inputs give the values back: an empty one says nothing, line breaks are lost in them."""
    return isinstance(leaf, IsEmpty) or (bool(values) and all(_ONE_LINE.fullmatch(value) for value in values))


def _values(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Compare(_, _, value):
            return (written(value),)
        case OneOf(_, values):
            return tuple(written(value) for value in values)
        case Between(_, low, high):
            return (written(low), written(high))
        case During(_, span):
            typed = written_span(span)
            return (typed.reach, typed.amount, typed.unit)
        case Contains(_, text) | StartsWith(_, text) | Matches(_, text):
            return (text,)
        case _:
            return (str(leaf.days),) if isinstance(leaf, Anniversary) else ()
