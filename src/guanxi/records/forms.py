"""The form of a record type, from its declaration: what was given, what it was, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

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
    Kind.CHOICES: "choices",
    Kind.BOOLEAN: "checkbox",
    Kind.FILE: "file",
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
    def chosen_values(self) -> list[str]:
        """Those of several choices that are chosen."""
        return self.value.split(",")

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width."""
        return self.widget in WIDE


def read_form(known: RecordType, given: QueryDict) -> dict[str, str]:
    """Return what a form gave for each field that may be filled in."""
    return {
        field.name: _read(field, given)
        for field in known.editable
        if field.name in given and field.kind is not Kind.FILE
    }


def _read(field: FieldDeclaration, given: QueryDict) -> str:
    """What was filled in; several choices with commas between them."""
    if field.kind is Kind.CHOICES:
        return ",".join(filter(None, given.getlist(field.name)))
    return str(given[field.name])


def touched(known: RecordType, given: QueryDict) -> dict[str, str]:
    """Return only what the person changed: the form carries what it began with."""
    values = read_form(known, given)
    return {name: value for name, value in values.items() if value != given.get(f"initial.{name}", "")}


def initial_values(known: RecordType, row: Any) -> dict[str, str]:
    """Return what the form of a row, or of a new row, begins with."""
    return {field.name: _begun(row, field) for field in known.editable}


def _begun(row: Any, field: FieldDeclaration) -> str:
    """What a line begins with; of a file its name, which is shown beside the way to send another."""
    value = raw_value(row, field)
    return str(value["name"]) if field.kind is Kind.FILE and value else input_value(value)


def with_defaults(known: RecordType, row: Any) -> Any:
    """Return a new row with the defaults of the values it stores in JSON; columns have theirs by themselves."""
    row.custom = {
        field.name: field.default for field in known.editable if field.stored and _begins_with(known, field)
    }
    return row


def _begins_with(known: RecordType, field: FieldDeclaration) -> bool:
    """Whether a new record has the field's default: a currency comes with its amount."""
    return field.default is not None and not any(other.currency == field.name for other in known.editable)


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
    offered: dict[str, list[tuple[str, str]]] = {}
    fields = sorted(known.editable, key=lambda field: (field is not title, field.kind is Kind.LONG_TEXT))
    return [
        form_field(
            field,
            actor,
            value=values.get(field.name, ""),
            initial=initial.get(field.name, ""),
            errors=(errors or {}).get(field.name, ()),
            theirs=(theirs or {}).get(field.name, ""),
            offered=offered,
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
    offered: dict[str, list[tuple[str, str]]] | None = None,
) -> FormField:
    """Return one line of a form with its widget; `offered` keeps people and teams for the other lines."""
    if field.kind is Kind.REFERENCE and field.target not in PEOPLE:
        chosen = name_of(field, actor, value)
        return FormField(
            field, "picker", value if chosen else "", initial, chosen=chosen, errors=errors, theirs=theirs
        )
    options = options_of(field, actor, offered)
    widget = "select" if _is_chosen(field) else _WIDGETS.get(field.kind, "text")
    return FormField(field, widget, value, initial, options=options, errors=errors, theirs=theirs)


def _is_chosen(field: FieldDeclaration) -> bool:
    """Whether a select offers the values: people, teams, and yes and no where nothing may be said too."""
    return field.target in PEOPLE or (field.kind is Kind.BOOLEAN and bool(field.stored))


def options_of(
    field: FieldDeclaration, actor: Actor, offered: dict[str, list[tuple[str, str]]] | None = None
) -> list[tuple[str, str]]:
    """Return what a select offers: choices, people or teams, with an empty one where the field may be empty.

    `offered` keeps people and teams for the next field that asks.
    """
    if field.target in PEOPLE:
        kept = {} if offered is None else offered
        found = kept[field.target] if field.target in kept else _people(field, actor)
        kept[field.target] = found
    elif field.kind is Kind.BOOLEAN and field.stored:
        found = [("true", _("Yes")), ("false", _("No"))]
    else:
        found = [(value, str(label)) for value, label in field.choices]
    if field.kind is Kind.CHOICES:
        return [*found, *((value, str(label)) for value, label in field.former_choices)]
    may_be_empty = not field.required and (field.nullable or not field.choices)
    return [("", "–"), *found] if found and may_be_empty else found


def _people(field: FieldDeclaration, actor: Actor) -> list[tuple[str, str]]:
    people = people_visible_to(actor) if field.target == "user" else teams_visible_to(actor)
    return [(str(person.pk), str(person)) for person in people]


def name_of(field: FieldDeclaration, actor: Actor, value: str) -> str:
    """Return the name of the record a reference names; "" when there is none that the actor may see."""
    if not (value.isascii() and value.isdigit() and len(value) < 18):
        return ""
    found = referable(field, actor).filter(pk=int(value)).first()
    return (str(found) or f"#{found.pk}") if found is not None else ""
