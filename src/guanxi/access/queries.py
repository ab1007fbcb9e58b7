"""Reads about people and change sets."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from guanxi.access.calc import Actor, Role
from guanxi.access.errors import NotFoundError
from guanxi.access.models import ApiToken, Change, ChangeAction, ChangeSet, ChangeVerb, Team, User


def own_person(actor: Actor) -> User:
    """Return the person an actor acts for, who always may see their own row."""
    return User.objects.get(pk=actor.id)


def own_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Return an actor's own keys."""
    return ApiToken.objects.filter(user_id=actor.id)


def zone_of(name: str) -> tzinfo:
    """Return the time zone called `name`, UTC when there is none."""
    try:
        return zoneinfo.ZoneInfo(name) if name else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return UTC


def actor_of(user: User, *, read_only: bool = False) -> Actor:
    """Return the actor a person acts as; one query for the teams."""
    return Actor(
        id=user.pk,
        name=str(user),
        role=Role(user.role),
        teams=frozenset(user.teams.values_list("id", flat=True)),
        read_only=read_only,
        language=user.language or settings.LANGUAGE_CODE,
        zone=zone_of(user.time_zone),
    )


def user_named(username: str) -> User | None:
    """Return the active user called `username`, or None. For the machine's own command line."""
    return User.objects.filter(username=username, is_active=True).first()


def first_administrator() -> User | None:
    """Return the oldest active administrator: on the machine itself, commands run as that person."""
    return User.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True).order_by("pk").first()


def digest_of(secret: str) -> str:
    """Return the digest under which a token is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(secret: str, *, now: datetime) -> ApiToken | None:
    """Return the living token with this secret."""
    return (
        ApiToken.objects.select_related("user")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=digest_of(secret), user__is_active=True)
        .first()
    )


def people_visible_to(actor: Actor) -> QuerySet[User]:
    """Return the people an actor may name: everyone for administrators, else the teams' and oneself."""
    people = User.objects.filter(is_active=True).order_by("full_name", "username")
    if actor.is_administrator:
        return people
    return people.filter(Q(teams__in=actor.teams) | Q(pk=actor.id)).distinct()


def every_actor() -> list[Actor]:
    """Return all active people as actors, by name; two queries. Whom to show to whom says `people_visible_to`."""
    people = User.objects.filter(is_active=True).prefetch_related("teams").order_by("full_name", "username")
    return [
        Actor(
            id=person.pk,
            name=str(person),
            role=Role(person.role),
            teams=frozenset(team.pk for team in person.teams.all()),
        )
        for person in people
    ]


def person_managed_by(actor: Actor, user_id: int) -> User:
    """Return a person an administrator looks after, active or not. Raises NotFoundError for everybody else."""
    person = User.objects.filter(pk=user_id).first() if actor.is_administrator else None
    if person is None:
        raise NotFoundError
    return person


def teams_visible_to(actor: Actor) -> QuerySet[Team]:
    """Return the teams an actor may name."""
    return Team.objects.all() if actor.is_administrator else Team.objects.filter(pk__in=actor.teams)


def teams_of(actor: Actor) -> QuerySet[Team]:
    """Return the teams an actor belongs to."""
    return Team.objects.filter(pk__in=actor.teams)


def changesets_visible_to(actor: Actor) -> QuerySet[ChangeSet]:
    """Return the change sets an actor may see and undo: one's own, or all for administrators."""
    found = ChangeSet.objects.select_related("actor", "undone_by")
    return found if actor.is_administrator else found.filter(actor_id=actor.id)


def last_own_changeset(actor: Actor) -> ChangeSet | None:
    """Return the last write of an actor that was not taken back, nor takes one back."""
    own = ChangeSet.objects.filter(actor_id=actor.id, undone_by=None).exclude(verb=ChangeVerb.UNDO)
    return own.order_by("-pk").first()


def last_own_changes(actor: Actor, limit: int) -> list[tuple[str, int]]:
    """Return the records an actor last made or changed one by one, the latest first: type and id."""
    latest = list(
        ChangeSet.objects.filter(actor_id=actor.id).order_by("-pk").values_list("pk", flat=True)[:limit]
    )
    written = Change.objects.filter(
        changeset__in=latest, count=1, action__in=(ChangeAction.CREATE, ChangeAction.UPDATE)
    )
    return list(written.order_by("-pk").values_list("record_type", "first_id")[:limit])


def changeset_counts(ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return how many rows of each record type the change sets touched: `{changeset: {type: rows}}`; one query."""
    counts: dict[int, dict[str, int]] = {}
    batches = Change.objects.filter(changeset__in=list(ids)).order_by()
    for key, name, rows in batches.values_list("changeset", "record_type").annotate(rows=Sum("count")):
        counts.setdefault(key, {})[name] = rows
    return counts


def changes_of(record_type: str, record_id: int) -> QuerySet[Change]:
    """Return the changes that may concern one record, newest first (batches are bounded by ids, so look inside)."""
    return (
        Change.objects.filter(record_type=record_type, first_id__lte=record_id, last_id__gte=record_id)
        .select_related("changeset", "changeset__actor", "changeset__undone_by")
        .order_by("-changeset_id", "-id")
    )
