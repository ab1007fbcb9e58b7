"""The sidebar: one table of what stands where. Entries whose page does not exist are left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.access.calc import Actor, may_administer
from guanxi.records.services.fields import may_define


def _anybody(_actor: Actor) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the sidebar. `on_phone` puts it into the bar at the foot of a phone too."""

    path: str
    label: str | Promise
    icon: str
    on_phone: bool = False
    for_whom: Callable[[Actor], bool] = _anybody


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together."""

    label: str | Promise
    entries: tuple[Entry, ...]


NAVIGATION = (
    Group(
        _("Customers"),
        (
            Entry("/customers/", _("Customers"), "building-store", on_phone=True),
            Entry("/contacts/", _("Contacts"), "users"),
            Entry("/places/", _("Places"), "map-pin"),
            Entry("/interactions/", _("Interactions"), "message"),
        ),
    ),
    Group(
        _("Sales"),
        (
            Entry("/orders/", _("Orders"), "receipt"),
            Entry("/products/", _("Products"), "package"),
        ),
    ),
    Group(
        _("Work"),
        (
            Entry("/map/", _("Map"), "map", on_phone=True),
            Entry("/tiers/abcd/", _("Pyramid"), "pyramid"),
            Entry("/metrics/", _("Metrics"), "chart-bar"),
            Entry("/imports/", _("Imports"), "file-upload", on_phone=True),
            Entry("/imports/review/", _("To review"), "checkbox"),
            Entry("/duplicates/", _("Doubles"), "git-merge"),
        ),
    ),
)

SETTINGS = (
    Entry("/settings/", _("My settings"), "settings"),
    Entry("/settings/tokens/", _("API keys"), "key"),
    Entry("/settings/fields/", _("Fields"), "columns-3", for_whom=may_define),
    Entry("/settings/people/", _("People"), "users-group", for_whom=may_administer),
    Entry("/settings/teams/", _("Teams"), "briefcase", for_whom=may_administer),
    Entry("/settings/merging/", _("Merging"), "git-merge", for_whom=may_administer),
)

RECORD_VIEWS: dict[str, tuple[Entry, ...]] = {
    "customer": (
        Entry("/customers/", _("List"), "list"),
        Entry("/map/", _("Map"), "map"),
        Entry("/tiers/abcd/", _("Pyramid"), "pyramid"),
    ),
}
"""Other ways to look at the rows of a type; each page takes the list's `where` and `q`."""


@cache
def exists(path: str) -> bool:
    """Whether a page answers at this path."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def groups_for(actor: Actor) -> list[Group]:
    """Return the sidebar of an actor."""
    found = (Group(group.label, _shown(group.entries, actor)) for group in NAVIGATION)
    return [group for group in found if group.entries]


def settings_for(actor: Actor) -> tuple[Entry, ...]:
    """Return the lines of the settings an actor may open."""
    return _shown(SETTINGS, actor)


def views_of(type_name: str) -> tuple[Entry, ...]:
    """Return the other views of a record type, none when the list is the only one."""
    found = tuple(entry for entry in RECORD_VIEWS.get(type_name, ()) if exists(entry.path))
    return found if len(found) > 1 else ()


def on_phone(groups: list[Group]) -> list[Entry]:
    """Return the entries for the foot of a phone."""
    return [entry for group in groups for entry in group.entries if entry.on_phone]


def current_entry(path: str, entries: list[Entry]) -> Entry | None:
    """Return the entry whose page, or a page below it, stands at `path`: the longest match wins."""
    found = [entry for entry in entries if path.startswith(entry.path)]
    return max(found, key=lambda entry: len(entry.path), default=None)


def _shown(entries: tuple[Entry, ...], actor: Actor) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.for_whom(actor) and exists(entry.path))
