"""Jobs over HTTP: how far a piece of long work is, and what came of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from guanxi.access.api import REFUSALS, actor_of_request
from guanxi.jobs.models import Job
from guanxi.jobs.queries import get_job, pace_of
from guanxi.jobs.services import cancel_job, pause_job, resume_job

router = Router(tags=["jobs"])


class JobBody(Schema):
    """A piece of long work."""

    id: int
    kind: str
    state: Literal["queued", "running", "done", "failed", "needs_review", "cancelled", "paused"]
    done: int
    total: Annotated[int | None, Field(description="Null while nobody knows.")]
    rate: Annotated[float | None, Field(description="So many a second; null unless it runs.")]
    seconds_left: Annotated[int | None, Field(description="Null while nobody knows.")]
    changeset: Annotated[int | None, Field(description="What it wrote; undo it with /changesets/{id}/undo.")]
    result: dict[str, Any] | None
    error: Annotated[str | None, Field(description="Why it failed, in one line.")]
    errors_url: Annotated[str | None, Field(description="A file of what was left over.")]


def job_body(job: Job) -> dict[str, Any]:
    """Return a job as the API shows it."""
    speed = pace_of(job, timezone.now())
    result = job.result if isinstance(job.result, dict) else None
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "rate": speed.rate,
        "seconds_left": speed.left,
        "changeset": job.changeset_id,
        "result": result,
        "error": job.error or None,
        "errors_url": (result or {}).get("errors_url"),
    }


@router.get(
    "/{int:job_id}", response={200: JobBody, **REFUSALS}, operation_id="read_job", summary="Read a job"
)
def read_job(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """Only whoever asked for a job sees it, and administrators."""
    return job_body(get_job(actor_of_request(request), job_id))


@router.post(
    "/{int:job_id}/pause",
    response={200: JobBody, **REFUSALS},
    operation_id="pause_job",
    summary="Let a job wait",
)
def pause(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """It waits after its next batch, until somebody lets it go on; what was done stays."""
    return job_body(pause_job(actor=actor_of_request(request), job_id=job_id))


@router.post(
    "/{int:job_id}/resume",
    response={200: JobBody, **REFUSALS},
    operation_id="resume_job",
    summary="Let a job go on",
)
def resume(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """A paused, failed or cancelled job goes on where it was."""
    return job_body(resume_job(actor=actor_of_request(request), job_id=job_id))


@router.post(
    "/{int:job_id}/cancel",
    response={200: JobBody, **REFUSALS},
    operation_id="cancel_job",
    summary="Stop a job",
)
def cancel(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """It stops after its next batch; what was done stays, and can be undone by its change set."""
    return job_body(cancel_job(actor=actor_of_request(request), job_id=job_id, now=timezone.now()))
