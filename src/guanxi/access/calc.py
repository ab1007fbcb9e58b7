"""Who may do what: roles, scopes as conditions, masks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum

from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import evaluate
from guanxi.conditions.tree import Compare, Condition, Everything, Nothing, OneOf, Operator, Or, any_of


class Role(StrEnum):
    """What a person is to the team, from most rights to fewest."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    MEMBER = "member"
    VIEWER = "viewer"


class Sharing(StrEnum):
    """How a record type decides who sees a row."""

    OWNED = "owned"  # by its own owner and team
    INHERITED = "inherited"  # by the owner and team of the record it belongs to
    CATALOGUE = "catalogue"  # everybody reads, managers write


class Verb(StrEnum):
    """What an actor wants to do with a record."""

    VIEW = "view"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who reads or writes: a signed-in person, a token, or a job on a person's behalf."""

    id: int
    name: str
    role: Role
    teams: frozenset[int] = frozenset()
    read_only: bool = False
    language: str = "en"
    zone: tzinfo = field(default=UTC)

    @property
    def is_administrator(self) -> bool:
        """Whether the actor sees and sets everything."""
        return self.role is Role.ADMINISTRATOR

    @property
    def manages(self) -> bool:
        """Whether the actor answers for whole teams."""
        return self.role in (Role.ADMINISTRATOR, Role.MANAGER)


def _own(actor: Actor, prefix: str) -> Condition:
    return Compare(f"{prefix}owner", Operator.EQ, actor.id)


def _of_teams(actor: Actor, prefix: str) -> Condition:
    return OneOf(f"{prefix}team", tuple(sorted(actor.teams))) if actor.teams else Nothing()


def _owned_scope(actor: Actor, verb: Verb, prefix: str) -> Condition:
    if actor.is_administrator:
        return Everything()
    if verb is Verb.VIEW or actor.role is Role.MANAGER:
        return any_of(_own(actor, prefix), _of_teams(actor, prefix))
    return _own(actor, prefix) if actor.role is Role.MEMBER else Nothing()


def scope(actor: Actor, verb: Verb, sharing: Sharing, *, root: str = "") -> Condition:
    """Return the condition of the rows on which `actor` may do `verb`.

    `root` is the dotted path to the record that carries `owner` and `team` (empty: the row itself).
    Members see their teams' records and change their own; managers change their teams'; viewers change nothing.
    """
    if verb is not Verb.VIEW and (actor.read_only or actor.role is Role.VIEWER):
        return Nothing()
    if sharing is Sharing.CATALOGUE:
        return Everything() if verb is Verb.VIEW or actor.manages else Nothing()
    return _owned_scope(actor, verb, f"{root}." if root else "")


class Ground(StrEnum):
    """Why somebody may do something with a record."""

    EVERYBODY = "everybody"  # the type is everybody's
    ROLE = "role"  # the role stands above records
    OWNER = "owner"
    TEAM = "team"


_GROUND_OF = {"owner": Ground.OWNER, "team": Ground.TEAM}


def grounds(
    actor: Actor, verb: Verb, sharing: Sharing, values: Mapping[str, object], context: Context
) -> tuple[Ground, ...]:
    """Return why the actor may do `verb` with a row that holds these `owner` and `team`; () when they may not.

    Told by the scope itself: each part of its condition that the row meets is a reason.
    """
    condition = scope(actor, verb, sharing)
    if isinstance(condition, Everything):
        return (Ground.EVERYBODY if sharing is Sharing.CATALOGUE and verb is Verb.VIEW else Ground.ROLE,)
    parts = condition.parts if isinstance(condition, Or) else (condition,)
    return tuple(
        _GROUND_OF[part.field]
        for part in parts
        if isinstance(part, Compare | OneOf) and evaluate(part, values, context)
    )


def may_create(actor: Actor, sharing: Sharing) -> bool:
    """Whether the actor may add a record of a type shared in this way at all."""
    if actor.read_only or actor.role is Role.VIEWER:
        return False
    return sharing is not Sharing.CATALOGUE or actor.manages


def may_administer(actor: Actor) -> bool:
    """Whether the actor may manage people, teams and providers."""
    return actor.is_administrator and not actor.read_only


def mask(value: str) -> str:
    """Hide the middle of a phone number or the name part of an e-mail address.

    >>> mask("13800130001")
    '138****0001'
    >>> mask("wang@example.com")
    'w***@example.com'
    """
    if "@" in value:
        name, _, domain = value.partition("@")
        return f"{name[:1]}***@{domain}"
    if len(value) < 7:
        return "*" * len(value)
    shown = 3 if len(value) >= 10 else 1
    return f"{value[:shown]}{'*' * (len(value) - shown - 4)}{value[-4:]}"


_MASKED = re.compile(r".?\*{3}@.*|\*+|.\*{2,4}.{4}|.{3}\*{3,}.{4}", re.DOTALL)


def is_masked(text: str) -> bool:
    """Return whether a text looks as `mask` writes it, so that it tells nothing to keep.

    >>> is_masked("138****0001"), is_masked("13800130001")
    (True, False)
    """
    return _MASKED.fullmatch(text) is not None
