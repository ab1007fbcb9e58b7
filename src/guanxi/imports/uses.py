"""Which senders' mappings, and which imports not yet run, speak of a field of the team's own."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from guanxi.imports.models import Import, Sender
from guanxi.imports.own_fields import own_fields
from guanxi.records.declaration import RecordType
from guanxi.records.usage import Use

LATEST = 100
"""Of imports that wait, so many are looked at."""


def uses_in_imports(known: RecordType, name: str) -> list[Use]:
    """Return the senders whose columns fill a field, and the imports that wait to fill it."""
    part = "" if known.name == "customer" else known.name
    keys = {
        field.key
        for field in own_fields(known.name)
        if field.name == name and field.part == part and field.stored
    }
    if not keys:
        return []
    waiting = Import.objects.filter(job=None)[:LATEST]
    return [
        *(Use(_("sender"), sender.name) for sender in Sender.objects.all() if _fills(sender.mapping, keys)),
        *(Use(_("import"), source.name) for source in waiting if _fills(source.mapping, keys)),
    ]


def _fills(mapping: Mapping[str, str], keys: set[str]) -> bool:
    return not keys.isdisjoint(mapping.values())
