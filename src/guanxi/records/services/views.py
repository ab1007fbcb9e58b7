"""Writes of saved views. They are a person's own habit, not a record: no change set tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.models import SavedView
from guanxi.records.queries import parse_order, parse_where
from guanxi.records.saved import own_view

NAME_LIMIT = 100


@transaction.atomic
def save_view(  # noqa: PLR0913 - what a view keeps
    *,
    actor: Actor,
    known: RecordType,
    name: str,
    where: str,
    columns: Sequence[str],
    order: str,
    layout: Mapping[str, str] | None = None,
    shared: bool = False,
    is_default: bool = False,
) -> SavedView:
    """Keep a list under a name; an own view of that name is replaced. Raises InvalidError or ForbiddenError."""
    if actor.read_only:
        raise ForbiddenError
    name = _clean_name(name)
    try:
        parse_where(where, known)
    except ConditionError as error:
        raise InvalidError({"where": [explain(error)]}) from error
    if order:
        parse_order(order, known)
    view, _made = SavedView.objects.update_or_create(
        owner_id=actor.id,
        record_type=known.name,
        name=name,
        defaults={
            "where": where,
            "columns": [column for column in columns if column in known.by_name],
            "order": order,
            "layout": dict(layout or {}),
            "shared": shared,
        },
    )
    view.habits.filter(owner_id=actor.id).delete()  # what was only a habit is kept in the view now
    _set_default(view, is_default=is_default)
    return view


@transaction.atomic
def change_view(*, actor: Actor, view_id: int, name: str, shared: bool, is_default: bool) -> SavedView:
    """Rename a view of one's own, share it, or let the list open with it. Raises NotFoundError or InvalidError."""
    view = _own(actor, view_id)
    view.name = _clean_name(name)
    view.shared = shared
    same = SavedView.objects.filter(owner_id=actor.id, record_type=view.record_type, name=view.name)
    if same.exclude(pk=view.pk).exists():
        raise InvalidError({"name": [_("You have a view of this name already.")]})
    view.save(update_fields=["name", "shared"])
    _set_default(view, is_default=is_default)
    return view


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int) -> RecordType:
    """Remove a view of one's own; returns the type it was of. Raises NotFoundError."""
    view = _own(actor, view_id)
    view.delete()
    return record_type(view.record_type)


def _own(actor: Actor, view_id: int) -> SavedView:
    view = own_view(actor, view_id)
    if view is None or actor.read_only:
        raise NotFoundError
    return view


def _clean_name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise InvalidError({"name": [_("Give the view a name.")]})
    if len(name) > NAME_LIMIT:
        raise InvalidError({"name": [_("At most %(limit)s characters.") % {"limit": NAME_LIMIT}]})
    return name


def _set_default(view: SavedView, *, is_default: bool) -> None:
    """One view at most opens first."""
    views = SavedView.objects.filter(owner_id=view.owner_id, record_type=view.record_type)
    if is_default:
        views.exclude(pk=view.pk).update(is_default=False)
    views.filter(pk=view.pk).update(is_default=is_default)
