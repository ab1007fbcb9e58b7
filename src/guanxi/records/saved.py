"""Reads of saved views."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from guanxi.access.calc import Actor
from guanxi.access.queries import people_visible_to
from guanxi.records.declaration import RecordType, record_types
from guanxi.records.models import SavedView


def views_visible_to(actor: Actor, known: RecordType) -> QuerySet[SavedView]:
    """Return the views of a type that an actor may use: one's own, and those that one's teams share."""
    return _views(actor).filter(record_type=known.name).select_related("owner")


def all_views_visible_to(actor: Actor) -> list[tuple[RecordType, SavedView]]:
    """Return the views of every type that an actor may use, with their types."""
    types = {known.name: known for known in record_types()}
    return [(types[view.record_type], view) for view in _views(actor).filter(record_type__in=types)]


def _views(actor: Actor) -> QuerySet[SavedView]:
    shared = Q(shared=True, owner__in=people_visible_to(actor).order_by().values("pk"))
    return SavedView.objects.filter(Q(owner_id=actor.id) | shared)


def own_view(actor: Actor, view_id: int) -> SavedView | None:
    """Return a view that belongs to the actor."""
    return SavedView.objects.filter(owner_id=actor.id, pk=view_id).first()
