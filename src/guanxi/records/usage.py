"""Where a field is spoken of: views, formulas, and what higher rooms keep, told before it is taken out of use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.tree import fields_of
from guanxi.records.custom.computing import reads
from guanxi.records.declaration import RecordType, Text
from guanxi.records.models import SavedView
from guanxi.records.queries import parse_where
from guanxi.records.saved import views_visible_to


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that speaks of a field: what sort of thing it is, and what it is called."""

    sort: Text
    label: Text


Reader = Callable[[RecordType, str], Iterable[Use]]
_readers: list[Reader] = []


def register_uses(reader: Reader) -> None:
    """Let a higher room tell what of its own speaks of a field of a type. Called once, at start."""
    _readers.append(reader)


def uses_of(actor: Actor, known: RecordType, name: str) -> list[Use]:
    """Return what speaks of a field, of what the actor may see."""
    views = [Use(_("saved view"), view.name) for view in views_speaking_of(actor, known, name)]
    formulas = [Use(_("formula"), field.label) for field in known.fields if name in reads(field.formula)]
    return [*views, *formulas, *(use for reader in _readers for use in reader(known, name))]


def views_speaking_of(actor: Actor, known: RecordType, name: str) -> list[SavedView]:
    """Return the saved views of a type, of those the actor sees, that speak of a field."""
    return [view for view in views_visible_to(actor, known) if _speaks_of(view, name, known)]


def _speaks_of(view: SavedView, name: str, known: RecordType) -> bool:
    ordered = [part.strip().removeprefix("-") for part in view.order.split(",")]
    try:
        asked = fields_of(parse_where(view.where, known))
    except ConditionError:
        asked = frozenset()
    return name in (*view.columns, *ordered, *asked)
