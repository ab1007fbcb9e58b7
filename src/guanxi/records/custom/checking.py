"""What a definition may be: every fault under the part it is about, before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Schema

from guanxi.access.errors import InvalidError
from guanxi.formulas.errors import FormulaError
from guanxi.records.custom.computing import explain_formula, readable, reads_sensitive, result_of
from guanxi.records.custom.definition import (
    INDEXABLE,
    WIDER,
    WITH_CHOICES,
    Choice,
    CustomKind,
    Definition,
    cut_name,
    is_name,
    name_from,
)
from guanxi.records.custom.fields import CURRENCY_SUFFIX
from guanxi.records.declaration import RecordType, record_type, record_types
from guanxi.records.models import CustomField

LABEL_LENGTH = 100
HELP_LENGTH = 500
CHOICE_LIMIT = 500
COLOURS = ("", "grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")
"""What a choice may be marked with: names, because the page says what they look like in light and in dark."""
PEOPLE = ("user", "team")
ADDRESSES = frozenset(
    {"new", "id", "pk", "version", "why", "csrfmiddlewaretoken", "initial", "fields", "where"}
)
"""Names that stand in the addresses of pages, in forms and in the API."""

_CURRENCY = re.compile(r"[A-Z]{3}")


def checked(known: RecordType, definition: Definition, *, before: Definition | None = None) -> Definition:
    """Return the definition as it can be kept, with its name and the values of its choices.

    `before` is what the field is now: its name stays, its kind may only become a wider one, and the choices that are
    not named any more are kept as removed ones. The default is not looked at. Raises InvalidError.
    """
    errors: dict[str, list[str]] = {}
    found = replace(definition, label=definition.label.strip(), currency=definition.currency.strip().upper())
    found = _with_result(known, found, before, errors)
    for part, fault in (
        ("label", _fault_of_label(found)),
        ("help", _("It is too long.") if len(found.help) > HELP_LENGTH else ""),
        ("kind", _fault_of_kind(found, before)),
        ("target", _fault_of_target(found)),
        ("currency", _fault_of_currency(found)),
        ("indexed", _fault_of_index(found)),
        ("required", _fault_of_required(found)),
    ):
        if fault:
            errors[part] = [fault]
    found = replace(found, choices=_checked_choices(found, before, errors))
    if before is not None:
        found = replace(found, name=before.name)
    elif "label" not in errors:
        found = replace(found, name=_checked_name(known, found, errors))
    if errors:
        raise InvalidError(errors)
    return found


def _fault_of_label(definition: Definition) -> str:
    translations: Mapping[str, str] = definition.labels or {}
    if not definition.label or any(
        len(text) > LABEL_LENGTH for text in (definition.label, *translations.values())
    ):
        return _("Give it a name of at most %(limit)d characters.") % {"limit": LABEL_LENGTH}
    known = dict(settings.LANGUAGES)
    if translations.keys() - known.keys():
        return _("Labels are by language: %(languages)s.") % {"languages": ", ".join(known)}
    return ""


def _fault_of_kind(definition: Definition, before: Definition | None) -> str:
    if before is None or definition.kind in (before.kind, *WIDER.get(before.kind, ())):
        return ""
    return _("What records hold already is not of this kind. Define another field.")


def _fault_of_target(definition: Definition) -> str:
    if definition.kind is not CustomKind.REFERENCE:
        return _("Only a reference has a target.") if definition.target else ""
    if definition.target in (*PEOPLE, *(known.name for known in record_types())):
        return ""
    return _("Say what it refers to: a person, a team or a type of record.")


def _fault_of_currency(definition: Definition) -> str:
    is_money = CustomKind.MONEY in (definition.kind, definition.result)
    if not definition.currency or (is_money and _CURRENCY.fullmatch(definition.currency)):
        return ""
    return (
        _("Give the three letters of a currency, such as CNY.")
        if is_money
        else _("Only money has a currency.")
    )


def _fault_of_index(definition: Definition) -> str:
    if definition.indexed and definition.kind not in INDEXABLE:
        return _("A field of this kind cannot have an index.")
    return ""


def _fault_of_required(definition: Definition) -> str:
    if definition.required and definition.kind is CustomKind.FORMULA:
        return _("A formula is computed: nobody can be required to fill it in.")
    return ""


def _with_result(
    known: RecordType, definition: Definition, before: Definition | None, errors: dict[str, list[str]]
) -> Definition:
    """The definition with what its formula gives; it is as sensitive as what it reads."""
    if definition.kind is not CustomKind.FORMULA:
        if definition.formula or definition.result:
            errors["formula"] = [_("Only a formula has one.")]
        return definition
    fields = readable(record_type(known.name).fields)
    try:
        found = result_of(definition.formula, before.name if before else "", fields)
    except FormulaError as error:
        errors["formula"] = [explain_formula(error)]
        return definition
    result = CustomKind(found.value)
    if before is not None and before.result is not result:
        errors["formula"] = [_("It would give something else than before. Define another field.")]
    hidden = definition.sensitive or reads_sensitive(definition.formula, fields)
    return replace(definition, result=result, sensitive=hidden)


def _checked_choices(
    definition: Definition, before: Definition | None, errors: dict[str, list[str]]
) -> tuple[Choice, ...]:
    """The choices with their values; those that were there before and are named no more come last, removed."""
    if definition.kind not in WITH_CHOICES:
        if definition.choices and before is None:
            errors["choices"] = [_("Only a choice has choices.")]
        return ()
    found: dict[str, Choice] = {}
    labels: set[str] = set()
    for choice in definition.choices:
        label = choice.label.strip()
        value = choice.value or _free_value(name_from(label), {*found, *_values_of(before)})
        if not label or len(label) > LABEL_LENGTH or label in labels or value in found or not is_name(value):
            errors["choices"] = [_("“%(name)s” cannot be a choice, or is one twice.") % {"name": label[:100]}]
        elif choice.colour not in COLOURS:
            errors["choices"] = [_("There is no such colour.")]
        labels.add(label)
        found[value] = replace(choice, value=value, label=label)
    former = {choice.value: choice for choice in (before.choices if before else ())}
    gone = [replace(choice, removed=True) for value, choice in former.items() if value not in found]
    if not any(not choice.removed for choice in found.values()):
        errors.setdefault("choices", [_("Give at least one choice.")])
    if len(found) + len(gone) > CHOICE_LIMIT:
        errors["choices"] = [_("At most %(limit)d choices.") % {"limit": CHOICE_LIMIT}]
    return (*found.values(), *gone)


def _values_of(definition: Definition | None) -> set[str]:
    return {choice.value for choice in (definition.choices if definition else ())}


def _free_value(wanted: str, taken: set[str]) -> str:
    number, value = 2, wanted
    while value in taken:
        number, value = number + 1, f"{cut_name(wanted, keep=5)}_{number}"
    return value


def _checked_name(known: RecordType, definition: Definition, errors: dict[str, list[str]]) -> str:
    """The name asked for, or one made from the label that nothing else has."""
    taken = _taken_names(known)

    def is_free(name: str) -> bool:
        names = (name, f"{name}{CURRENCY_SUFFIX}") if _is_money(definition) else (name,)
        return not any(each in taken or _is_reserved(known, each) for each in names)

    if definition.name:
        if not is_name(definition.name):
            errors["name"] = [_("A name is made of letters, digits and _, and begins with a letter.")]
        elif not is_free(definition.name):
            errors["name"] = [_("There is a field of this name already, or there was one.")]
        return definition.name
    wanted = cut_name(name_from(definition.label), keep=len(CURRENCY_SUFFIX) + 4)
    number, name = 2, wanted
    while not is_free(name):
        number, name = number + 1, f"{wanted}_{number}"
    return name


def _is_reserved(known: RecordType, name: str) -> bool:
    """Whether rows, or the models of the API, have something else of this name."""
    return hasattr(known.model, name) or hasattr(Schema, name) or name.startswith("model_")


def _is_money(definition: Definition) -> bool:
    return CustomKind.MONEY in (definition.kind, definition.result)


def _taken_names(known: RecordType) -> set[str]:
    """Names of fields, of what hangs from a record, and of fields that were removed: their values are kept."""
    schema = known.schema
    rows = CustomField.objects.filter(record_type=known.name)
    kept: dict[str, Any] = dict(rows.values_list("name", "definition"))
    currencies = {f"{name}{CURRENCY_SUFFIX}" for name, found in kept.items() if "money" in found.values()}
    nested = {known.nested.name} if known.nested else set()
    return {*known.by_name, *schema.fields, *schema.relations, *kept, *currencies, *nested, *ADDRESSES}
