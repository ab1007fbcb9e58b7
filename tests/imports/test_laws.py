"""Laws of importing: twice is once; undo is as if nothing had been; cut anywhere and resumed is the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.customers.models import Contact, Customer
from guanxi.imports.models import ReviewItem, SourceRow
from guanxi.imports.services import running, undo_import
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import run_job
from guanxi.places.models import Place
from tests.cast import NOW, Cast
from tests.imports.bringing import bring, carry_out, receive

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            ["华强电子", "华强电子有限公司", "王芳", "한빛상사", "Acme Ltd", "Acme", "百利五金厂"]
        ),
        st.sampled_from(["", "13800138000", "138 0013 8000", "13900139000", "0769-22334455", "nonsense"]),
        st.sampled_from(["", "a@ex.cn", "b@ex.cn"]),
        st.sampled_from(["", "王经理", "李总"]),
        st.sampled_from(["", "深圳市南山区科技路1号", "北京市朝阳区建国路87号"]),
        st.sampled_from(["", "A", "B"]),
    ),
    min_size=2,
    max_size=25,
)
Rows = list[tuple[str, ...]]
# Every import opens its file in processes of its own: few examples, each a list of many rows.
FEW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_csv(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([("客户名称", "电话", "邮箱", "联系人", "地址", "级别"), *rows])
    return out.getvalue()


def everything() -> dict[str, list[Any]]:
    """All living records, without what an undo may leave behind: versions and times."""
    columns = {
        Customer: ("id", "name", "phone", "email", "grade", "name_key", "phone_key", "email_key"),
        Contact: ("id", "name", "customer_id", "is_key_person"),
        Place: ("id", "address", "customer_id", "latitude", "longitude"),
    }
    return {
        model.__name__: list(model.objects.alive().order_by("pk").values(*names))
        for model, names in columns.items()
    }


def in_savepoint(work: Callable[[], None]) -> None:
    """Each example begins with the same database."""
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        work()
        transaction.set_rollback(True)


@FEW
@given(rows=ROWS)
def test_twice_is_once(cast: Cast, rows: Rows) -> None:
    def work() -> None:
        bring(cast.alice, as_csv(rows))
        before, reviews = everything(), ReviewItem.objects.count()
        again = bring(cast.alice, as_csv(rows))
        assert again.result is not None
        assert everything() == before
        assert ReviewItem.objects.count() == reviews
        assert again.result["added"] == again.result["merged"] == again.result["updated"] == 0

    in_savepoint(work)


@FEW
@given(former=ROWS, rows=ROWS)
def test_undo_is_as_if_nothing_had_been(cast: Cast, former: Rows, rows: Rows) -> None:
    def work() -> None:
        bring(cast.alice, as_csv(former))
        before = everything()
        source = receive(cast.alice, as_csv(rows))
        carry_out(cast.alice, source)
        undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
        assert everything() == before

    in_savepoint(work)


@FEW
@given(rows=ROWS)
def test_every_row_has_one_outcome_and_is_kept(cast: Cast, rows: Rows) -> None:
    def work() -> None:
        job = bring(cast.alice, as_csv(rows))
        assert job.result is not None
        counted = ("added", "updated", "merged", "unchanged", "needs_review", "rejected_count")
        assert sum(job.result[name] for name in counted) == job.result["rows"] == SourceRow.objects.count()

    in_savepoint(work)


@FEW
@given(rows=ROWS, cut=st.integers(1, 24))
def test_cut_anywhere_and_resumed_is_the_same(cast: Cast, rows: Rows, cut: int) -> None:
    """The size of batches, and where work was broken off, make no difference to what is there afterwards."""
    found = []

    def whole() -> None:
        bring(cast.alice, as_csv(rows))
        found.append([(row["name"], row["phone"], row["email"]) for row in everything()["Customer"]])

    def in_pieces() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running, "BATCH_ROWS", cut)
            source = receive(cast.alice, as_csv(rows))
            job = running.start_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
            steps = iter([True])

            def stop_after_first(step: Job) -> None:
                if step.checkpoint and next(steps, False):
                    Job.objects.filter(pk=job.pk).update(cancel_requested=True)

            run_job(job.pk, worker="one", clock=lambda: NOW, observer=stop_after_first)
            Job.objects.filter(pk=job.pk, state=JobState.CANCELLED).update(
                state=JobState.QUEUED, cancel_requested=False
            )
            run_job(job.pk, worker="two", clock=lambda: NOW)
            job.refresh_from_db()
            assert job.state in (JobState.DONE, JobState.NEEDS_REVIEW)
        found.append([(row["name"], row["phone"], row["email"]) for row in everything()["Customer"]])

    in_savepoint(whole)
    in_savepoint(in_pieces)
    assert found[0] == found[1]
