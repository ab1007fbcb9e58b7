"""What may follow in a half-written formula: a value, of which some letters stand already, or a sign."""

from dataclasses import dataclass

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import Kind, tokens_of
from guanxi.formulas.tree import Sign

SIGNS = tuple(sign.value for sign in Sign)
_VALUES = {Kind.NAME, Kind.QUOTED, Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME}


@dataclass(frozen=True, slots=True)
class Awaited:
    """A sign, or a value of which `typed` stands from `start` on."""

    start: int
    typed: str
    sign: bool


def awaited_at(text: str, cursor: int) -> Awaited | None:
    """Return what is waited for at the cursor; None inside a text, or where what is before cannot be read."""
    before = text[:cursor]
    try:
        *tokens, _end = tokens_of(before)
    except ConditionError:
        return None
    last = tokens[-1] if tokens else None
    if last is not None and last.kind is Kind.NAME and not before[-1].isspace():
        behind = tokens[-2] if len(tokens) > 1 else None
        follows = behind is not None and (behind.kind in _VALUES or behind.word == ")")
        is_word = behind is not None and behind.word in ("and", "or", "not")
        return Awaited(last.position, last.text, sign=follows and not is_word)
    ended = last is not None and (last.kind in _VALUES or last.word == ")")
    is_word = last is not None and last.word in ("and", "or", "not")
    return Awaited(cursor, "", sign=ended and not is_word)
