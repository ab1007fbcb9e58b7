"""Asking for work, stopping it, letting it go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError, ForbiddenError
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
    """Ask a job to stop: at once when nobody works on it, else at its next batch.

    What was done stays; it can be undone by the change set. Raises NotFoundError or ForbiddenError.
    """
    job = _held_by(actor, job_id)
    waiting = Job.objects.filter(pk=job.pk, state__in=[JobState.QUEUED, JobState.PAUSED])
    if not waiting.update(
        state=JobState.CANCELLED, cancel_requested=True, pause_requested=False, finished_at=now
    ):
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)
    job.refresh_from_db()
    return job


@transaction.atomic
def pause_job(*, actor: Actor, job_id: int) -> Job:
    """Let a job wait until somebody lets it go on: at once when nobody works on it, else at its next batch.

    What was done stays. Raises NotFoundError, ForbiddenError, or ConflictError when the job is over.
    """
    job = _held_by(actor, job_id)
    mine = Job.objects.filter(pk=job.pk)
    if not mine.filter(state=JobState.QUEUED).update(state=JobState.PAUSED):
        mine.filter(state=JobState.RUNNING, cancel_requested=False).update(pause_requested=True)
    job.refresh_from_db()
    if job.is_over:
        raise ConflictError(_("This work is over: there is nothing to pause."))
    return job


@transaction.atomic
def resume_job(*, actor: Actor, job_id: int) -> Job:
    """Let a paused, failed or stopped job go on at its checkpoint; a pause that has not begun yet is called off.

    Raises NotFoundError, ForbiddenError or ConflictError.
    """
    job = _held_by(actor, job_id)
    if Job.objects.filter(pk=job.pk, state=JobState.RUNNING, pause_requested=True).update(
        pause_requested=False
    ):
        job.refresh_from_db()
        return job
    held = [JobState.PAUSED, JobState.FAILED, JobState.CANCELLED]
    stopped = jobs_visible_to(actor).filter(pk=job.pk, state__in=held)
    if not stopped.update(
        state=JobState.QUEUED,
        cancel_requested=False,
        pause_requested=False,
        tries=0,
        error="",
        finished_at=None,
        leased_until=None,
    ):
        raise ConflictError(_("This work goes on already, or is done."))
    job.refresh_from_db()
    put_in_queue(job)
    return job


def _held_by(actor: Actor, job_id: int) -> Job:
    """Return a job the actor may direct: whoever asked for it may, whatever their role, but no key that only reads."""
    job = get_job(actor, job_id)
    if actor.read_only:
        raise ForbiddenError
    return job
