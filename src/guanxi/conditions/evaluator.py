"""The meaning of a condition, in plain Python. The compilers for databases must return the same rows.

Two-valued: a test on a null field is false, `!=` is the complement of `=`, `not` the complement of anything.
"""

import operator as compare_with
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from guanxi.conditions.context import Context, day_end, day_start, is_day, resolve
from guanxi.conditions.tree import (
    And,
    Between,
    Compare,
    Condition,
    Contains,
    Everything,
    IsEmpty,
    Leaf,
    Literal,
    Not,
    Nothing,
    OneOf,
    Operator,
    Or,
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


def evaluate(condition: Condition, row: Row, context: Context) -> bool:
    """Whether the row is meant.

    `condition` has passed `check`; `row` holds, by field name, str, int, Decimal (or float), bool, date,
    aware datetime or None. Raises KeyError when the row lacks a field that is looked at.
    """
    match condition:
        case And(parts):
            return all(evaluate(part, row, context) for part in parts)
        case Or(parts):
            return any(evaluate(part, row, context) for part in parts)
        case Not(part):
            return not evaluate(part, row, context)
        case Everything():
            return True
        case Nothing():
            return False
        case _:
            return _test(condition, row[condition.field], context)


def fold_case(text: str) -> str:
    """A–Z as a–z and nothing else: the folding that SQLite, PostgreSQL and DuckDB can all do alike."""
    return text.lower() if text.isascii() else text.translate(_FOLD)


def _test(leaf: Leaf, value: Any, context: Context) -> bool:
    if isinstance(leaf, IsEmpty) and value is None:
        return True
    if isinstance(leaf, Compare) and leaf.operator is Operator.NE:
        return not _test(Compare(leaf.field, Operator.EQ, leaf.value), value, context)
    return value is not None and _test_known(leaf, value, context)


def _test_known(leaf: Leaf, value: Any, context: Context) -> bool:
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
        case IsEmpty():
            return bool(value == "")


def _holds(operator: Operator, value: Any, literal: Literal, context: Context) -> bool:
    fixed = resolve(literal, context)
    if isinstance(value, datetime) and is_day(fixed):
        return _holds_on_day(operator, value, fixed, context)
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
