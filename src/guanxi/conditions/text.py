"""The text form: `parse` reads it, `format_condition` writes it; `parse(format_condition(c)) == c`."""

from datetime import date, datetime
from decimal import Decimal

from guanxi.conditions.lexer import quote_name, quote_text
from guanxi.conditions.parser import parse
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
    Or,
    Relative,
    StartsWith,
)

__all__ = ["format_condition", "format_literal", "parse"]


def format_condition(condition: Condition) -> str:
    """The condition as people write it: keywords in lower case, brackets where `and` and `or` are mixed."""
    match condition:
        case Everything() | Nothing():
            return type(condition).__name__.lower()
        case And(parts) | Or(parts):
            word = " and " if isinstance(condition, And) else " or "
            return word.join(_grouped(part) for part in parts)
        case Not(OneOf() | Between() | Contains() | StartsWith() | IsEmpty() as leaf):
            return _leaf(leaf, negated=True)
        case Not(part):
            return f"not {_grouped(part)}"
        case _:
            return _leaf(condition, negated=False)


def format_literal(value: Literal) -> str:
    """A value as it is written in a condition."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote_text(value)
    if isinstance(value, Relative):
        return _relative(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _grouped(part: Condition) -> str:
    text = format_condition(part)
    return f"({text})" if isinstance(part, And | Or) else text


def _leaf(leaf: Leaf, *, negated: bool) -> str:
    name = quote_name(leaf.field)
    word = f"{name} not" if negated else name
    match leaf:
        case Compare(_, operator, value):
            return f"{name} {operator.value} {format_literal(value)}"
        case OneOf(_, values):
            return f"{word} in ({', '.join(format_literal(value) for value in values)})"
        case Between(_, low, high):
            return f"{word} between {format_literal(low)} and {format_literal(high)}"
        case Contains(_, text):
            return f"{word} contains {quote_text(text)}"
        case StartsWith(_, text):
            return f"{word} starts with {quote_text(text)}"
        case IsEmpty():
            return f"{name} is not empty" if negated else f"{name} is empty"


def _relative(value: Relative) -> str:
    if value.amount == 0:
        return value.anchor.value
    sign = "-" if value.amount < 0 else "+"
    return f"{value.anchor.value} {sign} {abs(value.amount)}{value.unit.value}"
