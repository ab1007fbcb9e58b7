"""Where a field is spoken of: views, formulas, and what higher rooms keep, told before it is taken out of use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import Schema
from guanxi.conditions.tree import Condition, Counted, Related, fields_of, own_nodes
from guanxi.records.custom.computing import reads
from guanxi.records.declaration import RecordType, Text, record_type
from guanxi.records.models import SavedView
from guanxi.records.queries import parse_where
from guanxi.records.saved import all_views_visible_to


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that speaks of a field: what sort of thing it is, and what it is called."""

    sort: Text
    label: Text


Reader = Callable[[RecordType, str], Iterable[Use]]
_readers: list[Reader] = []
_WORDS = re.compile(r"\w+")


def register_uses(reader: Reader) -> None:
    """Let a higher room tell what of its own speaks of a field of a type, by its name. Called once, at start."""
    _readers.append(reader)


def uses_of(actor: Actor, known: RecordType, name: str) -> list[Use]:
    """Return what speaks of a field, or of its currency which goes with it, of what the actor may see."""
    names = _names_of(known, name)
    views = [Use(_("saved view"), view.name) for view in _views_speaking_of(actor, known, names)]
    formulas = [
        Use(_("formula"), field.label)
        for field in known.fields
        if field.formula and field.name not in names and names & reads(field.formula)
    ]
    told = (use for each in sorted(names) for reader in _readers for use in reader(known, each))
    return [*views, *formulas, *dict.fromkeys(told)]


def _names_of(known: RecordType, name: str) -> frozenset[str]:
    field = known.by_name.get(name)
    return frozenset({name, field.currency} if field and field.stored and field.currency else {name})


def views_speaking_of(actor: Actor, known: RecordType, name: str) -> list[SavedView]:
    """Return the saved views, of those the actor sees, that speak of a field of a type: also views of another type
    that ask about records of this one."""
    return _views_speaking_of(actor, known, frozenset({name}))


def _views_speaking_of(actor: Actor, known: RecordType, names: frozenset[str]) -> list[SavedView]:
    return [view for of, view in all_views_visible_to(actor) if _speaks_of(of, view, known, names)]


def _speaks_of(of: RecordType, view: SavedView, known: RecordType, names: frozenset[str]) -> bool:
    """Whether a view of the type `of` shows, sorts by, arranges by or asks about one of the names."""
    if of.name == known.name:
        shown = [view.order, *view.columns, *map(str, view.layout.values())]
        if names & {word for text in shown for word in _WORDS.findall(text)}:
            return True
    now = record_type(of.name)
    try:
        return _asks_about(parse_where(view.where, now), now.schema, known.name, names)
    except ConditionError:
        return False


def _asks_about(condition: Condition, schema: Schema, name: str, names: frozenset[str]) -> bool:
    """Whether a condition reads one of the names of the type called `name`, also through related records."""
    if schema.name == name and names & fields_of(condition):
        return True
    return any(
        _asks_about(node.where, schema.relations[node.relation].schema(), name, names)
        for node in own_nodes(condition)
        if isinstance(node, Related | Counted)
    )
