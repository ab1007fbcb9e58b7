"""The form in which a field is defined: read as it was sent, whatever stands in it, and shown again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from django.http import QueryDict

from guanxi.records.custom.checking import CHOICE_LIMIT
from guanxi.records.custom.definition import WITH_CHOICES, Choice, CustomKind, Definition

SWITCHES = ("required", "listed", "sensitive", "indexed")
TEXTS = ("label", "help", "target", "currency", "formula", "default")


@dataclass(frozen=True, slots=True)
class FieldForm:
    """What stands in the form; `choices` are its lines, the empty ones too."""

    definition: Definition
    choices: tuple[Choice, ...] = ()

    @classmethod
    def of(cls, definition: Definition) -> FieldForm:
        """The form of a field as it is."""
        shown = tuple(choice for choice in definition.choices if not choice.removed)
        return cls(definition, shown)

    @classmethod
    def read(cls, sent: QueryDict, before: Definition | None) -> FieldForm:
        """The form as it was sent; what is not asked of the kind chosen is left out."""
        kind = _kind(sent.get("kind", ""), before)
        given: dict[str, Any] = {name: sent.get(name, "").strip() for name in TEXTS}
        given |= {name: sent.get(name) == "on" for name in SWITCHES}
        if kind is not CustomKind.REFERENCE:
            given["target"] = ""
        if kind is not CustomKind.MONEY:
            given["currency"] = ""
        if kind is CustomKind.FORMULA:
            given |= {"required": False, "default": ""}
        else:
            given["formula"] = ""
        choices = _moved(_choices(sent), sent.get("move", "")) if kind in WITH_CHOICES else ()
        kept = tuple(choice for choice in choices if choice.label.strip())
        given["default"] = given["default"] or None
        known = before or Definition(label="", kind=kind)
        result = known.result if kind is CustomKind.FORMULA else None
        return cls(replace(known, kind=kind, choices=kept, result=result, **given), choices)

    @property
    def lines(self) -> tuple[Choice, ...]:
        """The lines of the choices, with empty ones to write on."""
        return (*self.choices, *(Choice("", "") for _ in range(1 if self.choices else 3)))


def _kind(sent: str, before: Definition | None) -> CustomKind:
    try:
        return CustomKind(sent)
    except ValueError:
        return before.kind if before else CustomKind.TEXT


def _choices(sent: QueryDict) -> tuple[Choice, ...]:
    columns = (sent.getlist(f"choice_{part}")[: CHOICE_LIMIT + 1] for part in ("value", "label", "colour"))
    rows = zip_longest(*columns, fillvalue="")
    return tuple(Choice(value, label, colour) for value, label, colour in rows if label.strip() or value)


def _moved(choices: tuple[Choice, ...], wish: str) -> tuple[Choice, ...]:
    """The choices in another order: `up:2` puts the third one a place before, `out:2` leaves it out."""
    how, _, place = wish.partition(":")
    number = int(place) if place.isascii() and place.isdigit() and len(place) < 6 else -1
    if not 0 <= number < len(choices):
        return choices
    if how == "out":
        return (*choices[:number], *choices[number + 1 :])
    if how != "up" or number == 0:
        return choices
    found = list(choices)
    found[number - 1], found[number] = found[number], found[number - 1]
    return tuple(found)
