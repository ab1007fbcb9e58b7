"""What came in with a list is rated without anybody asking."""

from __future__ import annotations

import pytest
from django.utils import timezone

from guanxi.imports.services.running import IMPORT
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import enqueue, register, run_job
from guanxi.jobs.services.registry import handler_of
from guanxi.tiers.services import RATING
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def import_that(monkeypatch: pytest.MonkeyPatch):
    """Let imports end as a test says, and give the real handler back."""
    real = handler_of(IMPORT)
    yield lambda handler: register(IMPORT, handler)
    assert real is not None
    register(IMPORT, real)


def run(cast: Cast) -> Job:
    job = enqueue(kind=IMPORT, actor=cast.alice.actor, parameters={}, now=NOW, queued=False)
    ended = run_job(job.pk, worker="test", clock=timezone.now)
    assert ended is not None
    return ended


def test_an_import_that_ends_well_asks_for_one_rating(cast: Cast, import_that) -> None:
    import_that(lambda _run: {"rows": 1})
    assert run(cast).state == JobState.DONE
    run(cast)
    rating = Job.objects.get(kind=RATING)
    assert (rating.state, rating.actor_id) == (JobState.QUEUED, None)


def test_an_import_that_fails_asks_for_none(cast: Cast, import_that) -> None:
    def fail(_run: object) -> dict[str, object]:
        raise RuntimeError("broken file")

    import_that(fail)
    assert run(cast).state == JobState.FAILED
    assert not Job.objects.filter(kind=RATING).exists()
