"""The search for doubles: through everybody, or for the doubles of those who changed since the last search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ForbiddenError
from guanxi.customers.keys import home_region
from guanxi.customers.models import Customer
from guanxi.duplicates.changed import changed_since, has_changed_since, sharing_a_key_with
from guanxi.duplicates.columns import columns_of
from guanxi.duplicates.models import DuplicateSearch
from guanxi.duplicates.services.keeping import keep_pairs
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import JobRun, enqueue
from guanxi.matching.customers import customers
from guanxi.matching.matcher import STEPS, Matcher

FIND = "duplicates.find"
LEAST = 0.5
"""Pairs that are likelier one customer than two are kept."""
FEW, SHARE = 1_000, 10
"""So many changed customers, or one in so many, are searched for alone; beyond, a whole search costs less."""
EVERY = timedelta(minutes=10)
"""How often what changed is searched for without being asked."""
OVERLAP = timedelta(minutes=10)
"""A write may be committed so long after the moment it carries: what changed shortly before is searched for again."""
_STEPS = ("reading", *STEPS, "keeping")


def start_search(*, actor: Actor, now: datetime, queued: bool = True) -> Job:
    """Ask for a search through all customers; one that waits or runs is given back. Raises ForbiddenError.

    `queued` False is for a caller that runs the job itself.
    """
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
    running = _coming().filter(actor_id=actor.id)
    return running.first() or enqueue(
        kind=FIND, actor=actor, parameters={"whole": True}, now=now, queued=queued
    )


def search_if_due(now: datetime) -> None:
    """Ask for the doubles of what changed, when somebody searched before and something changed since."""
    last = DuplicateSearch.objects.order_by("-at", "-pk").first()
    if last is None or now - last.at < EVERY or not has_changed_since(last.at) or _coming().exists():
        return
    enqueue(kind=FIND, actor=None, parameters={"whole": False}, now=now)


def _coming() -> Any:
    return Job.objects.filter(kind=FIND, state__in=(JobState.QUEUED, JobState.RUNNING))


def search_duplicates(run: JobRun) -> Mapping[str, Any]:
    """Find the pairs and keep them: new ones open, what people decided as it is, what is no longer so gone.

    Killed and begun again it does the same once more; stopped, it has changed nothing.
    """
    began = run.now()

    def tell(step: str) -> None:
        run.advance(done=_STEPS.index(step), total=len(_STEPS), step=step)

    tell("reading")
    touched, weights = _what_to_look_at(run)
    near = None if touched is None else sharing_a_key_with(touched)
    given = columns_of(near)
    matcher = Matcher(customers(region=home_region())).fit(given, weights=weights, tell=tell)
    tell("keeping")
    kept = keep_pairs(
        matcher.coded(LEAST),
        given["id"],
        touched,
        now=began,
        search=DuplicateSearch(
            at=began, is_whole=touched is None, customers=len(given["id"]), weights=matcher.kept()
        ),
    )
    run.advance(done=len(_STEPS), total=len(_STEPS))
    return {"pairs": kept.pairs, "new": kept.new}


def _what_to_look_at(run: JobRun) -> tuple[set[int] | None, Mapping[str, Any] | None]:
    """Those who changed since the last search, with the weights of the last one; (None, None) for everybody."""
    last = DuplicateSearch.objects.order_by("-at", "-pk").first()
    if run.parameters.get("whole", True) or last is None:
        return None, None
    most = max(FEW, Customer.objects.alive().count() // SHARE)
    touched = changed_since(last.at - OVERLAP, most)
    return (None, None) if touched is None else (touched, last.weights)
