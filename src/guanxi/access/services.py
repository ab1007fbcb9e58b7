"""Writes about people and tokens, and the two steps by which every other write leaves its change set."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Role, may_administer
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ApiToken, Change, ChangeAction, ChangeSet, ChangeVerb, Team, User
from guanxi.access.queries import digest_of

BATCH = 1000


@transaction.atomic
def create_user(
    *,
    actor: Actor | None,
    username: str,
    password: str | None,
    role: Role,
    full_name: str = "",
    teams: Iterable[str] = (),
    language: str = "",
    time_zone: str = "",
) -> User:
    """Add a person. `actor` is None only on the machine itself, where whoever has the files has everything.

    Raises ForbiddenError unless the actor administers, InvalidError for a name that is taken or a weak password.
    """
    if actor is not None and not may_administer(actor):
        raise ForbiddenError
    if User.objects.filter(username=username).exists():
        raise InvalidError(
            {"username": [_("“%(name)s” is taken; choose another name.") % {"name": username}]}
        )
    user = User(
        username=username,
        role=role.value,
        full_name=full_name,
        language=language,
        time_zone=time_zone,
        is_staff=False,
    )
    if password is None:
        user.set_unusable_password()
    else:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InvalidError({"password": list(error.messages)}) from error
        user.set_password(password)
    user.save()
    user.teams.set([Team.objects.get_or_create(name=name)[0] for name in teams])
    return user


@transaction.atomic
def create_token(
    *, user: User, name: str, read_only: bool = False, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a key for a person's programs. Returns the row and the secret, which is shown this once."""
    secret = f"gx_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(secret),
        prefix=secret[:8],
        read_only=read_only,
        expires_at=expires_at,
    )
    return token, secret


def note_token_use(token: ApiToken, *, now: datetime) -> None:
    """Keep when a token was last used, to the minute: reads shall not all become writes."""
    if token.last_used_at is None or now - token.last_used_at >= timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


@transaction.atomic
def set_preferences(*, actor: Actor, language: str, time_zone: str) -> None:
    """Keep a person's own language and time zone."""
    User.objects.filter(pk=actor.id).update(language=language, time_zone=time_zone)


def open_changeset(*, actor: Actor | None, verb: ChangeVerb, why: str = "", now: datetime) -> ChangeSet:
    """Begin a change set; call it inside the transaction of the write. `actor` None means the program itself."""
    return ChangeSet.objects.create(
        actor_id=actor.id if actor else None, verb=verb, why=why[:500], created_at=now
    )


Listener = Callable[[str, ChangeAction, Mapping[int, Mapping[str, tuple[object, object]]]], None]
"""Told of every change inside its transaction: record type, action, and rows as `record_changes` has them."""

_listeners: list[Listener] = []


def on_changes(listener: Listener) -> None:
    """Let a higher room follow every write of records. Called once, at start."""
    if listener not in _listeners:
        _listeners.append(listener)


def record_changes(
    changeset: ChangeSet,
    *,
    record_type: str,
    action: ChangeAction,
    rows: Mapping[int, Mapping[str, tuple[object, object]]],
) -> None:
    """Keep what happened to rows of one type: `{id: {field: (before, after)}}` in plain JSON values.

    Set-based: one row of `Change` for up to a thousand records. Created and deleted rows carry the change set
    themselves, so that only their bounds are kept here. Call it when the rows are written: listeners read them.
    """
    ids = sorted(rows)
    keeps_values = action in (ChangeAction.UPDATE, ChangeAction.RESTORE)
    Change.objects.bulk_create(
        Change(
            changeset=changeset,
            record_type=record_type,
            action=action,
            first_id=batch[0],
            last_id=batch[-1],
            count=len(batch),
            rows={str(key): dict(rows[key]) for key in batch} if keeps_values else {},
        )
        for batch in (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    )
    for listener in _listeners:
        listener(record_type, action, rows)
