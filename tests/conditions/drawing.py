"""Hypothesis strategies for conditions, many of them about values that the drawn rows have, or nearly have."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.initials import initials, searched
from guanxi.conditions.schema import Field, FieldType, Limits
from guanxi.conditions.tree import (
    EVERYTHING,
    NOTHING,
    And,
    Anniversary,
    Between,
    Compare,
    Condition,
    Contains,
    During,
    IsEmpty,
    Leaf,
    Literal,
    Matches,
    Not,
    OneOf,
    Operator,
    Or,
    Reach,
    Span,
    StartsWith,
    Unit,
)
from guanxi.conditions.values import coerce, tests_of
from tests.conditions.sample import SCHEMA, VALUES, Row, boundaries, contexts, rows

_SINGLE = frozenset(operator.value for operator in Operator)
FIELDS = tuple(SCHEMA.fields.values())
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


def _span(reach: Reach, amount: int, unit: Unit) -> Span:
    return Span(reach, 1 if reach is Reach.THIS else amount, unit)


spans = st.builds(
    _span, st.sampled_from(Reach), st.integers(1, 3) | st.integers(1, 100), st.sampled_from(Unit)
)


def initials_near(drawn: Sequence[Row], field: Field) -> st.SearchStrategy[str]:
    """Initials to look for, often a part of those of a row."""
    typed = st.sampled_from(("hd", "a", "ㄱㄴ", "e", "hwkj", "1"))
    known = [initials(row[field.column]) for row in drawn if field.initials and row.get(field.column)]
    parts = [found for found in known if found]
    if not parts:
        return typed
    near = st.sampled_from(parts).flatmap(
        lambda found: st.builds(
            lambda start, length: found[start : start + length],
            st.integers(0, len(found) - 1),
            st.integers(1, 3),
        )
    )
    return near.filter(lambda found: bool(searched(found))).map(searched) | typed


@st.composite
def leaves(
    draw: st.DrawFn, drawn: Sequence[Row] = (), zone: tzinfo = UTC, fields: Sequence[Field] = FIELDS
) -> Leaf:
    """A test that the field's type allows, often about a value that the rows have."""
    field = draw(st.sampled_from(fields))
    values: st.SearchStrategy[Literal] = _values(field, drawn, zone)
    operator = draw(st.sampled_from(tests_of(field)))
    if operator in _SINGLE:
        return Compare(field.name, Operator(operator), draw(values))
    if operator == "in":
        return OneOf(field.name, tuple(draw(st.lists(values, max_size=4))))
    if operator == "between":
        return Between(field.name, draw(values), draw(values))
    return draw(_worded(operator, field, values, drawn))


def _worded(
    operator: str, field: Field, values: st.SearchStrategy[Any], drawn: Sequence[Row]
) -> st.SearchStrategy[Leaf]:
    name = field.name
    worded: dict[str, st.SearchStrategy[Leaf]] = {
        "contains": st.builds(Contains, st.just(name), values),
        "starts with": st.builds(StartsWith, st.just(name), values),
        "matches": st.builds(Matches, st.just(name), initials_near(drawn, field)),
        "in last": st.builds(During, st.just(name), spans),
        "within": st.builds(Anniversary, st.just(name), st.integers(0, 9) | st.integers(0, 365)),
        "is empty": st.just(IsEmpty(name)),
    }
    return worded[operator]


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
