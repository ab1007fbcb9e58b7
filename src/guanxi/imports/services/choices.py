"""Words of a choice column that are no choice yet: each becomes one that is there, or a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.imports.calc.own_fields import OwnField
from guanxi.imports.calc.rules import Action
from guanxi.imports.models import Import
from guanxi.imports.own_fields import OPTION, own_fields
from guanxi.imports.services.drafting import draft_of
from guanxi.imports.services.options import add_rule
from guanxi.records.custom.definition import Choice
from guanxi.records.custom.fields import custom_field, definition_of
from guanxi.records.services.fields import change_field, may_define

NEW = "+"
"""What a word becomes that is to be a choice of its own."""


def choice_field(source: Import, column: int) -> OwnField | None:
    """Return the field with choices that a column is mapped to."""
    key = source.mapping.get(str(column), "")
    found = next((field for field in own_fields(source.record_type) if field.key == key), None)
    return found if found is not None and found.choices else None


@transaction.atomic
def settle_words(
    *, actor: Actor, import_id: int, column: int, words: Mapping[str, str], now: datetime
) -> Import:
    """Say what words of a column become: the label of a choice that is there, or `NEW`; an empty text leaves the word.

    A new choice is added to the field, in a change set of its own that can be undone. Raises NotFoundError,
    ConflictError, ForbiddenError for who may define no fields, or InvalidError.
    """
    source = draft_of(actor, import_id)
    field = choice_field(source, column)
    if field is None:
        raise InvalidError({"column": [_("This column has no choices.")]})
    labels = {label for _value, label in field.choices}
    if unknown := {text for text in words.values() if text and text != NEW} - labels:
        said = _("“%(word)s” is not one of the choices.")
        raise InvalidError({"words": [said % {"word": word} for word in sorted(unknown)]})
    if new := [word for word, text in words.items() if text == NEW]:
        _add_choices(actor, field, new, now)
        source.options = {
            **source.options,
            OPTION: [found.to_json() for found in own_fields(source.record_type)],
        }
        source.save(update_fields=["options"])
    for word, text in words.items():
        if text and text != NEW:
            rule = {"column": column, "action": Action.REPLACE.value, "match": word, "text": text}
            source = add_rule(actor=actor, import_id=import_id, rule=rule)
    return source


def _add_choices(actor: Actor, field: OwnField, words: list[str], now: datetime) -> None:
    if not may_define(actor) or not field.stored:
        raise ForbiddenError
    known = field.part or "customer"
    before = definition_of(custom_field(known, field.name))
    choices = (
        *(found for found in before.choices if not found.removed),
        *(Choice("", word) for word in words),
    )
    change_field(
        actor=actor,
        record_type=known,
        name=field.name,
        definition=replace(before, choices=choices),
        now=now,
    )
