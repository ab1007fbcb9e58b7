"""How long a lease lasts and how often work is tried again. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly work goes on: `rate` per second, `left` in whole seconds; None while nobody knows."""

    rate: float | None = None
    left: int | None = None


def pace(*, done: int, total: int | None, began_done: int, seconds: float) -> Pace:
    """Return the pace of the present attempt, which was at `began_done` when it began `seconds` ago.

    >>> pace(done=5000, total=20000, began_done=2000, seconds=3.0)
    Pace(rate=1000.0, left=15)
    """
    if seconds <= 0 or done <= began_done:
        return Pace()
    rate = (done - began_done) / seconds
    return Pace(rate, None if total is None else math.ceil(max(0, total - done) / rate))


def percent(done: int, total: int | None) -> int | None:
    """Return how far work is in whole percent, at most 99 before it is over; None when nobody knows.

    >>> percent(333, 1000), percent(5, None), percent(1000, 1000)
    (33, None, 99)
    """
    if not total:
        return None
    return min(99, done * 100 // total)
