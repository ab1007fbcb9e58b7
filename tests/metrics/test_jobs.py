"""The refresh as a job."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from guanxi.jobs.models import Job
from guanxi.jobs.services import enqueue, run_job
from guanxi.metrics.engine.warehouse import only_writer
from guanxi.metrics.jobs import KIND
from guanxi.metrics.services import refresh, refresh_if_due
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


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of the test's own."""
    monkeypatch.setattr(type(settings.ENVIRONMENT), "warehouse", property(lambda _self: tmp_path))
    return tmp_path


def asked_for() -> int:
    return Job.objects.filter(kind=KIND).count()


def test_a_refresh_is_asked_for_once_when_people_pause(cast: Cast, root: Path) -> None:
    refresh_if_due(NOW)
    assert asked_for() == 0  # never fed: the first is asked for by people, or follows an import
    refresh(actor=None, now=NOW)
    refresh_if_due(NOW)
    assert asked_for() == 0
    cast.alice.adds("customer", name="한빛상사")
    refresh_if_due(NOW + timedelta(seconds=9))
    assert asked_for() == 0
    for _ in range(3):
        refresh_if_due(NOW + timedelta(seconds=11))
    assert asked_for() == 1
    refresh(actor=None, now=NOW)
    Job.objects.update(state="done")
    refresh_if_due(NOW + timedelta(seconds=30))
    assert asked_for() == 1


def test_a_new_day_asks_for_one(cast: Cast, root: Path) -> None:
    refresh(actor=None, now=NOW)
    refresh_if_due(NOW + timedelta(days=1))
    assert asked_for() == 1


def test_one_that_failed_is_not_asked_for_again_at_once(cast: Cast, root: Path) -> None:
    refresh(actor=None, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    refresh_if_due(tomorrow)
    Job.objects.update(state="failed", finished_at=tomorrow)
    refresh_if_due(tomorrow + timedelta(minutes=9))
    assert asked_for() == 1
    refresh_if_due(tomorrow + timedelta(minutes=11))
    assert asked_for() == 2


def test_while_another_process_writes_the_job_says_so(cast: Cast, root: Path) -> None:
    job = enqueue(kind=KIND, actor=None, parameters={}, now=NOW)
    with only_writer(root):
        run_job(job.pk, worker="test", clock=lambda: NOW)
    job.refresh_from_db()
    assert (job.state, "try again soon" in job.error) == ("failed", True)
