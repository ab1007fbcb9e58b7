"""The text form: `parse` reads it, `format_formula` writes it; `parse(format_formula(f)) == f`."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

from guanxi.conditions.cursor import Cursor
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import Kind, Token, quote_name, quote_text, tokens_of
from guanxi.conditions.schema import Limits
from guanxi.formulas.errors import FormulaError
from guanxi.formulas.tree import (
    COMPARISONS,
    Call,
    Constant,
    Formula,
    Mark,
    Own,
    Pair,
    Prefixed,
    Scalar,
    Sign,
    nodes,
    parts_of,
)

LIMITS = Limits(characters=4_000, depth=20, nodes=200, text=1_000)
"""The most a formula may hold. `depth` counts what is nested in brackets, calls and marks."""
DEEPEST = 120
"""The deepest tree: a chain of sums is deep without being nested."""
WORDS = frozenset({"and", "or", "not", "true", "false"})
"""Words that cannot be a field's name without backticks."""

_LEVELS: tuple[frozenset[Sign], ...] = (
    frozenset({Sign.OR}),
    frozenset({Sign.AND}),
    COMPARISONS,
    frozenset({Sign.JOIN}),
    frozenset({Sign.ADD, Sign.SUBTRACT}),
    frozenset({Sign.MULTIPLY, Sign.DIVIDE}),
)
"""What binds loosest comes first; all bind from the left, comparisons stand alone."""
_COMPARED = _LEVELS.index(COMPARISONS)
_OF_MINUS = len(_LEVELS)
_ALONE = _OF_MINUS + 1
_SIGNS = {sign.value: sign for sign in Sign}
_TRUTH = {"true": True, "false": False}
_FIRST = ("a field", "a number", "a text in quotes", "a date such as 2026-03-31", "a function", "'('")


def parse(text: str) -> Formula:
    """Read a formula. Raises FormulaError with the position of what is wrong; `check` looks at types."""
    if len(text) > LIMITS.characters:
        parameters = {"found": len(text), "limit": LIMITS.characters}
        raise FormulaError("too_long", LIMITS.characters, parameters=parameters)
    if not text.strip():
        raise FormulaError("empty_text", 0, ("a formula",))
    try:
        formula = _Reader(tokens_of(text), LIMITS).read()
    except ConditionError as error:
        raise FormulaError.of(error) from error
    measure(formula)
    return formula


def measure(formula: Formula) -> None:
    """Refuse a tree that is too large or too deep (FormulaError)."""
    if sum(1 for _node in nodes(formula)) > LIMITS.nodes:
        raise FormulaError("too_many_parts", parameters={"limit": LIMITS.nodes})
    level: tuple[Formula, ...] = (formula,)
    depth = 0
    while level:
        depth += 1
        level = tuple(part for node in level for part in parts_of(node))
    if depth > DEEPEST:
        raise FormulaError("too_deep", parameters={"limit": DEEPEST})


class _Reader(Cursor):
    """Recursive descent: one level of `_LEVELS` after the other."""

    nesting = 0

    def read(self) -> Formula:
        formula = self.level(0)
        if self.token.kind is not Kind.END:
            self.fail("a sign such as + or =", "the end")
        return formula

    def level(self, number: int) -> Formula:
        if number == _COMPARED and self.token.word == Mark.NOT.value:
            return Prefixed(Mark.NOT, at=self.take().position, part=self.nested(lambda: self.level(number)))
        if number == len(_LEVELS):
            return self.marked()
        left = self.level(number + 1)
        while (sign := _SIGNS.get(self.token.word)) in _LEVELS[number] and sign is not None:
            position = self.take().position
            left = Pair(sign, left, self.level(number + 1), position)
            if number == _COMPARED and _SIGNS.get(self.token.word) in COMPARISONS:
                raise FormulaError("chained_comparison", self.token.position)
        return left

    def marked(self) -> Formula:
        if self.token.word == Mark.MINUS.value:
            return Prefixed(Mark.MINUS, at=self.take().position, part=self.nested(self.marked))
        if self.accept("("):
            formula = self.nested(lambda: self.level(0))
            self.expect(")")
            return formula
        return self.plain()

    def nested(self, rule: Callable[[], Formula]) -> Formula:
        self.nesting += 1
        if self.nesting > self.limits.depth:
            raise FormulaError("too_deep", self.token.position, parameters={"limit": self.limits.depth})
        formula = rule()
        self.nesting -= 1
        return formula

    def plain(self) -> Formula:
        token = self.token
        if token.kind is Kind.QUOTED:
            return Own(self.take().text, token.position)
        if token.kind is Kind.NAME:
            return self.named()
        value = _value(token)
        if value is None:
            self.fail(*_FIRST)
        self.index += 1
        return Constant(value, token.position)

    def named(self) -> Formula:
        token = self.token
        if token.word in _TRUTH:
            return Constant(_TRUTH[self.take().word], token.position)
        if token.word in WORDS:
            self.fail(*_FIRST)
        self.index += 1
        if not self.accept("("):
            return Own(token.text, token.position)
        return Call(token.word, self.arguments(), token.position)

    def arguments(self) -> tuple[Formula, ...]:
        if self.accept(")"):
            return ()
        found = [self.nested(lambda: self.level(0))]
        while self.accept(","):
            found.append(self.nested(lambda: self.level(0)))
        if not self.accept(")"):
            self.fail("','", "')'")
        return tuple(found)

    def fail(self, *expected: str) -> NoReturn:
        try:
            super().fail(*expected)
        except ConditionError as error:
            raise FormulaError.of(error) from error


def _value(token: Token) -> Scalar | None:
    """The constant a token writes; None when it writes none. Raises FormulaError."""
    if token.kind is Kind.TEXT:
        if len(token.text) > LIMITS.text:
            parameters = {"found": len(token.text), "limit": LIMITS.text}
            raise FormulaError("text_too_long", token.position, parameters=parameters)
        return token.text
    if token.kind is Kind.NUMBER:
        return Decimal(token.text)
    if token.kind not in {Kind.DATE, Kind.DATETIME}:
        return None
    try:
        day = date.fromisoformat(token.text) if token.kind is Kind.DATE else _moment(token)
    except ValueError as error:
        raise FormulaError("date_invalid", token.position, parameters={"found": token.text}) from error
    if not 1000 <= day.year <= 9000:
        raise FormulaError("date_out_of_range", token.position)
    return day


def _moment(token: Token) -> datetime:
    moment = datetime.fromisoformat(token.text.upper())
    if moment.tzinfo is None:
        raise FormulaError("zone_missing", token.position)
    return moment


def format_formula(formula: Formula) -> str:
    """The formula as people write it, with brackets only where they are needed."""
    match formula:
        case Constant(value):
            return _constant(value)
        case Own(name):
            return f"`{name}`" if name.lower() in WORDS else quote_name(name)
        case Call(function, arguments):
            return f"{function}({', '.join(format_formula(each) for each in arguments)})"
        case Prefixed(mark, part):
            space = " " if mark is Mark.NOT else ""
            return f"{mark.value}{space}{_within(part, _binding(formula))}"
        case Pair(sign, left, right):
            binding = _binding(formula)
            looser = binding + 1 if sign in COMPARISONS else binding
            return f"{_within(left, looser)} {sign.value} {_within(right, binding + 1)}"


def _within(part: Formula, binding: int) -> str:
    text = format_formula(part)
    return text if _binding(part) >= binding else f"({text})"


def _binding(formula: Formula) -> int:
    match formula:
        case Pair(sign, _, _):
            return next(number for number, signs in enumerate(_LEVELS) if sign in signs)
        case Prefixed(Mark.NOT, _):
            return _COMPARED
        case Prefixed():
            return _OF_MINUS
        case _:
            return _ALONE


def _constant(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote_text(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat()
