"""How far a job is, as a page shows it."""

from __future__ import annotations

import pytest

from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import enqueue
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_running_job_is_polled_and_an_ended_one_is_not(cast: Cast) -> None:
    job = enqueue(kind="trial", actor=cast.alice.actor, parameters={}, now=NOW)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, done=420, total=1000)
    running = cast.alice.browser.get(f"/jobs/{job.pk}/progress/").content.decode()
    assert "42 %" in running
    assert 'hx-trigger="every 1s"' in running
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="The file is empty.")
    failed = cast.alice.browser.get(f"/jobs/{job.pk}/progress/").content.decode()
    assert "The file is empty." in failed
    assert "hx-trigger" not in failed


@pytest.mark.parametrize(
    ("name", "status"), [("alice", 200), ("bob", 404), ("dana", 404), ("viola", 404), ("root", 200)]
)
def test_jobs_belong_to_who_asked_for_them(cast: Cast, name: str, status: int) -> None:
    job = enqueue(kind="trial", actor=cast.alice.actor, parameters={}, now=NOW)
    person = getattr(cast, name)
    assert person.browser.get(f"/jobs/{job.pk}/progress/").status_code == status
    assert person.browser.post(f"/jobs/{job.pk}/cancel/").status_code == status
    job.refresh_from_db()
    assert (job.state == JobState.CANCELLED) == (status == 200)
