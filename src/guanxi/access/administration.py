"""Writes of administrators about people and teams, and of people about their own keys."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Role, may_administer
from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from guanxi.access.models import ApiToken, Team, User

NAME_LIMIT = 100


@transaction.atomic
def update_person(
    *,
    actor: Actor,
    user_id: int,
    full_name: str,
    role: Role,
    teams: Iterable[int],
    is_active: bool,
    password: str = "",
) -> User:
    """Change a person; an empty password leaves it as it is.

    Raises ForbiddenError unless the actor administers, NotFoundError, InvalidError for a weak password, and
    ConflictError when nobody would be left to administer.
    """
    _require_administrator(actor)
    person = User.objects.select_for_update().filter(pk=user_id).first()
    if person is None:
        raise NotFoundError
    if (role is not Role.ADMINISTRATOR or not is_active) and not _other_administrators(person).exists():
        raise ConflictError(_("Somebody must stay administrator."))
    person.full_name, person.role, person.is_active = full_name.strip()[:NAME_LIMIT], role.value, is_active
    if password:
        _set_password(person, password)
    person.save()
    person.teams.set(Team.objects.filter(pk__in=list(teams)))
    return person


def _other_administrators(person: User) -> QuerySet[User]:
    found = User.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True)
    return found.exclude(pk=person.pk)


def _set_password(person: User, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise InvalidError({"password": list(error.messages)}) from error
    person.set_password(password)


@transaction.atomic
def save_team(*, actor: Actor, name: str, team_id: int | None = None) -> Team:
    """Add a team, or rename one. Raises ForbiddenError, NotFoundError or InvalidError."""
    _require_administrator(actor)
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > NAME_LIMIT:
        raise InvalidError({"name": [_("Give the team a name of at most 100 characters.")]})
    others = Team.objects.filter(name=name)
    if (others if team_id is None else others.exclude(pk=team_id)).exists():
        raise InvalidError({"name": [_("There is a team of this name already.")]})
    if team_id is None:
        return Team.objects.create(name=name)
    if not Team.objects.filter(pk=team_id).update(name=name):
        raise NotFoundError
    return Team.objects.get(pk=team_id)


@transaction.atomic
def delete_team(*, actor: Actor, team_id: int) -> None:
    """Remove a team that owns nothing. Raises ForbiddenError, NotFoundError or ConflictError."""
    _require_administrator(actor)
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise NotFoundError
    try:
        team.delete()
    except ProtectedError as error:
        raise ConflictError(_("The team still has customers. Give them to another team first.")) from error


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: int) -> None:
    """Take a key of one's own back at once; administrators may take back anybody's. Raises NotFoundError."""
    tokens = ApiToken.objects.filter(pk=token_id)
    if not may_administer(actor):
        tokens = tokens.filter(user_id=actor.id)
    if actor.read_only or not tokens.delete()[0]:
        raise NotFoundError


def _require_administrator(actor: Actor) -> None:
    if not may_administer(actor):
        raise ForbiddenError
