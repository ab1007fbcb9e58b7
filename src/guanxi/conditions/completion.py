"""What may follow in a half-written condition: the reader goes up to the cursor and says what it waits for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NoReturn

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import Kind, Token, tokens_of
from guanxi.conditions.parser import ConditionParser
from guanxi.conditions.schema import AREA_KINDS, NUMBERS, Field, FieldType, Limits, Relation, Schema
from guanxi.conditions.tree import Condition, Leaf, Literal, Quantifier, Reach, Unit
from guanxi.conditions.values import tests_of

_BEGINNINGS = ("not", "(", "everything", "nothing")
_OF_RELATIONS = ("any", "none", "all")
_WORD = re.compile(r"[a-z]+|[=<>!(),%]+")
_SPANS = ("7 days", "30 days", "90 days", "12 months")
_DISTANCES = ("500 m of", "1 km of", "2 km of", "5 km of")
_WORDS: dict[str, tuple[str, ...]] = {
    "is empty": ("is empty", "is not empty"),
    "in": ("in (", "not in ("),
    "in last": ("in last", "in next", "in this"),
    "between": ("between", "not between"),
    "contains": ("contains", "not contains"),
    "starts with": ("starts with", "not starts with"),
    "matches": ("matches",),
    "within": ("within",),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What may stand where the cursor is, of which `typed` is written already, from `start` on.

    `quote` is the quotation mark it began with. Fields and relations of `schema` may stand there if `names`; a value of
    `value_of` if that is given, the name of an area of the kind `area`; and the words and signs in `words`.
    """

    start: int
    typed: str
    schema: Schema
    quote: str = ""
    names: bool = False
    relations: bool = False
    value_of: Field | None = None
    words: tuple[str, ...] = ()
    area: str = ""


def expected_at(text: str, cursor: int, schema: Schema, limits: Limits = Limits()) -> Expected | None:  # noqa: B008
    """Return what may stand at the cursor; None where what is before it cannot be read."""
    head, typed, quote = _cut(text[: min(cursor, limits.characters)])
    start = len(head)
    try:
        reader = _Completer(tokens_of(head), schema, limits, quote)
        reader.complete()
    except _Reached as reached:
        found = reached.expected
        return replace(found, start=start, typed=typed, quote=quote)
    except ConditionError:
        return None
    return Expected(start, typed, reader.schema, quote, words=tuple(dict.fromkeys(reader.words)))


def _cut(before: str) -> tuple[str, str, str]:
    """The text before what is being typed, that, and the quotation mark it stands behind."""
    try:
        *tokens, _end = tokens_of(before)
    except ConditionError as error:
        place = error.position
        if error.code != "unterminated_text" or place is None:
            return before, "", ""
        return before[:place], before[place + 1 :], before[place]
    last = tokens[-1] if tokens else None
    if last is not None and last.kind in {Kind.NAME, Kind.NUMBER} and not before[-1].isspace():
        return before[: last.position], before[last.position :], ""
    return before, "", ""


class _Reached(Exception):  # noqa: N818 - not an error: the cursor is reached
    def __init__(self, expected: Expected) -> None:
        super().__init__()
        self.expected = expected


class _Completer(ConditionParser):
    """Reads up to the end, which is the cursor, and remembers what it asked for there."""

    def __init__(self, tokens: list[Token], schema: Schema, limits: Limits, quote: str) -> None:
        super().__init__(tokens, schema, limits)
        self.quote = quote
        self.words: list[str] = []

    def complete(self) -> None:
        """Read all of it. Raises _Reached, or ConditionError where it cannot be read before the end."""
        try:
            self.read()
        except ConditionError as error:
            if error.code != "unexpected_end":
                raise
            plain = (word.strip("'") for word in error.expected)
            self.words += [word for word in plain if _WORD.fullmatch(word)]

    @property
    def is_reached(self) -> bool:
        return self.token.kind is Kind.END

    def reached(self, **expected: Any) -> NoReturn:
        """Tell what may stand here: fields of `Expected`."""
        if self.quote:
            expected |= {"words": (), "names": self.quote == "`" and expected.get("names", False)}
        raise _Reached(Expected(0, "", self.schema, **expected))

    def accept(self, *words: str) -> bool:
        if self.is_reached:
            self.words += words
            return False
        return super().accept(*words)

    def unary(self) -> Condition:
        if self.is_reached:
            related = bool(self.schema.relations)
            words = (*_BEGINNINGS, *(_OF_RELATIONS if related else ()), *self._places())
            self.reached(names=True, relations=related, words=words)
        return super().unary()

    def _places(self) -> tuple[str, ...]:
        near = bool(self.schema.coordinates or self.schema.places)
        return (
            *(("within",) if near else ()),
            *(f"in {kind}" for kind in AREA_KINDS if self.schema.area(kind)),
        )

    def quantifier(self) -> Quantifier | None:
        if self.following.kind is Kind.END and self.token.word in _OF_RELATIONS:
            self.index += 1
            self.reached(relations=True)
        return super().quantifier()

    def test(self) -> Condition:
        kinds = tuple(kind for kind in AREA_KINDS if self.schema.area(kind))
        if kinds and self.token.word == "in" and self.following.kind is Kind.END:
            self.reached(words=kinds)
        return super().test()

    def in_area(self) -> Condition:
        if self.following.kind is not Kind.END and self.tokens[self.index + 2].kind is Kind.END:
            self.reached(area=self.following.word)
        return super().in_area()

    def relation(self) -> Relation:
        if self.is_reached:
            self.reached(relations=True)
        return super().relation()

    def field_test(self, field: Field, position: int) -> Condition:
        if self.is_reached:
            self.reached(words=(*_tests(field), *_dated(field)))
        return super().field_test(field, position)

    def leaf(self, field: Field) -> tuple[Leaf, bool]:
        if self.is_reached:
            self.reached(words=_tests(field))
        return super().leaf(field)

    def value(self, field: Field) -> Literal:
        if self.is_reached:
            self.reached(value_of=field)
        return super().value(field)

    def duration(self) -> tuple[int, Unit]:
        if self.is_reached:
            self.reached(words=_SPANS)
        return super().duration()

    def at_span(self) -> bool:
        if self.is_reached:
            self.words += [reach.value for reach in Reach]
        return super().at_span()

    def metres(self) -> Decimal:
        if self.is_reached:
            self.reached(words=_DISTANCES)
        return super().metres()

    def text(self, field: Field) -> str:
        if self.is_reached:
            self.reached(value_of=field if field.type is FieldType.TEXT else None)
        return super().text(field)


def _dated(field: Field) -> tuple[str, ...]:
    if not field.dated:
        return ()
    return ("on", "change since") if field.type in NUMBERS else ("on",)


def _tests(field: Field) -> tuple[str, ...]:
    return tuple(word for test in tests_of(field) for word in _WORDS.get(test, (test,)))
