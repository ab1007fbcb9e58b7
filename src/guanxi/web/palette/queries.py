"""What the palette offers for a text."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.records.declaration import RecordType, record_types
from guanxi.records.recent import recently_written
from guanxi.records.search.queries import likest
from guanxi.web.palette.actions import actions_of, pages_of, views_of
from guanxi.web.palette.entries import PaletteEntry, PaletteGroup, chosen

OF_A_TYPE = 5
OF_A_GROUP = 6
RECENT = 7
FIRST_ACTIONS = 5
LONGEST = 200


def palette(actor: Actor, text: str, *, here: str) -> list[PaletteGroup]:
    """Return what is offered, by group: for no text what one worked on last, and what is done most."""
    text = text[:LONGEST]
    actions = actions_of(actor, here)
    if not text.strip():
        recent = [_record(known, row) for known, row in recently_written(actor, RECENT)]
        groups = [
            PaletteGroup(_("Last worked on"), tuple(recent)),
            PaletteGroup(_("Actions"), tuple(actions)[:FIRST_ACTIONS]),
            PaletteGroup(_("Pages"), tuple(pages_of(actor))[:OF_A_GROUP]),
        ]
    else:
        groups = [
            *records_found(actor, text),
            PaletteGroup(_("Actions"), chosen(actions, text, OF_A_GROUP)),
            PaletteGroup(_("Pages"), chosen(pages_of(actor), text, OF_A_GROUP)),
            PaletteGroup(_("Views"), chosen(views_of(actor), text, OF_A_GROUP)),
        ]
    return [group for group in groups if group.entries]


def records_found(actor: Actor, text: str) -> list[PaletteGroup]:
    """Return the likest visible records of each type."""
    groups = []
    for known in record_types():
        rows = likest(known, actor, text, OF_A_TYPE)
        if rows:
            entries = tuple(_record(known, row) for row in rows)
            groups.append(PaletteGroup(capfirst(str(known.label_plural)), entries))
    return groups


def _record(known: RecordType, row: object) -> PaletteEntry:
    key = row.pk  # type: ignore[attr-defined]
    parent = str(getattr(row, known.by_name[known.parent].column) or "") if known.parent else ""
    address = reverse("records:record", args=[known, key])
    return PaletteEntry(str(row) or f"#{key}", known.icon, address, detail=parent)
