"""How a list is read and matched, as a person says it before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError, NotFoundError
from guanxi.imports.calc.header_words import FIELDS
from guanxi.imports.calc.matching import KEY_FIELDS
from guanxi.imports.calc.rows import read_constant
from guanxi.imports.calc.rules import RuleError, rules_from_json, rules_to_json
from guanxi.imports.calc.values import Fault
from guanxi.imports.models import Import, Sender
from guanxi.imports.queries import get_import, sender_names
from guanxi.imports.services.drafting import draft_of
from guanxi.imports.services.senders import read_as
from guanxi.imports.services.table import reading_of
from guanxi.imports.texts import FIELD_LABELS, RULE_FAULTS, fault_text

OPTIONS: Mapping[str, frozenset[str]] = {
    "region": frozenset({"CN", "TW", "HK", "MO", "KR", "US", "GB", "JP", "SG", "MY", "VN", "TH", "DE", "FR"}),
    "date_order": frozenset({"", "dmy", "mdy", "ymd"}),
    "key": frozenset({"", *KEY_FIELDS}),
    "on_fault": frozenset({"reject", "blank"}),
}


@transaction.atomic
def set_options(*, actor: Actor, import_id: int, options: Mapping[str, Any]) -> Import:
    """Say how the list is read and matched; what is not given stays. Raises NotFoundError, ConflictError, InvalidError.

    `region` of phones, `currency` where a cell names none, `date_order`, `key` (the field that decides who is who;
    differing values are then overwritten), `update` (the same without a key), `on_fault` ("reject" the row or "blank"
    the cell), `city` hint, `rules` that mend the cells of a column (`imports.calc.rules`, as JSON), `constants`: the
    text of every row that says nothing of its own, by field.
    """
    source = draft_of(actor, import_id)
    for name, known in OPTIONS.items():
        if name in options and options[name] not in known:
            raise InvalidError({name: [f"choose one of {', '.join(filter(None, sorted(known)))}"]})
    currency = str(options.get("currency", ""))
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        raise InvalidError({"currency": [_("Write its three letters, as CNY.")]})
    known_names = (*OPTIONS, "currency", "update", "city")
    taken = {name: options[name] for name in known_names if name in options}
    if "update" in taken:
        taken["update"] = bool(taken["update"])
    if "city" in taken:
        taken["city"] = str(taken["city"])[:100]
    if "rules" in options:
        taken["rules"] = _rules(source, options["rules"])
    if "constants" in options:
        taken["constants"] = _constants(source, options["constants"])
    source.options = {**source.options, **taken}
    source.preview, source.checked = [], None
    source.save(update_fields=["options", "preview", "checked"])
    return source


@transaction.atomic
def add_rule(*, actor: Actor, import_id: int, rule: Mapping[str, Any]) -> Import:
    """Mend all cells of a kind by one more rule, in place of one for the same cells.

    Raises NotFoundError, ConflictError or InvalidError.
    """
    rules = get_import(actor, import_id).options.get("rules", [])
    same = {name: rule.get(name, "") for name in ("column", "match", "fault")}
    others = [found for found in rules if {name: found.get(name, "") for name in same} != same]
    return set_options(actor=actor, import_id=import_id, options={"rules": [*others, dict(rule)]})


@transaction.atomic
def drop_rule(*, actor: Actor, import_id: int, place: int) -> Import:
    """Take a rule away again, by its place among the rules.

    Raises NotFoundError (also when there is no such rule) or ConflictError.
    """
    rules = get_import(actor, import_id).options.get("rules", [])
    if not 0 <= place < len(rules):
        raise NotFoundError
    left = [rule for number, rule in enumerate(rules) if number != place]
    return set_options(actor=actor, import_id=import_id, options={"rules": left})


@transaction.atomic
def use_sender(*, actor: Actor, import_id: int, name: str) -> Import:
    """Read a list as those of the sender called so.

    Raises NotFoundError, ConflictError, or InvalidError for a name that nobody remembered.
    """
    source = draft_of(actor, import_id)
    sender = Sender.objects.filter(name=name).first()
    if sender is None:
        known = ", ".join(sender_names()[:20])
        raise InvalidError({"sender": [f"nobody remembered a sender '{name}'; known are {known or 'none'}"]})
    read_as(source, sender)
    source.save(update_fields=["mapping", "options", "head", "preview", "checked"])
    return source


def _rules(source: Import, given: object) -> list[dict[str, Any]]:
    try:
        return rules_to_json(rules_from_json(given, len(source.header)))
    except RuleError as error:
        place = error.place + 1
        raise InvalidError({"rules": [str(RULE_FAULTS[error.code]) % {"place": place}]}) from error


def _constants(source: Import, given: object) -> dict[str, str]:
    """Return what is to stand where a row says nothing. Raises InvalidError."""
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for text in given.values()):
        raise InvalidError({"constants": ["say a text by field"]})
    constants = {name: text.strip()[:500] for name, text in given.items() if text.strip()}
    reading = reading_of(source)
    errors: dict[str, list[str]] = {}
    for name, text in constants.items():
        if name not in FIELD_LABELS:
            errors[name] = [f"'{name}' is not a field; known are {', '.join(FIELDS)}"]
        elif isinstance(found := read_constant(name, text, reading), Fault):
            fault = {"code": found.code, "message": found.message, "parameters": found.parameters}
            errors[name] = [fault_text(fault)]
    if errors:
        raise InvalidError(errors)
    return constants
