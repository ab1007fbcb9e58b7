"""Doing a thing once, however often it is asked for: the answer is kept in the transaction of the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from guanxi.access.calc import Actor
from guanxi.access.models import SavedAnswer

KEPT = timedelta(days=7)
_FORGOTTEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer to the letter."""

    status: int
    content: str
    headers: Mapping[str, str]


class KeyReusedError(Exception):
    """The key stands for another request."""


@transaction.atomic
def once(*, actor: Actor, key: str, digest: str, work: Callable[[], Kept], now: datetime) -> Kept:
    """Return what `work` answers, or what it answered to this key before.

    The unique row is written first: a concurrent repeat waits for it, on both databases, and finds the answer. When
    the work raises, nothing is kept. Raises KeyReusedError when the key came with another `digest`.
    """
    _forget(now)
    try:
        with transaction.atomic():
            claim = SavedAnswer.objects.create(
                user_id=actor.id, key=key, request_digest=digest, created_at=now
            )
    except IntegrityError:
        earlier = SavedAnswer.objects.get(user_id=actor.id, key=key)
        if earlier.request_digest != digest:
            raise KeyReusedError from None
        return _kept(earlier)
    answer = work()
    claim.status = answer.status
    claim.body = {"content": answer.content, "headers": dict(answer.headers)}
    claim.save(update_fields=["status", "body"])
    return answer


def _kept(answer: SavedAnswer) -> Kept:
    """What was answered: an unfinished answer is never seen from outside its transaction."""
    if answer.status is None or answer.body is None:
        raise RuntimeError(f"the answer to key {answer.key!r} is not finished")
    return Kept(status=answer.status, **answer.body)


def _forget(now: datetime) -> None:
    """Remove a few old answers; what another request is removing is left to it."""
    old = SavedAnswer.objects.filter(created_at__lt=now - KEPT).select_for_update(skip_locked=True)
    ids = list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])
    if ids:
        SavedAnswer.objects.filter(pk__in=ids).delete()
