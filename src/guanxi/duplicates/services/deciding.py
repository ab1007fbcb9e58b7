"""A person's word that two customers are not the same, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ForbiddenError
from guanxi.customers.queries import customers_in
from guanxi.duplicates.models import PairState, PossibleDuplicate
from guanxi.duplicates.queries import get_pair


@transaction.atomic
def decide_separate(*, actor: Actor, pair_id: int, now: datetime) -> PossibleDuplicate:
    """Remember that the customers of a pair are not the same. Raises NotFoundError or ForbiddenError."""
    pair = get_pair(actor, pair_id)
    _require_writer(actor)
    _set(PossibleDuplicate.objects.filter(pk=pair.pk), PairState.SEPARATE, actor, now)
    return pair


@transaction.atomic
def keep_apart(*, actor: Actor, customer_id: int, others: Iterable[int], now: datetime) -> int:
    """Remember that a customer is none of the others; those the actor does not see are left out. Returns how many."""
    _require_writer(actor)
    seen = customers_in(actor, {customer_id, *others})
    if customer_id not in seen:
        return 0
    pairs = [tuple(sorted((customer_id, other))) for other in seen if other != customer_id]
    PossibleDuplicate.objects.bulk_create(
        [PossibleDuplicate(left_id=left, right_id=right, found_at=now) for left, right in pairs],
        ignore_conflicts=True,
    )
    for left, right in pairs:
        _set(PossibleDuplicate.objects.filter(left=left, right=right), PairState.SEPARATE, actor, now)
    return len(pairs)


@transaction.atomic
def reopen(*, actor: Actor, pair_id: int) -> PossibleDuplicate:
    """Take back that a pair is not the same. Raises NotFoundError or ForbiddenError."""
    pair = get_pair(actor, pair_id)
    _require_writer(actor)
    PossibleDuplicate.objects.filter(pk=pair.pk, state=PairState.SEPARATE).update(
        state=PairState.OPEN, decided_by=None, decided_at=None
    )
    return pair


def _require_writer(actor: Actor) -> None:
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError


def _set(pairs: QuerySet[PossibleDuplicate], state: PairState, actor: Actor, now: datetime) -> None:
    pairs.update(state=state, decided_by_id=actor.id, decided_at=now, changeset=None)
