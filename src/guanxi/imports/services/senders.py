"""How the lists of one sender are read, remembered by the names of their columns and known again.

Which sender a list is from is told by its columns alone: the sender whose remembered columns are most of those here.
What is remembered says nothing of any customer, so that everybody who brings lists in has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError
from guanxi.imports.calc.header_words import FIELDS, MULTIPLE_FIELDS, fold
from guanxi.imports.calc.targets import CUSTOMER
from guanxi.imports.models import Import, Sender
from guanxi.imports.own_fields import target_labels
from guanxi.imports.queries import get_import

LIKE_ENOUGH = 0.8
REMEMBERED_OPTIONS = (
    "region",
    "currency",
    "date_order",
    "key",
    "update",
    "on_fault",
    "city",
    "constants",
)


def recognised_sender(header: Sequence[str]) -> Sender | None:
    """Return the sender whose lists have these columns: all of them, else four in five (Jaccard), else None.

    Of several that are equally like, the one remembered last.
    """
    here = {fold(name) for name in header} - {""}
    likeness = {
        sender: len(here & set(sender.headers)) / len(here | set(sender.headers))
        for sender in Sender.objects.order_by("-remembered_at", "-pk")
        if sender.headers
    }
    best = max(likeness, key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] >= LIKE_ENOUGH else None


def read_as(source: Import, sender: Sender) -> None:
    """Read a list as its sender's were, unsaved: columns that were not there then keep their guess."""
    columns = {fold(name): place for place, name in enumerate(source.header)}
    said = {columns[name]: field for name, field in sender.mapping.items() if name in columns}
    taken = {field for field in said.values() if field not in MULTIPLE_FIELDS}
    guessed = {
        int(column): field
        for column, field in source.mapping.items()
        if int(column) not in said and field not in taken
    }
    known = {*target_labels(source.record_type), *(FIELDS if source.record_type == CUSTOMER else ())}
    mapping = {**guessed, **{column: field for column, field in said.items() if field in known}}
    source.mapping = {str(column): field for column, field in sorted(mapping.items())}
    rules = [
        {**rule, "column": columns[rule["column"]]} for rule in sender.rules if rule["column"] in columns
    ]
    source.options = {**source.options, **sender.options, "rules": rules}
    source.head = {**source.head, "sender": {"id": sender.pk, "name": sender.name}}
    source.preview, source.checked = [], None


@transaction.atomic
def remember_sender(*, actor: Actor, import_id: int, name: str, now: datetime) -> Sender:
    """Remember how this list is read as the way its sender's lists are; the same name again replaces.

    Raises NotFoundError, ForbiddenError, or InvalidError for a name that is empty or too long.
    """
    source = get_import(actor, import_id)
    _require(actor)
    called = " ".join(name.split())
    if not 0 < len(called) <= 100:
        raise InvalidError({"sender": [_("Say who sends such lists, in at most 100 characters.")]})
    folded = [fold(column) for column in source.header]
    sender, _made = Sender.objects.update_or_create(
        name=called,
        defaults={
            "headers": sorted(set(folded) - {""}),
            "mapping": {
                name: source.mapping.get(str(place), "") for place, name in enumerate(folded) if name
            },
            "options": {name: source.options[name] for name in REMEMBERED_OPTIONS if name in source.options},
            "rules": _rules_by_name(source.options.get("rules", []), folded),
            "remembered_by_id": actor.id,
            "remembered_at": now,
        },
    )
    source.head = {**source.head, "sender": {"id": sender.pk, "name": sender.name}}
    source.save(update_fields=["head"])
    return sender


def _rules_by_name(rules: Sequence[Mapping[str, Any]], folded: Sequence[str]) -> list[dict[str, Any]]:
    return [{**rule, "column": folded[rule["column"]]} for rule in rules if folded[rule["column"]]]


@transaction.atomic
def forget_sender(*, actor: Actor, sender_id: int) -> None:
    """Forget how a sender's lists are read. Raises ForbiddenError or NotFoundError."""
    _require(actor)
    gone, _by_type = Sender.objects.filter(pk=sender_id).delete()
    if not gone:
        raise NotFoundError


def _require(actor: Actor) -> None:
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
