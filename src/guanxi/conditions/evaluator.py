"""The meaning of a condition, in plain Python. The compilers for databases must return the same rows.

Two-valued: a test on a null field is false, `!=` is the complement of `=`, `not` the complement of anything.
"""

import operator as compare_with
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from guanxi.conditions.binding import bind
from guanxi.conditions.context import Context, day_end, day_start, is_day, resolve, returns, span_days
from guanxi.conditions.distance import Circle
from guanxi.conditions.initials import initials
from guanxi.conditions.schema import Schema
from guanxi.conditions.tree import (
    And,
    Anniversary,
    Between,
    Change,
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
    Literal,
    Matches,
    Near,
    Not,
    Nothing,
    OneOf,
    Operator,
    Or,
    Related,
    StartsWith,
)

Row: TypeAlias = Mapping[str, object]

_ORDERING: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: compare_with.eq,
    Operator.LT: compare_with.lt,
    Operator.LE: compare_with.le,
    Operator.GT: compare_with.gt,
    Operator.GE: compare_with.ge,
}
_FOLD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def evaluate(condition: Condition, row: Row, context: Context, schema: Schema | None = None) -> bool:
    """Whether the row is meant.

    `condition` has passed `check`; with a `schema` it is bound to it first, without one it is bound already or asks
    only what fields are now. `row` holds, by field name, str, int, Decimal (or float), bool, date, aware datetime, a
    tuple of several choices or None; by the name of a relation the rows of its living records; by `dated_key` what a
    field was on a day. Raises KeyError when the row lacks what is looked at, ValueError when the condition needs a
    schema.
    """
    bound = condition if schema is None else bind(condition, schema, context)
    return _meant(bound, row, context, schema)


def dated_key(field: str, day: date) -> str:
    """Under what a row holds the field's value of an earlier day: "tier on 2026-01-01"."""
    return f"{field} on {day.isoformat()}"


def _meant(condition: Condition, row: Row, context: Context, schema: Schema | None) -> bool:
    match condition:
        case And(parts):
            return all(_meant(part, row, context, schema) for part in parts)
        case Or(parts):
            return any(_meant(part, row, context, schema) for part in parts)
        case Not(part):
            return not _meant(part, row, context, schema)
        case Everything() | Nothing():
            return isinstance(condition, Everything)
        case Related() | Counted() | Near() | InArea() | Dated():
            return _reaching(condition, row, context, schema)
        case _:
            return _test(condition, row[condition.field], context)


def _reaching(
    condition: Related | Counted | Near | InArea | Dated, row: Row, context: Context, schema: Schema | None
) -> bool:
    """What reaches beyond the fields as they are now."""
    match condition:
        case Dated(test, day, change) if is_day(day):
            then = row[dated_key(test.field, day)]
            value = then if change is None else _change(row[test.field], then, change)
            return _test(test, value, context)
        case Counted(relation, operator, count, where, None) if schema is not None:
            nested = schema.relations[relation].schema()
            rows: Any = row[relation]
            found = sum(_meant(where, related, context, nested) for related in rows)
            return found != count if operator is Operator.NE else _ORDERING[operator](found, count)
        case Near() if schema is not None and schema.coordinates is not None:
            latitude, longitude = (row[name] for name in schema.coordinates)
            return None not in (latitude, longitude) and _covers(condition, latitude, longitude)
        case _:
            raise ValueError(f"{type(condition).__name__} needs a schema, or to be bound to one")


def _covers(near: Near, latitude: Any, longitude: Any) -> bool:
    circle = Circle(float(near.latitude), float(near.longitude), float(near.metres))
    return circle.covers(float(latitude), float(longitude))


def _change(now: Any, then: Any, change: Change) -> Any:
    """The difference, or its exact share of what was, in percent; None when it cannot be told."""
    if now is None or then is None:
        return None
    if change is Change.AMOUNT:
        return now - then
    return Fraction(now - then) * 100 / abs(Fraction(then)) if then else None


def fold_case(text: str) -> str:
    """A–Z as a–z and nothing else: the folding that SQLite, PostgreSQL and DuckDB can all do alike."""
    return text.lower() if text.isascii() else text.translate(_FOLD)


def _test(leaf: Leaf, value: Any, context: Context) -> bool:
    if isinstance(leaf, IsEmpty) and value in (None, ()):
        return True
    if isinstance(leaf, Compare) and leaf.operator is Operator.NE:
        return not _test(Compare(leaf.field, Operator.EQ, leaf.value), value, context)
    if isinstance(value, tuple):
        return any(_test_known(leaf, each, context) for each in value)
    return value is not None and _test_known(leaf, value, context)


def _test_known(leaf: Leaf, value: Any, context: Context) -> bool:  # noqa: PLR0911 - a case a test
    match leaf:
        case Compare(_, operator, literal):
            return _holds(operator, value, literal, context)
        case OneOf(_, literals):
            return any(_holds(Operator.EQ, value, literal, context) for literal in literals)
        case Between(_, low, high):
            return _holds(Operator.GE, value, low, context) and _holds(Operator.LE, value, high, context)
        case Contains(_, text):
            return fold_case(text) in fold_case(value)
        case StartsWith(_, text):
            return fold_case(value).startswith(fold_case(text))
        case Matches(_, text):
            return text in initials(value)
        case During(name, span):
            return _test_known(Between(name, *span_days(span, context.today())), value, context)
        case Anniversary(_, days):
            return _returns_within(value, days, context.today())
        case IsEmpty():
            return bool(value == "")


def _returns_within(day: date, days: int, today: date) -> bool:
    return day <= today + timedelta(days=days) and (day.month, day.day) in returns(days, today)


def _holds(operator: Operator, value: Any, literal: Literal, context: Context) -> bool:
    fixed = resolve(literal, context)
    if isinstance(value, datetime) and is_day(fixed):
        return _holds_on_day(operator, value, fixed, context)
    if isinstance(value, Fraction) and isinstance(fixed, Decimal):
        return _ORDERING[operator](value, Fraction(fixed))
    if isinstance(value, float) and isinstance(fixed, Decimal):
        return _ORDERING[operator](value, float(fixed))
    return _ORDERING[operator](value, fixed)


def _holds_on_day(operator: Operator, instant: datetime, day: date, context: Context) -> bool:
    """An instant against a whole day of the reader's zone."""
    match operator:
        case Operator.LT:
            return instant < day_start(day, context.zone)
        case Operator.LE:
            return instant < day_end(day, context.zone)
        case Operator.GT:
            return instant >= day_end(day, context.zone)
        case Operator.GE:
            return instant >= day_start(day, context.zone)
        case _:
            return day_start(day, context.zone) <= instant < day_end(day, context.zone)
