"""What a customer's page says of doubles: who may be the same, who became this one, and the way to merge it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanxi.access.calc import Actor
from guanxi.access.middleware import ActorRequest
from guanxi.access.queries import changesets_visible_to
from guanxi.customers.queries import customers_in
from guanxi.duplicates.pages.merging import merge_address
from guanxi.duplicates.pages.wording import others_of
from guanxi.duplicates.queries import merges_into, open_pairs_of, survivor_of
from guanxi.records.declaration import RecordType
from guanxi.records.pages.sections import Section, Slot, register_section
from guanxi.records.successors import register_successor
from guanxi.records.values import may_change

SHOWN = 5


def doubles_section(request: ActorRequest, _known: RecordType, row: Any) -> Mapping[str, Any] | None:
    """Return the open pairs of a customer and those that became it; None when there are none."""
    pairs = list(others_of(row.pk, open_pairs_of(request.actor, row.pk)[:SHOWN]))
    merges = list(merges_into(row.pk)[:SHOWN])
    if not pairs and not merges:
        return None
    mine = {merge.changeset_id for merge in merges}
    undoable = set(changesets_visible_to(request.actor).filter(pk__in=mine).values_list("pk", flat=True))
    return {"pairs": pairs, "merges": merges, "undoable": undoable if may_change(row, request.actor) else ()}


def merge_entry(_request: ActorRequest, _known: RecordType, row: Any) -> Mapping[str, Any]:
    """Return where the search for the other one begins."""
    return {"address": merge_address([row.pk])}


def successor(actor: Actor, record_id: int) -> int | None:
    """Return the customer that one became, for whoever may see it."""
    into = survivor_of(record_id)
    return into if into is not None and customers_in(actor, [into]) else None


register_successor("customer", successor)
register_section(
    "customer", Section(template="duplicates/beside.html", slot=Slot.SIDE, context=doubles_section)
)
register_section("customer", Section(template="duplicates/entry.html", slot=Slot.MENU, context=merge_entry))
