"""Hypothesis strategies for conditions, many of them about values that the drawn rows have, or nearly have."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from guanxi.conditions.check import ALLOWED, coerce
from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import Field, FieldType, Limits
from guanxi.conditions.tree import (
    EVERYTHING,
    NOTHING,
    And,
    Between,
    Compare,
    Condition,
    Contains,
    IsEmpty,
    Leaf,
    Literal,
    Not,
    OneOf,
    Operator,
    Or,
    StartsWith,
)
from tests.conditions.sample import SCHEMA, VALUES, Row, boundaries, contexts, rows

_STEPS = ("0", "0.001", "-0.001", "0.004", "-0.004", "0.01")


def _near_text(text: str) -> st.SearchStrategy[Any]:
    parts = st.builds(lambda start, end: text[start:end], st.integers(0, 2), st.integers(1, 6))
    return (parts | st.just(text)).flatmap(
        lambda part: st.sampled_from((part, part.swapcase(), part.upper()))
    )


def _near_instant(instant: datetime, zone: tzinfo) -> st.SearchStrategy[Any]:
    around = st.sampled_from((-1, 0, 1))
    return st.builds(lambda more: instant + timedelta(microseconds=more), around) | st.builds(
        lambda zone, more: instant.astimezone(zone).date() + timedelta(days=more), st.just(zone), around
    )


def _near(kind: FieldType, value: Any, zone: tzinfo) -> st.SearchStrategy[Any]:
    """Values that could be taken for this one by mistake."""
    if kind is FieldType.TEXT:
        return _near_text(value)
    if kind in {FieldType.NUMBER, FieldType.MONEY}:
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return st.sampled_from([exact + Decimal(step) for step in _STEPS])
    if kind is FieldType.INTEGER:
        return st.sampled_from((value - 1, value, value + 1))
    if kind is FieldType.DATE:
        return st.builds(lambda more: value + timedelta(days=more), st.sampled_from((-1, 0, 1)))
    return _near_instant(value, zone) if kind is FieldType.DATETIME else st.just(value)


def _values(field: Field, drawn: Sequence[Row], zone: tzinfo) -> st.SearchStrategy[Any]:
    stored = [row[field.column] for row in drawn if row.get(field.column) is not None]
    anything = VALUES[field.type].filter(lambda value: _fits(field, value))
    if not stored:
        return anything
    near = st.sampled_from(stored).flatmap(lambda value: _near(field.type, value, zone))
    near = near.filter(lambda value: _fits(field, value))
    return near | near | anything


def _fits(field: Field, value: Any) -> bool:
    try:
        coerce(field, value, Limits())
    except ConditionError:
        return False
    return True


@st.composite
def leaves(draw: st.DrawFn, drawn: Sequence[Row] = (), zone: tzinfo = UTC) -> Leaf:
    """A test that the field's type allows, often about a value that the rows have."""
    field = draw(st.sampled_from(list(SCHEMA.fields.values())))
    values: st.SearchStrategy[Literal] = _values(field, drawn, zone)
    operator = draw(st.sampled_from(ALLOWED[field.type]))
    match operator:
        case "in":
            return OneOf(field.name, tuple(draw(st.lists(values, max_size=4))))
        case "between":
            return Between(field.name, draw(values), draw(values))
        case "contains":
            return Contains(field.name, draw(_values(field, drawn, zone)))
        case "starts with":
            return StartsWith(field.name, draw(_values(field, drawn, zone)))
        case "is empty":
            return IsEmpty(field.name)
        case _:
            return Compare(field.name, Operator(operator), draw(values))


def _combined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return several.map(And) | several.map(Or) | parts.map(Not)


def conditions_about(drawn: Sequence[Row], zone: tzinfo) -> st.SearchStrategy[Condition]:
    """Conditions of any shape whose values are often near those of the rows."""
    test = leaves(drawn, zone)
    return st.recursive(test | test | test | st.sampled_from((EVERYTHING, NOTHING)), _combined, max_leaves=6)


conditions = conditions_about((), UTC)


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Row], list[Condition], Context]:
    """Rows, conditions about them (most of a single test) and a reader."""
    context = draw(contexts)
    drawn = draw(st.lists(rows, min_size=1, max_size=5))
    for row in drawn:
        row["created"] = draw(boundaries(context.zone) | st.just(row["created"]))
    single = leaves(drawn, context.zone)
    asked = draw(st.lists(single | single.map(Not), min_size=8, max_size=14))
    asked += draw(st.lists(conditions_about(drawn, context.zone), min_size=1, max_size=3))
    return drawn, asked, context
