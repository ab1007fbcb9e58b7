"""Jobs under leases: what is kept, who is fenced off, what is tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django_tasks_db.models import DBTaskResult

from guanxi.access.errors import ConflictError, NotFoundError
from guanxi.access.models import ChangeSet, ChangeVerb
from guanxi.jobs.errors import JobFailedError, LeaseLostError
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import (
    JobRun,
    cancel_job,
    enqueue,
    pause_job,
    reap_expired,
    register,
    release_leases,
    resume_job,
    run_job,
)
from guanxi.jobs.services.registry import _handlers
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db

Work = Callable[[JobRun], Mapping[str, Any] | None]


@pytest.fixture
def does() -> Iterator[Callable[[Work], None]]:
    """Say what work of the kind "trial" does."""

    def settle(work: Work) -> None:
        register("trial", work)

    yield settle
    _handlers.pop("trial", None)


def ask(cast: Cast) -> Job:
    return enqueue(kind="trial", actor=cast.alice.actor, parameters={"n": 3}, now=NOW)


def perform(job: Job) -> Job:
    done = run_job(job.pk, worker="here", clock=lambda: NOW)
    assert done is not None
    return done


def test_result_progress_and_actor_are_kept(cast: Cast, does: Callable[[Work], None]) -> None:
    def work(run: JobRun) -> dict[str, Any]:
        run.advance(done=2, total=3, step="matching", checkpoint={"next": 2})
        return {"asked": run.parameters["n"], "by": run.actor.name if run.actor else ""}

    does(work)
    job = perform(ask(cast))
    assert (job.state, job.result) == (JobState.DONE, {"asked": 3, "by": "Alice"})
    assert (job.done, job.total, job.step, job.checkpoint) == (2, 3, "matching", {"next": 2})
    assert job.leased_until is None


def test_a_rolled_back_transaction_asks_for_nothing(cast: Cast) -> None:
    with transaction.atomic():
        ask(cast)
        transaction.set_rollback(True)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_result_with_something_to_review_waits_for_a_person(cast: Cast, does: Callable[[Work], None]) -> None:
    does(lambda _run: {"needs_review": 2})
    assert perform(ask(cast)).state == JobState.NEEDS_REVIEW


def test_work_that_cannot_be_done_says_why_in_one_line(cast: Cast, does: Callable[[Work], None]) -> None:
    def work(_run: JobRun) -> None:
        raise JobFailedError("The file is empty: choose a spreadsheet that has rows.")

    does(work)
    job = perform(ask(cast))
    assert (job.state, job.error) == (
        JobState.FAILED,
        "The file is empty: choose a spreadsheet that has rows.",
    )


def test_an_error_of_the_program_shows_no_details(cast: Cast, does: Callable[[Work], None]) -> None:
    def work(_run: JobRun) -> None:
        raise ValueError("phone 13800138000")

    does(work)
    job = perform(ask(cast))
    assert job.state == JobState.FAILED
    assert "138" not in job.error


def test_work_of_an_unknown_kind_fails(cast: Cast) -> None:
    job = enqueue(kind="nobody", actor=cast.alice.actor, parameters={}, now=NOW)
    assert perform(job).state == JobState.FAILED


def test_busy_database_is_tried_again_a_few_times(cast: Cast, does: Callable[[Work], None]) -> None:
    def work(_run: JobRun) -> None:
        raise OperationalError("database is locked")

    does(work)
    job = ask(cast)
    states = [perform(job).state for _ in range(3)]
    assert states == [JobState.QUEUED, JobState.QUEUED, JobState.FAILED]


def test_late_worker_cannot_commit_after_another_took_over(cast: Cast, does: Callable[[Work], None]) -> None:
    refused = []

    def work(run: JobRun) -> None:
        reap_expired(now=NOW + timedelta(minutes=5))
        again = Job.objects.get(pk=run.job.pk)
        Job.objects.filter(pk=again.pk).update(state=JobState.RUNNING, attempts=again.attempts + 1)
        try:
            with transaction.atomic():
                ChangeSet.objects.create(verb=ChangeVerb.BULK, why="zombie", created_at=NOW)
                run.advance(done=1, checkpoint={"next": 1})
        except LeaseLostError:
            refused.append(run.job.pk)
            raise

    does(work)
    job = perform(ask(cast))
    assert refused == [job.pk]
    assert (job.state, job.checkpoint) == (JobState.RUNNING, {})
    assert not ChangeSet.objects.filter(why="zombie").exists()


def test_expired_lease_puts_the_job_back_with_its_checkpoint(
    cast: Cast, does: Callable[[Work], None]
) -> None:
    job = ask(cast)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=1, tries=1, checkpoint={"next": 40}, leased_until=NOW
    )
    assert reap_expired(now=NOW) == 0
    assert reap_expired(now=NOW + timedelta(seconds=1)) == 1
    seen: list[Any] = []
    does(lambda run: seen.append(run.checkpoint["next"]))
    assert (perform(job).state, seen) == (JobState.DONE, [40])


def test_a_dead_workers_jobs_are_taken_up_at_once_but_not_for_ever(cast: Cast) -> None:
    job = ask(cast)
    held = {"state": JobState.RUNNING, "leased_by": "gone", "leased_until": NOW + timedelta(hours=1)}
    for tries in (1, 2, 3):
        Job.objects.filter(pk=job.pk).update(tries=tries, **held)
        assert release_leases("gone", now=NOW) == 1
        job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.error


def test_entry_lost_from_the_queue_is_made_again(cast: Cast) -> None:
    job = ask(cast)
    DBTaskResult.objects.update(status="RUNNING")
    later = NOW + timedelta(minutes=2)
    assert (reap_expired(now=later), reap_expired(now=later)) == (1, 0)
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY"]
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_cancel_stops_at_the_next_batch_and_resume_goes_on(cast: Cast, does: Callable[[Work], None]) -> None:
    def work(run: JobRun) -> None:
        start = run.checkpoint.get("next", 0)
        if start == 0:
            run.advance(checkpoint={"next": 1})
            cancel_job(actor=cast.alice.actor, job_id=run.job.pk, now=NOW)
            run.advance(checkpoint={"next": 2})

    does(work)
    job = perform(ask(cast))
    assert (job.state, job.checkpoint) == (JobState.CANCELLED, {"next": 1})
    resume_job(actor=cast.alice.actor, job_id=job.pk)
    assert perform(job).state == JobState.DONE
    with pytest.raises(ConflictError):
        resume_job(actor=cast.alice.actor, job_id=job.pk)


def test_a_paused_job_waits_until_it_is_let_go_on(cast: Cast, does: Callable[[Work], None]) -> None:
    def work(run: JobRun) -> None:
        start = run.checkpoint.get("next", 0)
        if start == 0:
            run.advance(checkpoint={"next": 1})
            asked = pause_job(actor=cast.alice.actor, job_id=run.job.pk)
            assert (asked.state, asked.pause_requested) == (JobState.RUNNING, True)
            run.advance(checkpoint={"next": 2})

    does(work)
    job = perform(ask(cast))
    assert (job.state, job.checkpoint, job.is_over) == (JobState.PAUSED, {"next": 1}, False)
    assert reap_expired(now=NOW + timedelta(days=1)) == 0
    assert run_job(job.pk, worker="here", clock=lambda: NOW) is None
    assert resume_job(actor=cast.alice.actor, job_id=job.pk).state == JobState.QUEUED
    assert perform(job).state == JobState.DONE
    with pytest.raises(ConflictError):
        pause_job(actor=cast.alice.actor, job_id=job.pk)


def test_a_pause_that_has_not_begun_is_called_off(cast: Cast, does: Callable[[Work], None]) -> None:
    def work(run: JobRun) -> None:
        pause_job(actor=cast.alice.actor, job_id=run.job.pk)
        resume_job(actor=cast.alice.actor, job_id=run.job.pk)
        run.advance(done=1)

    does(work)
    assert perform(ask(cast)).state == JobState.DONE


def test_a_worker_that_dies_while_a_pause_is_asked_for_leaves_it_paused(cast: Cast) -> None:
    job = ask(cast)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, pause_requested=True, leased_by="dead")
    assert release_leases("dead", now=NOW) == 1
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (JobState.PAUSED, None)
    assert cancel_job(actor=cast.alice.actor, job_id=job.pk, now=NOW).state == JobState.CANCELLED


def test_waiting_job_is_cancelled_at_once(cast: Cast) -> None:
    job = cancel_job(actor=cast.alice.actor, job_id=ask(cast).pk, now=NOW)
    assert job.state == JobState.CANCELLED
    assert run_job(job.pk, worker="here", clock=lambda: NOW) is None


def test_jobs_of_others_are_not_there(cast: Cast) -> None:
    job = ask(cast)
    for name, person in cast.everyone().items():
        if name in ("alice", "root"):
            continue
        with pytest.raises(NotFoundError):
            cancel_job(actor=person.actor, job_id=job.pk, now=NOW)


def test_all_attempts_share_one_change_set(cast: Cast, does: Callable[[Work], None]) -> None:
    made: list[int] = []

    def work(run: JobRun) -> None:
        made.append(run.open_changeset(ChangeVerb.IMPORT, why="list.csv").pk)
        if run.job.attempts == 1:
            raise OperationalError("server closed the connection")

    does(work)
    job = ask(cast)
    perform(job)
    perform(job)
    assert made[0] == made[1] == Job.objects.get(pk=job.pk).changeset_id
