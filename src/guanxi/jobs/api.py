"""Jobs over HTTP: how far a piece of long work is, and what came of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.access.api import REFUSALS, actor_of_request
from guanxi.jobs.models import Job
from guanxi.jobs.queries import get_job

router = Router(tags=["jobs"])


class JobBody(Schema):
    """A piece of long work."""

    id: int
    kind: str
    state: Literal["queued", "running", "done", "failed", "needs_review", "cancelled"]
    done: int
    total: Annotated[int | None, Field(description="Null while nobody knows.")]
    changeset: Annotated[int | None, Field(description="What it wrote; undo it with /changesets/{id}/undo.")]
    result: dict[str, Any] | None
    error: Annotated[str | None, Field(description="Why it failed, in one line.")]
    errors_url: Annotated[str | None, Field(description="A file of what was left over.")]


def job_body(job: Job) -> dict[str, Any]:
    """Return a job as the API shows it."""
    result = job.result if isinstance(job.result, dict) else None
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
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
