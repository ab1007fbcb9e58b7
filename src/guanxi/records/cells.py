"""One value of one row as it stands on a page: text, link, tier chip; and, where it may be changed, how."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, datetime
from functools import cache
from typing import Any

from django.forms.utils import flatatt
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from guanxi.records.custom.references import known_name
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, declared_type
from guanxi.records.models import Record
from guanxi.records.presentation import choice_label, shown
from guanxi.records.values import plain, raw_value

PEOPLE = ("user", "team")
Choices = Iterable[tuple[str, str]]

_EDITORS = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "long",
    Kind.PHONE: "tel",
    Kind.EMAIL: "email",
    Kind.URL: "text",
    Kind.INTEGER: "number",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime-local",
    Kind.CHOICE: "select",
    Kind.CHOICES: "text",
    Kind.BOOLEAN: "select",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value ready to be drawn. `tier` is a position (0: none), `editor` what makes it editable.

    `marks` are the choices with their colours ("" for none), where one of them has a colour.
    """

    field: FieldDeclaration
    text: str
    href: str = ""
    tier: int = 0
    is_no: bool = False
    editor: Mapping[str, str] = default(default_factory=dict)
    marks: Sequence[tuple[str, str]] = ()

    @property
    def is_long(self) -> bool:
        """Whether the value may have several lines."""
        return self.field.kind is Kind.LONG_TEXT

    def content(self) -> SafeString:
        """Draw the value."""
        if not self.text:
            return format_html("{}", "–")
        if self.tier:
            return format_html('<span class="tier" data-tier="{}">{}</span>', self.tier, self.text)
        if self.marks:
            return format_html_join(" ", '<span class="choice-mark choice-{}">{}</span>', self.marks)
        if self.href.startswith("http"):
            return format_html(
                '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', self.href, self.text
            )
        return (
            format_html('<a href="{}">{}</a>', self.href, self.text)
            if self.href
            else format_html("{}", self.text)
        )

    def draw(self, tag: str, *, classes: str = "") -> SafeString:
        """Draw the value as a table cell (`td`) or a fact (`dd`), editable where it may be."""
        numeric = tag == "td" and self.field.kind.is_numeric
        found = [
            classes,
            "num" if numeric else "",
            "is-empty" if not self.text or self.is_no else "",
            "is-long" if self.is_long else "",
            "cell-edit" if self.editor else "",
        ]
        attributes = {"class": " ".join(filter(None, found)), **self.editor}
        if tag == "td" and self.text and not self.tier:
            attributes["title"] = self.text
        return format_html("<{}{}>{}</{}>", tag, flatatt(attributes), self.content(), tag)


def record_address(known: RecordType, record_id: Any) -> str:
    """Return the address of a record's page; for lists, which need hundreds of them."""
    return f"{_list_address(known.plural)}{record_id}/"


@cache
def _list_address(plural: str) -> str:
    return reverse("records:list", args=[plural])


def cell_of(
    known: RecordType,
    row: Record,
    field: FieldDeclaration,
    *,
    unmasked: bool,
    changeable: bool,
    choices: Choices = (),
    tag: str = "td",
) -> Cell:
    """Return a field of a row, ready to be drawn as `tag`. `choices` are those of a person or team reference."""
    text = shown(row, field, unmasked=unmasked)
    return Cell(
        field=field,
        text=text,
        href=_address(known, row, field, unmasked=unmasked) if text else "",
        tier=tier_position(field, raw_value(row, field)),
        is_no=raw_value(row, field) is False,
        editor=_editor(known, row, field, choices, tag) if changeable and unmasked else {},
        marks=_marks(row, field) if field.colours and (unmasked or not field.sensitive) else (),
    )


def tier_position(field: FieldDeclaration, value: object) -> int:
    """Return where a joined choice stands in its scheme, 1 the best; 0 for other fields and unknown values."""
    if not field.is_tier or value in (None, ""):
        return 0
    return next((place for place, (code, _) in enumerate(field.choices, start=1) if code == value), 0)


def _marks(row: Record, field: FieldDeclaration) -> list[tuple[str, str]]:
    """What is chosen, each with its colour, where one has a colour."""
    value, colours = raw_value(row, field), dict(field.colours)
    chosen = value if isinstance(value, tuple) else () if value is None else (value,)
    if not any(choice in colours for choice in chosen):
        return []
    return [(colours.get(choice, "none"), choice_label(field, choice)) for choice in chosen]


def _address(known: RecordType, row: Record, field: FieldDeclaration, *, unmasked: bool) -> str:
    value = raw_value(row, field)
    if field.sensitive and not unmasked:
        return ""
    if field.kind is Kind.REFERENCE and field.target not in PEOPLE:
        is_known = not field.stored or known_name(row, field)
        return record_address(declared_type(field.target), value) if is_known else ""
    if field.kind is Kind.FILE:
        return f"{record_address(known, row.pk)}file/{field.name}/"
    return _address_written(field.kind, str(value))


def _address_written(kind: Kind, text: str) -> str:
    """Where a text leads by itself: a number is called, an address is written to or opened."""
    if kind is Kind.PHONE:
        return f"tel:{''.join(sign for sign in text if sign.isdigit() or sign == '+')}"
    if kind is Kind.EMAIL:
        return f"mailto:{text}"
    return text if kind is Kind.URL and text.startswith(("http://", "https://")) else ""


def _editor(
    known: RecordType, row: Record, field: FieldDeclaration, choices: Choices, tag: str
) -> dict[str, str]:
    """The attributes by which `app.js` edits the value where it stands; none when a form is needed."""
    if not field.editable or field.join is not None:
        return {}
    editor = "select" if field.target in PEOPLE else _EDITORS.get(field.kind, "")
    options = _options(field, choices)
    if not editor or (editor == "select" and not options):
        return {}
    attributes = {
        "tabindex": "0",
        "data-edit-url": f"{record_address(known, row.pk)}cell/{field.name}/?as={tag}",
        "data-kind": editor,
        "data-value": editor_value(row, field),
        "data-version": str(row.version),
        "data-label": capfirst(str(field.label)),
    }
    if options and tag != "td":  # in a table they stand once, in the head
        attributes["data-options"] = json.dumps(options, ensure_ascii=False)
    return attributes


def column_options(field: FieldDeclaration, choices: Choices = ()) -> str:
    """Return what the cells of a column offer, for its head; "" where they offer nothing."""
    options = list(_options(field, choices)) if field.editable else []
    return json.dumps(options, ensure_ascii=False) if options else ""


def _options(field: FieldDeclaration, choices: Choices) -> list[tuple[str, str]]:
    if field.kind is Kind.BOOLEAN:
        yes_no = [("true", _("Yes")), ("false", _("No"))]
        return [("", "–"), *yes_no] if field.stored and not field.required else yes_no
    if field.kind is Kind.CHOICES:
        return []
    found = [(value, str(label)) for value, label in (field.choices or choices)]
    return (
        found
        if not found or (field.required or (not field.nullable and field.choices))
        else [("", "–"), *found]
    )


def editor_value(row: Record, field: FieldDeclaration) -> str:
    """Return a value as an input field carries it: times on the reader's wall, decimals with a point."""
    value = raw_value(row, field)
    if field.kind is Kind.CHOICES:
        return ", ".join(choice_label(field, each) for each in value or ())
    return input_value(value)


def input_value(value: Any) -> str:
    """Return any plain value as an input field carries it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, list | tuple):
        return ",".join(value)
    return value.isoformat() if isinstance(value, date) else str(plain(value))
