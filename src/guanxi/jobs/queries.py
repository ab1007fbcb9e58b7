"""Reads of jobs: one's own, or all for administrators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from guanxi.access.calc import Actor
from guanxi.access.errors import NotFoundError
from guanxi.jobs.calc import Pace, pace
from guanxi.jobs.models import Job, JobState


def jobs_visible_to(actor: Actor) -> QuerySet[Job]:
    """Return the jobs an actor may see: one's own, or all for administrators."""
    found = Job.objects.select_related("changeset")
    return found if actor.is_administrator else found.filter(actor_id=actor.id)


def get_job(actor: Actor, job_id: int) -> Job:
    """Return one job. Raises NotFoundError."""
    found = jobs_visible_to(actor).filter(pk=job_id).first()
    if found is None:
        raise NotFoundError
    return found


def latest_job(actor: Actor, kinds: Iterable[str]) -> Job | None:
    """Return the actor's latest job of these kinds, as long as it goes on or failed."""
    found = jobs_visible_to(actor).filter(kind__in=list(kinds), actor_id=actor.id).order_by("-pk").first()
    return found if found is not None and found.state not in (JobState.DONE, JobState.CANCELLED) else None


def pace_of(job: Job, now: datetime) -> Pace:
    """Return how quickly a running job goes on."""
    if job.state != JobState.RUNNING or job.began_at is None:
        return Pace()
    seconds = (now - job.began_at).total_seconds()
    return pace(done=job.done, total=job.total, began_done=job.began_done, seconds=seconds)


def is_waiting(kind: str) -> bool:
    """Whether work of a kind is asked for and has not begun."""
    return Job.objects.filter(kind=kind, state=JobState.QUEUED).exists()
