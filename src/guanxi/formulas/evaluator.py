"""The value of a formula: exact decimals, and nothing where there is no right answer.

What is empty stays empty: arithmetic with it, division by zero, different currencies, days beyond the years 1000 to
9000 and numbers that a field cannot keep give None, never a number that looks right. `=` and `!=` know what is empty
(it equals only what is empty); the other comparisons of it give None. `and` and `or` follow Kleene: false and empty is
false.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, DecimalException, InvalidOperation, localcontext
from typing import Any

from guanxi.conditions.context import Context
from guanxi.conditions.schema import FieldType as Type
from guanxi.formulas.functions import FUNCTIONS, TooLongError, add_days, as_text, limited
from guanxi.formulas.money import Money
from guanxi.formulas.tree import EQUALITIES, LOGIC, Call, Constant, Formula, Mark, Own, Pair, Prefixed, Sign

DIGITS = 15
"""Significant digits that are kept: what both databases compare exactly."""
LONGEST_KEPT = 500
"""Characters of a text that is kept."""
_PRECISION = 50
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** DIGITS
_ARITHMETIC: Mapping[Sign, Callable[[Any, Any], Any]] = {
    Sign.ADD: operator.add,
    Sign.SUBTRACT: operator.sub,
    Sign.MULTIPLY: operator.mul,
    Sign.DIVIDE: operator.truediv,
}
_ORDER: Mapping[Sign, Callable[[Any, Any], bool]] = {
    Sign.LT: operator.lt,
    Sign.LE: operator.le,
    Sign.GT: operator.gt,
    Sign.GE: operator.ge,
}


def evaluate(formula: Formula, values: Mapping[str, Any], context: Context) -> Any:
    """Return the value of a checked formula, as exact as it was computed; None where there is none.

    `values` are the record's by field: text, int or Decimal, `Money`, bool, date, datetime with a zone, several choices
    as a tuple; None or missing where it holds nothing. Numbers come back as Decimal.
    """
    with localcontext(prec=_PRECISION):
        try:
            return _value(formula, values, context)
        except TooLongError:
            return None


def kept(value: Any, result: Type) -> Any:
    """Return the value as a field of that kind keeps it, with at most 15 digits; None for what it cannot keep."""
    if value in (None, ""):
        return None
    if isinstance(value, Money):
        cents = _kept_number(value.amount, _CENT)
        return None if cents is None or abs(cents) >= _LARGEST / 100 else Money(cents, value.currency)
    if result is Type.INTEGER:
        whole = _kept_number(value, Decimal(1))
        return None if whole is None else int(whole)
    if result is Type.NUMBER:
        room = max(DIGITS - max(value.adjusted() + 1, 1), 0)
        number = _kept_number(value, Decimal(1).scaleb(-room))
        return None if number is None else Decimal(format(number.normalize(), "f")) or Decimal(0)
    return None if isinstance(value, str) and len(value) > LONGEST_KEPT else value


def _kept_number(value: Decimal, step: Decimal) -> Decimal | None:
    if abs(value) >= _LARGEST:
        return None
    with localcontext(prec=_PRECISION):
        found = value.quantize(step, rounding=ROUND_HALF_UP)
    return None if abs(found) >= _LARGEST else found


def _value(formula: Formula, values: Mapping[str, Any], context: Context) -> Any:
    match formula:
        case Constant(value):
            return value
        case Own(name):
            return _given(values.get(name))
        case Prefixed(mark, part):
            return _prefixed(mark, _value(part, values, context))
        case Pair(sign, left, right):
            return _pair(sign, _value(left, values, context), _value(right, values, context))
        case Call(name, arguments):
            return _called(name, [_value(each, values, context) for each in arguments], context)


def _given(value: Any) -> Any:
    """A field's value; an empty text is nothing, whole numbers are decimals."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None if value == "" else value


def _prefixed(mark: Mark, value: Any) -> Any:
    if value is None:
        return None
    if mark is Mark.NOT:
        return not value
    return Money(-value.amount, value.currency) if isinstance(value, Money) else -value


def _pair(sign: Sign, left: Any, right: Any) -> Any:
    if sign in EQUALITIES:
        return _equal(left, right) is (sign is Sign.EQ)
    if sign in LOGIC:
        return _decided(left, right, by=sign is Sign.OR)
    if sign is Sign.JOIN:
        return limited("".join(as_text(value) for value in (left, right) if value is not None)) or None
    if left is None or right is None:
        return None
    return _ordered(_ORDER[sign], left, right) if sign in _ORDER else _calculated(sign, left, right)


def _decided(left: Any, right: Any, *, by: bool) -> bool | None:
    """`or` is decided by true, `and` by false."""
    if by in (left, right):
        return by
    return None if left is None or right is None else (not by)


def _equal(left: Any, right: Any) -> bool:
    """Money equals money of its own currency, and a number that is its amount."""
    if isinstance(left, Money) is isinstance(right, Money):
        return bool(left == right)
    return bool(_amount(left) == _amount(right))


def _amount(value: Any) -> Any:
    return value.amount if isinstance(value, Money) else value


def _ordered(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool | None:
    if isinstance(left, Money) and isinstance(right, Money) and left.currency != right.currency:
        return None
    return bool(compare(_amount(left), _amount(right)))


def _calculated(sign: Sign, left: Any, right: Any) -> Any:
    if isinstance(left, date) or isinstance(right, date):
        return _of_days(sign, left, right)
    currencies = {value.currency for value in (left, right) if isinstance(value, Money)}
    if len(currencies) > 1:
        return None
    try:
        found = _ARITHMETIC[sign](_amount(left), _amount(right))
    except (DecimalException, ZeroDivisionError):
        return None
    is_share = sign is Sign.DIVIDE and isinstance(right, Money)
    return Money(found, currencies.pop()) if currencies and not is_share else found


def _of_days(sign: Sign, left: Any, right: Any) -> Any:
    if isinstance(left, date) and isinstance(right, date):
        return Decimal((left - right).days)
    day, number = (left, right) if isinstance(left, date) else (right, left)
    return add_days(day, -number if sign is Sign.SUBTRACT else number)


def _called(name: str, values: list[Any], context: Context) -> Any:
    function = FUNCTIONS[name]
    if not function.skips and any(value is None for value in values):
        return None
    try:
        return function.compute(context, *values)
    except InvalidOperation:
        return None
