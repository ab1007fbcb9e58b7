"""How long a lease lasts and how often work is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 15.0
TRIES = 3
QUEUE_PATIENCE = timedelta(seconds=60)


def lease_end(now: datetime) -> datetime:
    """Return until when whoever renews a lease at `now` holds it."""
    return now + LEASE


def may_try_again(tries: int) -> bool:
    """Whether work that began `tries` times from the same checkpoint may begin once more.

    Only attempts that got nowhere count: a job of an hour survives any number of killed workers
    as long as each of them finishes a batch.
    """
    return tries < TRIES


def percent(done: int, total: int | None) -> int | None:
    """Return how far work is in whole percent, at most 99 before it is over; None when nobody knows.

    >>> percent(333, 1000), percent(5, None), percent(1000, 1000)
    (33, None, 99)
    """
    if not total:
        return None
    return min(99, done * 100 // total)
