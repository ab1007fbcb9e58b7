"""The form of a record type, from its declaration: what was given, what it was, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from guanxi.access.calc import Actor
from guanxi.access.queries import people_visible_to, teams_visible_to
from guanxi.records.cells import PEOPLE, input_value
from guanxi.records.cleaning import referable
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.values import raw_value

_WIDGETS = {
    Kind.LONG_TEXT: "textarea",
    Kind.PHONE: "tel",
    Kind.EMAIL: "email",
    Kind.URL: "url",
    Kind.INTEGER: "number",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime-local",
    Kind.CHOICE: "select",
    Kind.BOOLEAN: "checkbox",
}
WIDE = ("textarea",)


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of a form. `initial` is what the form began with, `theirs` what somebody else wrote meanwhile."""

    field: FieldDeclaration
    widget: str
    value: str
    initial: str
    options: Sequence[tuple[str, str]] = ()
    chosen: str = ""
    errors: Sequence[str] = ()
    theirs: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width."""
        return self.widget in WIDE


def read_form(known: RecordType, given: QueryDict) -> dict[str, str]:
    """Return what a form gave for each field that may be filled in."""
    return {field.name: str(given[field.name]) for field in known.editable if field.name in given}


def touched(known: RecordType, given: QueryDict) -> dict[str, str]:
    """Return only what the person changed: the form carries what it began with."""
    values = read_form(known, given)
    return {name: value for name, value in values.items() if value != given.get(f"initial.{name}", "")}


def initial_values(known: RecordType, row: Any) -> dict[str, str]:
    """Return what the form of a row, or of a new row with its defaults, begins with."""
    return {field.name: input_value(raw_value(row, field)) for field in known.editable}


def form_fields(
    known: RecordType,
    actor: Actor,
    *,
    values: Mapping[str, str],
    initial: Mapping[str, str],
    errors: Mapping[str, Sequence[str]] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> list[FormField]:
    """Return the lines of the form, the title first."""
    title = known.by_name[known.title]
    fields = sorted(known.editable, key=lambda field: (field is not title, field.kind is Kind.LONG_TEXT))
    return [
        form_field(
            field,
            actor,
            value=values.get(field.name, ""),
            initial=initial.get(field.name, ""),
            errors=(errors or {}).get(field.name, ()),
            theirs=(theirs or {}).get(field.name, ""),
        )
        for field in fields
    ]


def form_field(
    field: FieldDeclaration,
    actor: Actor,
    *,
    value: str,
    initial: str = "",
    errors: Sequence[str] = (),
    theirs: str = "",
) -> FormField:
    """Return one line of a form with its widget."""
    if field.kind is Kind.REFERENCE and field.target not in PEOPLE:
        chosen = name_of(field, actor, value)
        return FormField(
            field, "picker", value if chosen else "", initial, chosen=chosen, errors=errors, theirs=theirs
        )
    options = options_of(field, actor)
    widget = "select" if field.target in PEOPLE else _WIDGETS.get(field.kind, "text")
    return FormField(field, widget, value, initial, options=options, errors=errors, theirs=theirs)


def options_of(field: FieldDeclaration, actor: Actor) -> list[tuple[str, str]]:
    """Return what a select offers: choices, people or teams, with an empty one where the field may be empty."""
    if field.target == "user":
        found = [(str(person.pk), str(person)) for person in people_visible_to(actor)]
    elif field.target == "team":
        found = [(str(team.pk), str(team)) for team in teams_visible_to(actor)]
    else:
        found = [(value, str(label)) for value, label in field.choices]
    may_be_empty = not field.required and (field.nullable or not field.choices)
    return [("", "–"), *found] if found and may_be_empty else found


def name_of(field: FieldDeclaration, actor: Actor, value: str) -> str:
    """Return the name of the record a reference names; "" when there is none that the actor may see."""
    if not (value.isascii() and value.isdigit() and len(value) < 18):
        return ""
    found = referable(field, actor).filter(pk=int(value)).first()
    return (str(found) or f"#{found.pk}") if found is not None else ""
