"""Who may see a record and why: what the scopes of all people say of it, in groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guanxi.access.calc import Actor, Ground, Role, Verb
from guanxi.access.queries import every_actor, people_visible_to
from guanxi.records.values import grounds_on, holder_of


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who may see a record. `changes`: may change it too, and sees what is masked for others."""

    id: int
    name: str
    role: Role
    changes: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who see a record for one reason; `others` counts those whom the reader may not name."""

    ground: Ground
    team: str
    viewers: tuple[Viewer, ...]
    others: int


def audience_of(row: Any, reader: Actor) -> list[Audience]:
    """Return who may see a record, by reason; whoever has several stands under the first of them.

    Four queries, whatever the number of people.
    """
    nameable = set(people_visible_to(reader).values_list("pk", flat=True))
    named: dict[Ground, list[Viewer]] = {}
    others: dict[Ground, int] = {}
    for person in every_actor():
        found = grounds_on(row, person, Verb.VIEW)
        if not found:
            continue
        if person.id in nameable:
            viewer = Viewer(person.id, person.name, person.role, bool(grounds_on(row, person, Verb.CHANGE)))
            named.setdefault(found[0], []).append(viewer)
        else:
            others[found[0]] = others.get(found[0], 0) + 1
    return [
        Audience(ground, team_of(row), tuple(named.get(ground, ())), others.get(ground, 0))
        for ground in (Ground.OWNER, Ground.TEAM, Ground.ROLE, Ground.EVERYBODY)
        if ground in named or ground in others
    ]


def team_of(row: Any) -> str:
    """Return the name of the team whose members see a row, "" for none."""
    return str(getattr(holder_of(row), "team", None) or "")
