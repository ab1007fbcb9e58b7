"""Small work is done within the request; large work is left to the worker and watched."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from guanxi.access.calc import Actor
from guanxi.imports.queries import get_import
from guanxi.imports.services import start_check, start_import
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job

ROWS_AT_ONCE = 2_000


def begin_check(actor: Actor, import_id: int, *, now: datetime) -> Job:
    """Look for faults: at once in a small file."""
    small = get_import(actor, import_id).head["row_count"] <= ROWS_AT_ONCE
    job = start_check(actor=actor, import_id=import_id, now=now, queued=not small)
    if small:
        run_job(job.pk, worker="request", clock=timezone.now)
    return job


def begin_import(actor: Actor, import_id: int, *, now: datetime) -> Job:
    """Begin to take the file over; the worker does it."""
    return start_import(actor=actor, import_id=import_id, now=now)
