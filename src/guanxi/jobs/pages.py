"""How far a job is, for any page that wants to show it: `hx-get="{% url 'jobs-progress' job.pk %}"` polls itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.jobs.calc import percent
from guanxi.jobs.models import Job
from guanxi.jobs.queries import get_job
from guanxi.jobs.services import cancel_job


@signed_in
@require_GET
def progress(request: ActorRequest, job_id: int) -> HttpResponse:
    """Answer the present state; the answer for a job that is over polls no more."""
    return _shown(request, get_job(request.actor, job_id))


@signed_in
@require_POST
def cancel(request: ActorRequest, job_id: int) -> HttpResponse:
    """Ask the job to stop at its next batch."""
    return _shown(request, cancel_job(actor=request.actor, job_id=job_id, now=timezone.now()))


def _shown(request: ActorRequest, job: Job) -> HttpResponse:
    return render(request, "jobs/work.html", {"job": job, "percent": percent(job.done, job.total)})


urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs/<int:job_id>/progress/", progress, name="jobs-progress"),
    path("jobs/<int:job_id>/cancel/", cancel, name="jobs-cancel"),
]
