"""Formulas computed anew in all records of a type: after a definition changed, and once a day.

No change set tells of it and no record becomes another version: what is computed follows from what was written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from guanxi.access.calc import Actor
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import enqueue
from guanxi.records.custom.computing import Computing, computed_in
from guanxi.records.custom.fields import STORED
from guanxi.records.declaration import RecordType, record_type, record_types

RECOMPUTE = "recompute"
BATCH = 500


def request_recompute(name: str, *, actor: Actor | None, now: datetime) -> None:
    """Ask for the formulas of a type to be computed anew, unless that is asked for already and has not begun."""
    waiting = Job.objects.filter(kind=RECOMPUTE, state=JobState.QUEUED, parameters__type=name)
    if not waiting.exists():
        enqueue(kind=RECOMPUTE, actor=actor, parameters={"type": name}, now=now)


def rows_to_recompute(known: RecordType) -> int:
    """Return how many rows there are, whoever may see them."""
    return int(known.model.objects.count())


def recompute_batch(known: RecordType, after: int) -> tuple[int, int, int]:
    """Compute the formulas of the next rows; return how many were looked at and changed, and the last id (0: none).

    Call it inside the transaction of the batch.
    """
    rows = list(
        known.model.objects.select_for_update(of=("self",)).filter(pk__gt=after).order_by("pk")[:BATCH]
    )
    computing = _computing(known)
    changed = [row for row in rows if computing is not None and _is_changed(row, computing)]
    known.model.objects.bulk_update(changed, [STORED], batch_size=200)
    return len(rows), len(changed), rows[-1].pk if rows else 0


def _is_changed(row: Any, computing: Computing) -> bool:
    before = row.custom
    computing(row)
    return bool(row.custom != before)


def recompute_if_due(now: datetime) -> None:
    """Ask once a day of the house for what follows the day: formulas with today()."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    for declared in record_types():
        computing = _computing(record_type(declared.name))
        if computing is None or not computing.follows_the_day:
            continue
        jobs = Job.objects.filter(kind=RECOMPUTE, parameters__type=declared.name, created_at__gte=today)
        if not jobs.exists():
            enqueue(kind=RECOMPUTE, actor=None, parameters={"type": declared.name}, now=now)


def _computing(known: RecordType) -> Computing | None:
    return computed_in(known.fields)
