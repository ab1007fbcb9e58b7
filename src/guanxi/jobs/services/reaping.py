"""Taking up what a killed worker left behind."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from guanxi.jobs.calc import QUEUE_PATIENCE, may_try_again
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services.execution import put_in_queue

logger = logging.getLogger("guanxi.jobs")

GAVE_UP = "The worker died several times at the same place; what was done before it is kept."


def reap_expired(*, now: datetime) -> int:
    """Put jobs whose lease ran out, or whose entry in the queue was lost, back into the queue. Returns how many."""
    expired = Q(state=JobState.RUNNING, leased_until__lt=now)
    forgotten = Q(state=JobState.QUEUED, created_at__lt=now - QUEUE_PATIENCE)
    taken_up = 0
    for job_id in Job.objects.filter(expired | forgotten).values_list("pk", flat=True):
        taken_up += _take_up(job_id, expired, now)
    return taken_up


def release_leases(worker: str, *, now: datetime) -> int:
    """Take up at once what a worker held that is known to be dead. Returns how many jobs."""
    held = Q(state=JobState.RUNNING, leased_by=worker[:64])
    jobs = Job.objects.filter(held).values_list("pk", flat=True)
    return sum(_take_up(job_id, held, now) for job_id in jobs)


@transaction.atomic
def _take_up(job_id: int, held: Q, now: datetime) -> int:
    """Put one job back, if it is still as it was found once it is locked."""
    left = held | Q(state=JobState.QUEUED)
    job = Job.objects.select_for_update().filter(left, pk=job_id).first()
    if job is None or (job.state == JobState.QUEUED and _is_waiting(job.task)):
        return 0
    _close_entry(job.task, now)
    if job.cancel_requested:
        _end(job, JobState.CANCELLED, "", now)
    elif job.pause_requested:
        job.pause_requested = False
        job.save(update_fields=["pause_requested"])
        _end(job, JobState.PAUSED, "", None)
    elif not may_try_again(job.tries):
        _end(job, JobState.FAILED, GAVE_UP, now)
    else:
        job.state = JobState.QUEUED
        job.leased_until = None
        job.save(update_fields=["state", "leased_until"])
        put_in_queue(job)
    logger.warning("job %s was left by its worker %s and is now %s", job.pk, job.leased_by, job.state)
    return 1


def _end(job: Job, state: JobState, error: str, now: datetime | None) -> None:
    job.state, job.error, job.finished_at, job.leased_until = state, error, now, None
    job.save(update_fields=["state", "error", "finished_at", "leased_until"])


def _is_waiting(entry: UUID | None) -> bool:
    """Whether the queue still holds the entry; a job without one is run by whoever made it."""
    return entry is None or DBTaskResult.objects.filter(pk=entry, status="READY").exists()


def _close_entry(entry: UUID | None, now: datetime) -> None:
    """An entry whose worker was killed would stand as running for ever."""
    if entry is not None:
        DBTaskResult.objects.filter(pk=entry, status="RUNNING").update(status="FAILED", finished_at=now)
