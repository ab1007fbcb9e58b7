"""Asking for work, stopping it, letting it go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.queries import get_job, jobs_visible_to
from guanxi.jobs.services.execution import put_in_queue


@transaction.atomic
def enqueue(
    *, kind: str, actor: Actor | None, parameters: Mapping[str, Any], now: datetime, queued: bool = True
) -> Job:
    """Ask for work; it begins after the surrounding transaction is committed, and never if that is rolled back.

    `queued` False makes the row only, for a caller that runs the job itself with `run_job`. `parameters` are
    plain JSON. Who may ask for this kind of work is checked by the service that calls this.
    """
    job = Job.objects.create(
        kind=kind, actor_id=actor.id if actor else None, parameters=dict(parameters), created_at=now
    )
    if queued:
        put_in_queue(job)
    return job


@transaction.atomic
def cancel_job(*, actor: Actor, job_id: int, now: datetime) -> Job:
    """Ask a job to stop: at once when nobody works on it, else at its next batch. Raises NotFoundError.

    What was done stays; it can be undone by the change set.
    """
    job = get_job(actor, job_id)
    waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    if not waiting.update(state=JobState.CANCELLED, cancel_requested=True, finished_at=now):
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)
    job.refresh_from_db()
    return job


@transaction.atomic
def resume_job(*, actor: Actor, job_id: int) -> Job:
    """Let a failed or stopped job go on at its checkpoint. Raises NotFoundError or ConflictError."""
    job = get_job(actor, job_id)
    stopped = jobs_visible_to(actor).filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    if not stopped.update(
        state=JobState.QUEUED, cancel_requested=False, tries=0, error="", finished_at=None, leased_until=None
    ):
        raise ConflictError(f"job {job.pk} did not stop")
    job.refresh_from_db()
    put_in_queue(job)
    return job
