"""Cells for the fields that a team has defined itself, read by what each field holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from guanxi.imports.calc.header_words import fold
from guanxi.imports.calc.values import (
    Amount,
    Cell,
    Fault,
    parse_amount,
    parse_boolean,
    parse_date,
    parse_email,
    parse_text,
)

PREFIX = "custom."
"""Before the name of such a field in a mapping: `custom.budget`."""
TAKEN = frozenset(
    {
        "text", "long_text", "phone", "email", "url", "integer", "number", "money", "boolean", "date", "datetime",
        "choice", "choices",
    }
)  # fmt: skip
"""The kinds that a cell can be read as."""

CHOICE_UNKNOWN = "choice_unknown"
"""The fault of a cell that says what is no choice."""
SEPARATOR = re.compile(r"[,;\n，；、｜|]")
STROKE = re.compile("[/／]")
"""What stands between several choices in one cell; a stroke also stands within words."""
_LARGEST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field as a list is read by it: `label` as people call it, `choices` the pairs of value and label.

    `part` is the record type it is a field of, empty for the customer; a field that is not `stored` is one of those
    that every such record has.
    """

    name: str
    label: str
    kind: str
    longest: int = 1_000
    choices: tuple[tuple[str, str], ...] = ()
    part: str = ""
    stored: bool = True

    @property
    def key(self) -> str:
        """What a mapping says of it: `custom.budget`, `contact.custom.level`, `contact.title`."""
        attribute = f"{PREFIX}{self.name}" if self.stored else self.name
        return f"{self.part}.{attribute}" if self.part else attribute

    def to_json(self) -> list[Any]:
        """Return it as an import keeps it."""
        choices = [list(pair) for pair in self.choices]
        return [self.name, self.label, self.kind, self.longest, choices, self.part, self.stored]

    @classmethod
    def from_json(cls, given: Sequence[Any]) -> OwnField:
        """Read what `to_json` gave, now or before parts had fields."""
        name, label, kind, longest, choices, *of = given
        return cls(name, label, kind, longest, tuple((value, text) for value, text in choices), *of)

    def with_aliases(self, aliases: Mapping[str, str]) -> OwnField:
        """Return the field with more words for its choices: label of the choice by word. Other words stay unknown."""
        values = {word: _value_of(self, label) for word, label in aliases.items()}
        pairs = tuple((value, word) for word, value in values.items() if value is not None)
        return replace(self, choices=(*self.choices, *pairs))


def own_field_of(header: str, fields: Iterable[OwnField]) -> OwnField | None:
    """Return the field that a header names by its label or its name, with or without an addition in brackets."""
    bare = re.sub(r"[(（\[【<].*?[)）\]】>]", " ", header)
    wanted = {fold(header), fold(bare)} - {""}
    return next((field for field in fields if wanted & _names_of(field)), None)


def _names_of(field: OwnField) -> set[str]:
    return {fold(field.label), fold(field.name)} if field.stored else {fold(field.label)}


def parser_of(
    field: OwnField, *, currency: str | None, order: Literal["dmy", "mdy", "ymd"] | None, unit: str | None
) -> Callable[[Cell], Any]:
    """Return what reads the cells of a column: a value, None for an empty cell, or a Fault."""
    parsers: Mapping[str, Callable[[Cell], Any]] = {
        "integer": _whole,
        "number": _number,
        "money": lambda cell: parse_amount(cell, currency=currency, unit=unit),
        "boolean": parse_boolean,
        "date": lambda cell: parse_date(cell, order=order),
        "datetime": lambda cell: _moment(cell, order),
        "email": parse_email,
        "choice": lambda cell: _choice(field, cell),
        "choices": lambda cell: _choices(field, cell),
    }
    lines = field.kind == "long_text"
    return parsers.get(field.kind) or (lambda cell: parse_text(cell, longest=field.longest, keep_lines=lines))


def _number(cell: Cell) -> Decimal | Fault | None:
    found = parse_amount(cell)
    if isinstance(found, Amount):
        return found.value
    return Fault("number_invalid", "This is no number: write figures, such as 86.5.") if found else None


def _whole(cell: Cell) -> int | Fault | None:
    found = _number(cell)
    if not isinstance(found, Decimal):
        return found
    if found != found.to_integral_value() or abs(found) >= _LARGEST:
        return Fault("whole_number_invalid", "This is no whole number: write figures only, such as 120.")
    return int(found)


def _moment(cell: Cell, order: Literal["dmy", "mdy", "ymd"] | None) -> datetime | date | Fault | None:
    """A time as it was written, with or without a zone; of a day alone its beginning."""
    if isinstance(cell, datetime):
        return cell
    text = parse_text(cell)
    if isinstance(text, str):
        try:
            return datetime.fromisoformat(text.replace("/", "-"))
        except ValueError:
            pass
    day = parse_date(cell, order=order)
    return (
        datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
        if isinstance(day, date)
        else day
    )


def _choice(field: OwnField, cell: Cell) -> str | Fault | None:
    text = parse_text(cell, longest=field.longest)
    if not isinstance(text, str):
        return text
    found = _value_of(field, text)
    if found is not None:
        return found
    return _unknown(field, [text])


def _unknown(field: OwnField, words: Sequence[str]) -> Fault:
    """The fault of words that are no choices; `words` has them all, one a line."""
    offered = ", ".join(label for _value, label in field.choices[:10])
    said = words[0][:100]
    parameters: dict[str, str | int] = {"value": said, "offered": offered, "words": "\n".join(words)}
    return Fault(CHOICE_UNKNOWN, f"“{said}” is not one of the choices: {offered}.", parameters)


def _choices(field: OwnField, cell: Cell) -> tuple[str, ...] | Fault | None:
    text = parse_text(cell, longest=field.longest, keep_lines=True)
    if not isinstance(text, str):
        return text
    found = {part: _value_of(field, part) for part in _parts(field, text)}
    unknown = [part for part, value in found.items() if value is None]
    if unknown:
        return _unknown(field, unknown)
    return tuple(dict.fromkeys(value for value in found.values() if value is not None)) or None


def _parts(field: OwnField, text: str) -> Iterator[str]:
    """The words of a cell: a choice may hold a stroke, no other separator."""
    for part in map(str.strip, SEPARATOR.split(text)):
        if _value_of(field, part) is not None:
            yield part
        else:
            yield from filter(None, map(str.strip, STROKE.split(part)))


def _value_of(field: OwnField, text: str) -> str | None:
    wanted = fold(text)
    return next(
        (value for value, label in field.choices if text == value or wanted in (fold(label), fold(value))),
        None,
    )
