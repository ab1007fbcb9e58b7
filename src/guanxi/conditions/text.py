"""The text form: `parse` reads it, `format_condition` writes it; `parse(format_condition(c)) == c`."""

from datetime import date, datetime
from decimal import Decimal

from guanxi.conditions.lexer import quote_name, quote_text
from guanxi.conditions.parser import parse
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
    Or,
    Reach,
    Related,
    Relative,
    Span,
    StartsWith,
)
from guanxi.conditions.values import UNIT_NAMES

__all__ = ["format_condition", "format_distance", "format_literal", "parse"]

_KILOMETRE = 1000
_TEXT_TESTS = {Contains: "contains", StartsWith: "starts with", Matches: "matches"}


def format_condition(condition: Condition) -> str:
    """The condition as people write it: keywords in lower case, brackets where `and` and `or` are mixed."""
    match condition:
        case Everything() | Nothing():
            return type(condition).__name__.lower()
        case And(parts) | Or(parts):
            word = " and " if isinstance(condition, And) else " or "
            return word.join(_grouped(part) for part in parts)
        case Not(part) if _takes_not(part):
            return _test(part, negated=True)
        case Not(part):
            return f"not {_grouped(part)}"
        case _:
            return _test(condition, negated=False)


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


def _takes_not(part: Condition) -> bool:
    """Whether `not` stands inside the test; before a comparison it stands in front."""
    test = part.test if isinstance(part, Dated) else part
    return isinstance(test, Leaf) and not isinstance(test, Compare)


def _test(condition: Condition, *, negated: bool) -> str:
    match condition:
        case Dated(test, day, change):
            word = "change since" if change else "on"
            name = f"{quote_name(test.field)} {word} {format_literal(day)}"
            return _leaf(test, name, negated=negated, sign="%" if change is Change.PERCENT else "")
        case Near(latitude, longitude, metres):
            return f"within {format_distance(metres)} of {latitude:f},{longitude:f}"
        case InArea(kind, name):
            return f"in {kind} {quote_text(name)}"
        case Related() | Counted():
            return _related(condition)
        case And() | Or() | Not() | Everything() | Nothing():
            return format_condition(condition)
        case _:
            return _leaf(condition, quote_name(condition.field), negated=negated)


def _related(condition: Related | Counted) -> str:
    name = f"{quote_name(condition.relation)}{_where(condition.where)}"
    if isinstance(condition, Related):
        return f"{condition.quantifier.value} {name}{_within(condition.span)}"
    return f"{name} count {condition.operator.value} {condition.count}{_within(condition.span)}"


def _where(where: Condition) -> str:
    if isinstance(where, Everything):
        return ""
    text = format_condition(where)
    plain = where.part if isinstance(where, Not) else where
    return f" where {text}" if isinstance(plain, Leaf) else f" where ({text})"


def _within(span: Span | None) -> str:
    return f" in {_span(span)}" if span else ""


def _span(span: Span) -> str:
    unit = UNIT_NAMES[span.unit]
    if span.reach is Reach.THIS:
        return f"this {unit}"
    return f"{span.reach.value} {span.amount} {unit}{'' if span.amount == 1 else 's'}"


def format_distance(metres: Decimal) -> str:
    """A distance as it is written: whole or broken kilometres from a thousand metres on."""
    if metres < _KILOMETRE:
        return f"{metres:f} m"
    return f"{(metres / _KILOMETRE).normalize():f} km"


def _leaf(leaf: Leaf, name: str, *, negated: bool, sign: str = "") -> str:
    if isinstance(leaf, Compare):
        return f"{name} {leaf.operator.value} {format_literal(leaf.value)}{sign}"
    if isinstance(leaf, IsEmpty):
        return f"{name} is not empty" if negated else f"{name} is empty"
    return f"{name} not {_words(leaf, sign)}" if negated else f"{name} {_words(leaf, sign)}"


def _words(leaf: OneOf | Between | Contains | StartsWith | Matches | During | Anniversary, sign: str) -> str:
    match leaf:
        case OneOf(_, values):
            return f"in ({', '.join(format_literal(value) for value in values)})"
        case Between(_, low, high):
            return f"between {format_literal(low)}{sign} and {format_literal(high)}{sign}"
        case Contains(_, text) | StartsWith(_, text) | Matches(_, text):
            return f"{_TEXT_TESTS[type(leaf)]} {quote_text(text)}"
        case During(_, span):
            return f"in {_span(span)}"
        case Anniversary(_, days):
            return f"within {days} day{'' if days == 1 else 's'}"


def _relative(value: Relative) -> str:
    if value.amount == 0:
        return value.anchor.value
    sign = "-" if value.amount < 0 else "+"
    return f"{value.anchor.value} {sign} {abs(value.amount)}{value.unit.value}"
