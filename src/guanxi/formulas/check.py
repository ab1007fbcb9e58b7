"""What a formula gives, found out before anything is computed: every fault points at its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import NoReturn

from guanxi.conditions.schema import FieldType as Type
from guanxi.formulas.errors import FormulaError
from guanxi.formulas.functions import AMOUNTS, DAYS, FUNCTIONS, JOINED, NUMBERS, ORDERED, TEXTS, Function
from guanxi.formulas.text import measure
from guanxi.formulas.tree import (
    EQUALITIES,
    LOGIC,
    Call,
    Constant,
    Formula,
    Mark,
    Own,
    Pair,
    Prefixed,
    Scalar,
    Sign,
)

WORDS: Mapping[Type, str] = {
    Type.TEXT: "a text",
    Type.INTEGER: "a whole number",
    Type.NUMBER: "a number",
    Type.MONEY: "an amount of money",
    Type.BOOLEAN: "true or false",
    Type.DATE: "a date",
    Type.DATETIME: "a time",
    Type.CHOICE: "a choice",
    Type.CHOICES: "several choices",
    Type.REFERENCE: "a reference",
}
"""What the kinds of value are called in messages."""
_KEPT = frozenset({Type.TEXT, Type.INTEGER, Type.NUMBER, Type.MONEY, Type.BOOLEAN, Type.DATE, Type.DATETIME})
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Known:
    """A field that a formula may read: what it holds, and what may be chosen."""

    type: Type
    choices: tuple[str, ...] = ()


def check(formula: Formula, fields: Mapping[str, Known]) -> Type:
    """Return what the formula gives, a kind that a field can keep. Raises FormulaError."""
    measure(formula)
    found = _Checker(fields).type_of(formula)
    found = Type.TEXT if found is Type.CHOICE else found
    if found not in _KEPT:
        raise FormulaError("no_result", formula.at, _words(_KEPT), {"found": WORDS[found]})
    return found


class _Checker:
    def __init__(self, fields: Mapping[str, Known]) -> None:
        self.fields = fields

    def type_of(self, formula: Formula) -> Type:
        match formula:
            case Constant(value):
                return _type_of_constant(value)
            case Own(name, at):
                return self.known(name, at).type
            case Prefixed(mark, part):
                wanted = frozenset({Type.BOOLEAN}) if mark is Mark.NOT else AMOUNTS
                return self.operand(part, wanted, mark.value)
            case Pair():
                return self.pair(formula)
            case Call():
                return self.call(formula)

    def known(self, name: str, at: int | None) -> Known:
        found = self.fields.get(name)
        if found is None:
            near = get_close_matches(name, self.fields, n=1)
            parameters = {"field": name, "suggestion": near[0] if near else ""}
            raise FormulaError("unknown_field", at, tuple(self.fields), parameters)
        return found

    def operand(self, part: Formula, wanted: frozenset[Type], sign: str) -> Type:
        found = self.type_of(part)
        if found not in wanted:
            parameters = {"operator": sign, "found": WORDS[found]}
            raise FormulaError("wrong_operand", part.at, _words(wanted), parameters)
        return found

    def pair(self, pair: Pair) -> Type:
        if pair.sign in LOGIC:
            for part in (pair.left, pair.right):
                self.operand(part, frozenset({Type.BOOLEAN}), pair.sign.value)
            return Type.BOOLEAN
        if pair.sign is Sign.JOIN:
            for part in (pair.left, pair.right):
                self.operand(part, JOINED, pair.sign.value)
            return Type.TEXT
        left, right = self.type_of(pair.left), self.type_of(pair.right)
        if pair.sign in _ARITHMETIC:
            return _calculated(pair, left, right)
        return self.compared(pair, left, right)

    def compared(self, pair: Pair, left: Type, right: Type) -> Type:
        families = (AMOUNTS, TEXTS, frozenset({Type.BOOLEAN}), DAYS, frozenset({Type.DATETIME}))
        family = next((family for family in families if left in family), frozenset[Type]())
        if right not in family or (pair.sign not in EQUALITIES and left not in ORDERED):
            _refuse_pair(pair, left, right, family & ORDERED if pair.sign not in EQUALITIES else family)
        self.require_choice(pair.left, pair.right)
        self.require_choice(pair.right, pair.left)
        return Type.BOOLEAN

    def require_choice(self, chosen: Formula, written: Formula) -> None:
        """A text that a choice is compared with must be one of the choices."""
        if not isinstance(chosen, Own) or not isinstance(written, Constant):
            return
        known = self.known(chosen.field, chosen.at)
        if known.type in (Type.CHOICE, Type.CHOICES) and written.value not in known.choices:
            parameters = {"field": chosen.field, "found": written.value}
            raise FormulaError("unknown_choice", written.at, known.choices, parameters)

    def call(self, call: Call) -> Type:
        function = FUNCTIONS.get(call.function)
        if function is None:
            near = get_close_matches(call.function, FUNCTIONS, n=1)
            parameters = {"function": call.function, "suggestion": near[0] if near else ""}
            raise FormulaError("unknown_function", call.at, tuple(FUNCTIONS), parameters)
        _require_count(call, function)
        types = [self.argument(call, function, number) for number in range(len(call.arguments))]
        if call.function == "contains":
            self.require_choice(*call.arguments)
        if call.function == "round":
            return _rounded(call, types)
        return function.gives or _common(call, function, types)

    def argument(self, call: Call, function: Function, number: int) -> Type:
        part = call.arguments[number]
        wanted = function.takes[min(number, len(function.takes) - 1)]
        found = self.type_of(part)
        if found not in wanted:
            parameters = {"function": call.function, "found": WORDS[found]}
            raise FormulaError("wrong_argument", part.at, _words(wanted), parameters)
        return found


_ARITHMETIC = frozenset({Sign.ADD, Sign.SUBTRACT, Sign.MULTIPLY, Sign.DIVIDE})


def _calculated(pair: Pair, left: Type, right: Type) -> Type:
    """What arithmetic of two kinds gives. Raises FormulaError where it means nothing."""
    if left in NUMBERS and right in NUMBERS:
        is_whole = left is right is Type.INTEGER and pair.sign is not Sign.DIVIDE
        return Type.INTEGER if is_whole else Type.NUMBER
    found = _GIVES.get((pair.sign, _wide(left), _wide(right)))
    if found is None or (_wide(right) is Type.NUMBER and left is Type.DATE and right is not Type.INTEGER):
        wanted = {other for sign, first, other in _GIVES if (sign, first) == (pair.sign, _wide(left))}
        _refuse_pair(pair, left, right, frozenset(wanted or (AMOUNTS if left in NUMBERS else ())))
    return found


def _wide(found: Type) -> Type:
    return Type.NUMBER if found is Type.INTEGER else found


_GIVES: Mapping[tuple[Sign, Type, Type], Type] = {
    (Sign.ADD, Type.MONEY, Type.MONEY): Type.MONEY,
    (Sign.SUBTRACT, Type.MONEY, Type.MONEY): Type.MONEY,
    (Sign.MULTIPLY, Type.MONEY, Type.NUMBER): Type.MONEY,
    (Sign.MULTIPLY, Type.NUMBER, Type.MONEY): Type.MONEY,
    (Sign.DIVIDE, Type.MONEY, Type.NUMBER): Type.MONEY,
    (Sign.DIVIDE, Type.MONEY, Type.MONEY): Type.NUMBER,
    (Sign.ADD, Type.DATE, Type.NUMBER): Type.DATE,
    (Sign.ADD, Type.NUMBER, Type.DATE): Type.DATE,
    (Sign.SUBTRACT, Type.DATE, Type.NUMBER): Type.DATE,
    (Sign.SUBTRACT, Type.DATE, Type.DATE): Type.INTEGER,
}
"""Money and days; of numbers that are added to a day only whole ones."""


def _refuse_pair(pair: Pair, left: Type, right: Type, wanted: frozenset[Type]) -> NoReturn:
    """Refuse what stands to the right, or the sign where nothing could stand there."""
    parameters = {"operator": pair.sign.value, "found": WORDS[left], "other": WORDS[right]}
    raise FormulaError("different_operands", pair.right.at if wanted else pair.at, _words(wanted), parameters)


def _require_count(call: Call, function: Function) -> None:
    found, most = len(call.arguments), len(function.takes)
    if found < function.least or (found > most and not function.repeated):
        wanted = str(function.least) if function.least == most else f"{function.least}–{most}"
        expected = f"{function.least}+" if function.repeated else wanted
        parameters = {"function": call.function, "found": found}
        raise FormulaError("argument_count", call.at, (expected,), parameters)


def _rounded(call: Call, types: Sequence[Type]) -> Type:
    """Without digits a number becomes whole; the count of digits is written out."""
    if len(types) == 1:
        return types[0] if types[0] is Type.MONEY else Type.INTEGER
    digits = call.arguments[1]
    value = digits.value if isinstance(digits, Constant) else None
    if not isinstance(value, Decimal) or value > _MOST_DIGITS:
        raise FormulaError("not_a_digit_count", digits.at)
    return types[0]


def _common(call: Call, function: Function, types: Sequence[Type]) -> Type:
    """The kind that all results are of. Raises FormulaError at the first that is of another."""
    found = types[function.alike]
    for number, other in enumerate(types[function.alike :], start=function.alike):
        if other is found:
            continue
        if {found, other} <= NUMBERS:
            found = Type.NUMBER
        elif {found, other} <= TEXTS:
            found = Type.TEXT
        else:
            parameters = {"function": call.function, "found": WORDS[found], "other": WORDS[other]}
            at = call.arguments[number].at
            raise FormulaError("different_results", at, ("values of one kind",), parameters)
    return found


def _type_of_constant(value: Scalar) -> Type:
    if isinstance(value, Decimal):
        return Type.INTEGER if value == value.to_integral_value() else Type.NUMBER
    if isinstance(value, bool):
        return Type.BOOLEAN
    if isinstance(value, str):
        return Type.TEXT
    return Type.DATETIME if isinstance(value, datetime) else Type.DATE


def _words(wanted: frozenset[Type]) -> tuple[str, ...]:
    return tuple(WORDS[each] for each in Type if each in wanted)
