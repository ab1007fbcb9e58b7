"""Doing one job: take the lease, call the handler, keep what came of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import Error, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import TaskContext, task

from guanxi.access.models import User
from guanxi.access.queries import actor_of
from guanxi.jobs.calc import HEARTBEAT_SECONDS, lease_end, may_try_again
from guanxi.jobs.errors import CancelledError, JobFailedError, LeaseLostError, PausedError
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services.registry import followers_of, handler_of
from guanxi.jobs.services.run import JobRun, Observer

logger = logging.getLogger("guanxi.jobs")

BROKEN = gettext_noop(
    "The work stopped on an error of the program; what was done so far is kept. The log has the details."
)


@task(takes_context=True)
def execute(context: TaskContext, job_id: int) -> None:
    """Do a job from the queue. What becomes of it is kept on the job, not on the queue's entry."""
    workers = context.task_result.worker_ids
    run_job(job_id, worker=workers[-1] if workers else "", clock=timezone.now)


def put_in_queue(job: Job) -> None:
    """Add an entry for the job to the queue, in the surrounding transaction."""
    entry = execute.enqueue(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(task=entry.id)


def run_job(
    job_id: int, *, worker: str, clock: Callable[[], datetime], observer: Observer | None = None
) -> Job | None:
    """Do a waiting job under a lease; return it as it ended, or None when there was nothing to take.

    `observer` is called after every step. Never raises for what the handler raises: that is kept on the job.
    """
    job = _take(job_id, worker=worker, now=clock())
    if job is None:
        return None
    user = User.objects.get(pk=job.actor_id) if job.actor_id else None
    run = JobRun(job=job, actor=actor_of(user) if user else None, clock=clock)
    if observer is not None:
        run.observer = observer
    with _heartbeat(job, clock):
        _end(job, _outcome(run), clock())
    job.refresh_from_db()
    return job


@transaction.atomic
def _take(job_id: int, *, worker: str, now: datetime) -> Job | None:
    """Take the lease of a waiting job; the lock makes sure that a late batch of the former holder is over."""
    job = Job.objects.select_for_update().filter(pk=job_id, state=JobState.QUEUED).first()
    if job is None:
        return None
    job.state = JobState.RUNNING
    job.attempts += 1
    job.tries += 1
    job.leased_by = worker[:64]
    job.leased_until = lease_end(now)
    job.started_at = job.started_at or now
    job.began_at, job.began_done = now, job.done
    job.save(
        update_fields=[
            *("state", "attempts", "tries", "leased_by", "leased_until"),
            *("started_at", "began_at", "began_done"),
        ]
    )
    return job


def _outcome(run: JobRun) -> dict[str, Any] | None:
    """Call the handler; return the values the job ends with, None when it is no longer ours."""
    handler = handler_of(run.job.kind)
    try:
        if handler is None:
            raise JobFailedError(f"Nobody here knows work of the kind '{run.job.kind}'.")  # noqa: TRY301
        return _success(handler(run) or {})
    except LeaseLostError:
        logger.warning("job %s was taken over by another worker", run.job.pk)
        return None
    except (CancelledError, PausedError) as asked:
        paused = isinstance(asked, PausedError)
        return {"state": JobState.PAUSED if paused else JobState.CANCELLED, "pause_requested": False}
    except JobFailedError as error:
        return {"state": JobState.FAILED, "error": str(error)}
    except OperationalError:
        logger.exception("job %s met a busy or vanished database", run.job.pk)
        return _later(run.job)
    except Exception:
        logger.exception("job %s (%s) failed", run.job.pk, run.job.kind)
        return {"state": JobState.FAILED, "error": BROKEN}


def _success(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result with something under `needs_review` waits for a person."""
    state = JobState.NEEDS_REVIEW if result.get("needs_review") else JobState.DONE
    return {"state": state, "result": dict(result)}


def _later(job: Job) -> dict[str, Any]:
    if may_try_again(job.tries):
        return {"state": JobState.QUEUED}
    return {"state": JobState.FAILED, "error": BROKEN}


@transaction.atomic
def _end(job: Job, values: dict[str, Any] | None, now: datetime) -> None:
    """Keep what came of it, unless the lease went to someone else meanwhile."""
    if values is None:
        return
    waits = values["state"] in (JobState.QUEUED, JobState.PAUSED)
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
    if not mine.update(leased_until=None, finished_at=None if waits else now, **values):
        return
    if values["state"] == JobState.QUEUED:
        put_in_queue(job)
    elif values["state"] in (JobState.DONE, JobState.NEEDS_REVIEW):
        for follower in followers_of(job.kind):
            follower(now)


@contextmanager
def _heartbeat(job: Job, clock: Callable[[], datetime]) -> Iterator[None]:
    """Renew the lease while one long step (reading a file, a query of minutes) gives no sign of its own."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
            try:
                mine.update(leased_until=lease_end(clock()))
            except Error:
                logger.warning("the lease of job %s was not renewed this time", job.pk)
        connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
