"""What is wrong with a formula, as a stable code with parameters and as one English line."""

from collections.abc import Mapping

from guanxi.conditions.errors import MESSAGES as CONDITION_MESSAGES
from guanxi.conditions.errors import ConditionError

MESSAGES: Mapping[str, str] = {
    **CONDITION_MESSAGES,
    "unexpected_end": "the formula ends too early",
    "too_long": "the formula has {found} characters, at most {limit} are allowed",
    "too_deep": "the formula is nested too deeply, at most {limit} levels are allowed",
    "too_many_parts": "the formula has too many parts, at most {limit} are allowed",
    "unknown_function": "there is no function {function!r}",
    "argument_count": "{function}() is given {found} values",
    "wrong_argument": "{function}() cannot be given {found} here",
    "wrong_operand": "{operator!r} cannot be used with {found}",
    "different_operands": "{operator!r} cannot be used with {found} and {other}",
    "different_results": "{function}() would give {found} or {other}",
    "not_a_digit_count": "a number of digits is a whole number from 0 to 9",
    "chained_comparison": "a comparison cannot be compared: use 'and'",
    "no_result": "the formula gives {found}, which a field cannot keep",
    "other_result": "the formula gives {found}, its field is of another kind",
    "circular": "the formula refers to itself: {path}",
}
"""English by code. Codes are stable: translations and callers rely on them."""


class FormulaError(ConditionError):
    """A formula that cannot be read or does not fit its fields: told as what is wrong with a condition is."""

    messages = MESSAGES

    @classmethod
    def of(cls, error: ConditionError) -> "FormulaError":
        """What the reader of tokens, shared with conditions, has refused."""
        return cls(error.code, error.position, error.expected, error.parameters)
