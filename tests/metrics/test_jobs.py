"""The refresh as a job."""

from __future__ import annotations

import pytest

from guanxi.jobs.services import enqueue, run_job
from guanxi.metrics.jobs import KIND
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "state"), [("alice", "done"), ("viola", "failed")])
def test_the_job_does_what_its_owner_may(cast: Cast, name: str, state: str) -> None:
    cast.alice.adds("customer", name="한빛상사", amount=5, currency="KRW")
    job = enqueue(kind=KIND, actor=cast.everyone()[name].actor, parameters={}, now=NOW)
    run_job(job.pk, worker="test", clock=lambda: NOW)
    job.refresh_from_db()
    assert job.state == state
    if state == "done":
        assert job.result["currencies"] == {"KRW": 1}
