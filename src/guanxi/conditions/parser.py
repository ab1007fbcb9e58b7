"""From text to a checked tree: recursive descent, one function a rule of the grammar in docs/conditions.md.

Fields and values are checked where they stand, so that every error points at its place.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

from guanxi.conditions.check import EXPECTED, allow, coerce, coerce_text, count_values, find_field, measure
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import RESERVED, Kind, Token, tokens_of
from guanxi.conditions.schema import Field, Limits, Schema
from guanxi.conditions.tree import (
    EVERYTHING,
    NOTHING,
    Anchor,
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
    Relative,
    StartsWith,
    Unit,
)

_OPERATORS = {operator.value: operator for operator in Operator}
_WORDS = ("in", "between", "contains", "starts with", "is empty")
_ANCHORS = {anchor.value.removeprefix("start of "): anchor for anchor in Anchor if anchor is not Anchor.TODAY}
_CONSTANTS: dict[str, Condition] = {"everything": EVERYTHING, "nothing": NOTHING}


def parse(text: str, schema: Schema, limits: Limits = Limits()) -> Condition:  # noqa: B008 - frozen
    """Read and check a condition. Raises ConditionError, with the position of what is wrong."""
    if len(text) > limits.characters:
        parameters = {"found": len(text), "limit": limits.characters}
        raise ConditionError("too_long", limits.characters, parameters=parameters)
    if not text.strip():
        raise ConditionError("empty_text", 0, ("a condition",))
    condition = _Parser(tokens_of(text), schema, limits).read()
    measure(condition, limits)
    return condition


class _Parser:
    def __init__(self, tokens: list[Token], schema: Schema, limits: Limits) -> None:
        self.tokens = tokens
        self.schema = schema
        self.limits = limits
        self.index = 0
        self.nesting = 0

    def read(self) -> Condition:
        condition = self.disjunction()
        if self.token.kind is not Kind.END:
            self.fail("and", "or", "the end")
        return condition

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def accept(self, word: str) -> bool:
        if self.token.word == word:
            self.index += 1
            return True
        return False

    def expect(self, *words: str) -> None:
        for word in words:
            if not self.accept(word):
                self.fail(repr(word))

    def fail(self, *expected: str) -> NoReturn:
        token = self.token
        if token.kind is Kind.END:
            raise ConditionError("unexpected_end", token.position, expected)
        raise ConditionError("unexpected_token", token.position, expected, {"found": token.text})

    def disjunction(self) -> Condition:
        parts = self.chain("or", lambda: self.chain_of(self.chain("and", self.unary), And))
        return self.chain_of(parts, Or)

    def chain(self, word: str, part: Callable[[], Condition]) -> list[Condition]:
        parts = [part()]
        while self.accept(word):
            parts.append(part())
        return parts

    @staticmethod
    def chain_of(parts: list[Condition], kind: type[And] | type[Or]) -> Condition:
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def unary(self) -> Condition:
        if self.accept("not"):
            return Not(self.nested(self.unary))
        if self.accept("("):
            condition = self.nested(self.disjunction)
            self.expect(")")
            return condition
        constant = _CONSTANTS.get(self.token.word)
        if constant is not None:
            self.index += 1
            return constant
        return self.test()

    def nested(self, rule: Callable[[], Condition]) -> Condition:
        self.nesting += 1
        if self.nesting > self.limits.depth:
            position = self.token.position
            raise ConditionError("too_deep", position, parameters={"limit": self.limits.depth})
        condition = rule()
        self.nesting -= 1
        return condition

    def test(self) -> Condition:
        field = self.field()
        position = self.token.position
        operator = _OPERATORS.get(self.token.word)
        if operator is not None:
            self.index += 1
            allow(field, operator.value, position)
            return Compare(field.name, operator, self.value(field))
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("empty")
            allow(field, "is empty", position)
            return Not(IsEmpty(field.name)) if negated else IsEmpty(field.name)
        negated = self.accept("not")
        leaf = self.worded(field)
        return Not(leaf) if negated else leaf

    def field(self) -> Field:
        token = self.token
        if token.kind is Kind.QUOTED or (token.kind is Kind.NAME and token.word not in RESERVED):
            self.index += 1
            return find_field(self.schema, token.text, token.position)
        return self.fail("a field", "'not'", "'('")

    def worded(self, field: Field) -> Leaf:
        position = self.token.position
        if self.accept("in"):
            allow(field, "in", position)
            return OneOf(field.name, self.values(field))
        if self.accept("between"):
            allow(field, "between", position)
            low = self.value(field)
            self.expect("and")
            return Between(field.name, low, self.value(field))
        if self.accept("contains"):
            allow(field, "contains", position)
            return Contains(field.name, self.text(field))
        if self.accept("starts"):
            self.expect("with")
            allow(field, "starts with", position)
            return StartsWith(field.name, self.text(field))
        return self.fail(*_OPERATORS, *_WORDS)

    def values(self, field: Field) -> tuple[Literal, ...]:
        position = self.token.position
        self.expect("(")
        found: list[Literal] = []
        while not self.accept(")"):
            if found and not self.accept(","):
                self.fail("','", "')'")
            found.append(self.value(field))
        count_values(len(found), self.limits, position)
        return tuple(found)

    def text(self, field: Field) -> str:
        token = self.token
        if token.kind is not Kind.TEXT:
            self.fail("a text in quotes")
        self.index += 1
        return coerce_text(field, token.text, self.limits, token.position)

    def value(self, field: Field) -> Literal:
        position = self.token.position
        return coerce(field, self.literal(field), self.limits, position)

    def literal(self, field: Field) -> Literal:
        token = self.token
        if token.kind is Kind.TEXT:
            return self.take().text
        if token.kind in {Kind.DATE, Kind.DATETIME}:
            return _date(self.take())
        if token.kind is Kind.NAME:
            return self.named_literal(field)
        sign = -1 if self.accept("-") else 1
        if self.token.kind is not Kind.NUMBER:
            self.fail(*EXPECTED[field.type])
        digits = self.take().text
        return sign * (Decimal(digits) if "." in digits else int(digits))

    def named_literal(self, field: Field) -> Literal:
        if self.accept("true"):
            return True
        if self.accept("false"):
            return False
        if self.accept("today"):
            return self.offset(Anchor.TODAY)
        if not self.accept("start"):
            self.fail(*EXPECTED[field.type])
        self.expect("of")
        anchor = _ANCHORS.get(self.token.word)
        if anchor is None:
            self.fail(*_ANCHORS)
        self.index += 1
        return self.offset(anchor)

    def offset(self, anchor: Anchor) -> Relative:
        sign = {"+": 1, "-": -1}.get(self.token.word)
        if sign is None:
            return Relative(anchor)
        self.index += 1
        if self.token.kind is not Kind.PERIOD:
            self.fail("a period such as 90d, 2w, 3m, 1q or 1y")
        period = self.take().text
        return Relative(anchor, sign * int(period[:-1]), Unit(period[-1].lower()))


def _date(token: Token) -> date:
    try:
        if token.kind is Kind.DATE:
            return date.fromisoformat(token.text)
        return datetime.fromisoformat(token.text.upper())
    except ValueError as error:
        raise ConditionError("date_invalid", token.position, parameters={"found": token.text}) from error
