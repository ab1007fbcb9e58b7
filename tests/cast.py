"""The same people in every test.

Alice owns. Bob is her teammate. Dana manages their team, Viola only looks. Charlie, of another team, must see nothing.
Root administers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from guanxi.access.calc import Actor, Role
from guanxi.access.models import User
from guanxi.access.queries import actor_of
from guanxi.access.services import create_user
from guanxi.records.declaration import record_type
from guanxi.records.services import create_record

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Someone of the cast."""

    user: User

    @property
    def actor(self) -> Actor:
        return actor_of(self.user)

    @property
    def browser(self) -> Client:
        """A client that is signed in as this person."""
        client = Client()
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def adds(self, type_name: str, **values: object) -> Any:
        """Let the person add a record, as they would."""
        return create_record(actor=self.actor, known=record_type(type_name), values=values, now=NOW).row


@dataclass(frozen=True)
class Cast:
    """Everybody."""

    alice: Person
    bob: Person
    charlie: Person
    dana: Person
    viola: Person
    root: Person

    def everyone(self) -> dict[str, Person]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def make_cast() -> Cast:
    """Create the people and their two teams."""

    def person(name: str, role: Role, *teams: str) -> Person:
        user = create_user(
            actor=None, username=name, password=None, role=role, full_name=name.title(), teams=teams
        )
        return Person(user)

    return Cast(
        alice=person("alice", Role.MEMBER, "North"),
        bob=person("bob", Role.MEMBER, "North"),
        charlie=person("charlie", Role.MEMBER, "South"),
        dana=person("dana", Role.MANAGER, "North"),
        viola=person("viola", Role.VIEWER, "North"),
        root=person("root", Role.ADMINISTRATOR),
    )
