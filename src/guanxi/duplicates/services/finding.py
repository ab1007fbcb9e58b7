"""The search for doubles: pairs that share a key or sound alike, with how likely they are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations, islice
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ForbiddenError
from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.likeness import probability_of, sounds
from guanxi.duplicates.models import PairState, PossibleDuplicate
from guanxi.duplicates.queries import IS_OPEN
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import JobRun, enqueue

FIND = "duplicates.find"
BLOCK = 20
"""Customers under one key beyond which it says nothing (a switchboard, an accountant's address): they are left out."""
BATCH = 500
KEYS = {
    "tax_key": "same_tax_number",
    "phone_key": "same_phone",
    "email_key": "same_email",
    "name_key": "same_name",
}
LEAST = 0.3

Reasons = dict[tuple[int, int], set[str]]


def start_search(*, actor: Actor, now: datetime, queued: bool = True) -> Job:
    """Ask for a search through all customers; one that waits or runs is given back. Raises ForbiddenError.

    `queued` False is for a caller that runs the job itself.
    """
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
    running = Job.objects.filter(kind=FIND, actor_id=actor.id, state__in=(JobState.QUEUED, JobState.RUNNING))
    return running.first() or enqueue(kind=FIND, actor=actor, parameters={}, now=now, queued=queued)


def search_duplicates(run: JobRun) -> Mapping[str, Any]:
    """Find the pairs and keep them: new ones open, what people decided as it is, what is no longer so gone."""
    found: Reasons = defaultdict(set)
    steps = [*((column, reason) for column, reason in KEYS.items()), ("contacts", ""), ("sounds", "")]
    for number, (column, reason) in enumerate(steps):
        run.advance(done=number, total=len(steps) + 1, step=column)
        _look(found, column, reason)
    run.advance(done=len(steps), total=len(steps) + 1, step="keeping")
    likely = {
        pair: (probability_of(reasons), sorted(reasons, key=_weight, reverse=True))
        for pair, reasons in found.items()
        if probability_of(reasons) >= LEAST
    }
    new = _keep(likely, run.now())
    run.advance(done=len(steps) + 1, total=len(steps) + 1)
    return {"pairs": len(likely), "new": new}


def _weight(reason: str) -> float:
    return probability_of({reason})


def _look(found: Reasons, column: str, reason: str) -> None:
    if column == "contacts":
        for key, name in (("phone_key", "same_phone_of_contact"), ("email_key", "same_email_of_contact")):
            _by_contacts(found, key, name)
    elif column == "sounds":
        _by_sound(found)
    else:
        _by_key(found, Customer.objects.filter(deleted_in=None), column, "pk", reason)


def _by_key(found: Reasons, rows: QuerySet[Any], column: str, holder: str, reason: str) -> None:
    """Pair those that share a key: one pass over the keys that stand more than once."""
    shared = (
        rows.exclude(**{column: ""})
        .values(column)
        .annotate(count=Count("pk"))
        .filter(count__gt=1, count__lte=BLOCK)
        .order_by(column)
        .values_list(column, flat=True)
    )
    for keys in _batches(shared.iterator()):
        blocks: dict[str, set[int]] = defaultdict(set)
        for key, pk in rows.filter(**{f"{column}__in": keys}).values_list(column, holder):
            blocks[key].add(pk)
        for block in blocks.values():
            for pair in combinations(sorted(block), 2):
                found[pair].add(reason)


def _by_contacts(found: Reasons, column: str, reason: str) -> None:
    """Customers whose contacts share a phone or address, and those whose own is that of a contact elsewhere."""
    living = Contact.objects.filter(deleted_in=None, customer__deleted_in=None)
    _by_key(found, living, column, "customer_id", reason)
    for contacts in _batches(living.exclude(**{column: ""}).values_list(column, "customer_id").iterator()):
        holders: dict[str, set[int]] = defaultdict(set)
        for key, holder in contacts:
            holders[key].add(holder)
        own = Customer.objects.filter(deleted_in=None, **{f"{column}__in": list(holders)})
        for key, pk in own.values_list(column, "pk"):
            for holder in holders[key] - {pk}:
                found[min(pk, holder), max(pk, holder)].add(reason)


def _by_sound(found: Reasons) -> None:
    """Names that are written differently and sound the same, among those with the same initials."""
    rows = Customer.objects.filter(deleted_in=None).exclude(name_initials="")
    shared = (
        rows.values("name_initials")
        .annotate(count=Count("name_key", distinct=True))
        .filter(count__gt=1)
        .order_by("name_initials")
        .values_list("name_initials", flat=True)
    )
    for keys in _batches(shared.iterator()):
        blocks: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        for letters, pk, name in rows.filter(name_initials__in=keys).values_list(
            "name_initials", "pk", "name_key"
        ):
            if sound := sounds(name):
                blocks[letters, sound][pk] = name
        for block in blocks.values():
            if 1 < len(block) <= BLOCK:
                for left, right in combinations(sorted(block), 2):
                    if block[left] != block[right]:
                        found[left, right].add("name_sounds_alike")


@transaction.atomic
def _keep(likely: Mapping[tuple[int, int], tuple[float, list[str]]], now: datetime) -> int:
    """Write the pairs; those that people decided about stay decided. Returns how many are new."""
    kept = PossibleDuplicate.objects.values_list("pk", "left", "right", "state")
    there = {(left, right): (pk, state) for pk, left, right, state in kept}
    new = [
        PossibleDuplicate(left_id=left, right_id=right, probability=share, reasons=reasons, found_at=now)
        for (left, right), (share, reasons) in likely.items()
        if (left, right) not in there
    ]
    PossibleDuplicate.objects.bulk_create(new, batch_size=BATCH)
    again = [
        PossibleDuplicate(pk=there[pair][0], probability=share, reasons=reasons)
        for pair, (share, reasons) in likely.items()
        if pair in there
    ]
    PossibleDuplicate.objects.bulk_update(again, ["probability", "reasons"], batch_size=BATCH)
    stale = [pk for pair, (pk, state) in there.items() if pair not in likely and state != PairState.SEPARATE]
    for batch in _batches(stale):
        PossibleDuplicate.objects.filter(IS_OPEN, pk__in=batch).delete()
    return len(new)


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(values)
    while batch := list(islice(waiting, BATCH)):
        yield batch
