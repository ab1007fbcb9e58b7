"""The few numbers of the first page. Every one of them leads to the list it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.conditions.context import Context
from guanxi.conditions.tree import Everything
from guanxi.imports.queries import imports_visible_to, open_reviews
from guanxi.records.declaration import FieldDeclaration, RecordType, record_type
from guanxi.records.queries import count_rows, list_page, matching, parse_where

RECENT = 6


@dataclass(frozen=True, slots=True)
class TierShare:
    """How many customers stand in a tier; `position` counts from 1, the best."""

    code: str
    label: str
    position: int
    customers: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How things stand. A count of None means more than anyone counts."""

    customers: int | None
    places: int | None
    placed: int | None
    to_review: int | None
    doubles: int | None
    tiers: tuple[TierShare, ...]
    recent: tuple[Any, ...]
    imports: tuple[Any, ...]


def figures_for(actor: Actor, context: Context) -> Figures:
    """Return the numbers of what the actor sees, in a constant number of queries."""
    customer, place, interaction = (record_type(name) for name in ("customer", "place", "interaction"))
    return Figures(
        customers=_count(customer, actor, context, ""),
        places=_count(place, actor, context, ""),
        placed=_count(place, actor, context, "latitude is not empty"),
        to_review=_count(place, actor, context, "needs_review = true"),
        doubles=open_reviews(actor).count(),
        tiers=_tiers(customer, actor, context),
        recent=tuple(list_page(interaction, actor, context=context, limit=RECENT).rows),
        imports=tuple(imports_visible_to(actor).defer("preview", "corrections", "survey", "head")[:RECENT]),
    )


def _count(known: RecordType, actor: Actor, context: Context, where: str) -> int | None:
    return count_rows(matching(known, actor, parse_where(where, known), context))


def tier_field(known: RecordType) -> FieldDeclaration | None:
    """Return the field that holds the first tier beside a record; None while no scheme is there."""
    return next((field for field in known.fields if field.is_tier), None)


def _tiers(known: RecordType, actor: Actor, context: Context) -> tuple[TierShare, ...]:
    field = tier_field(known)
    if field is None:
        return ()
    rows = matching(known, actor, Everything(), context, also=[field])
    counted = dict(rows.order_by().values_list(field.name).annotate(Count("pk")))
    shares = [
        TierShare(code, str(label), position, counted.get(code, 0))
        for position, (code, label) in enumerate(field.choices, start=1)
    ]
    unrated = TierShare("", _("Not rated"), 0, counted.get(None, 0) + counted.get("", 0))
    return (*shares, unrated) if any(counted.values()) else ()
