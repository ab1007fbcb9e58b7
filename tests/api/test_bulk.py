"""Bulk changes: asked for over HTTP, done by a job, undone by one request."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from guanxi.customers.models import Customer
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from guanxi.records import jobs
from tests.api.client import Program, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: Cast) -> Program:
    return program_of(cast.alice)


def work(job_id: int, **more: Any) -> None:
    """Let a worker do the job."""
    run_job(job_id, worker="test", clock=timezone.now, **more)


def test_a_bulk_change_is_asked_for_done_told_and_undone(cast: Cast, alice: Program) -> None:
    mine = [cast.alice.adds("customer", name=f"客户 {n}", size=n, industry="零售") for n in range(5)]
    theirs = cast.bob.adds("customer", name="밥의 고객", size=1, industry="零售")
    hidden = cast.charlie.adds("customer", name="Charlie's", size=1, industry="零售")
    asked = alice("POST", "/customers/bulk", {"where": "size < 3", "set": {"industry": "批发", "grade": "A"}})
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    assert asked["Location"] == f"/api/v1/jobs/{asked.json()['id']}"

    work(asked.json()["id"])
    job = alice("GET", f"/jobs/{asked.json()['id']}").json()
    assert (job["state"], job["done"], job["total"], job["error"], job["errors_url"]) == (
        "done",
        3,
        3,
        None,
        None,
    )
    assert job["result"] == {"matched": 4, "changed": 3, "unchanged": 0, "not_allowed": 1}
    kinds = dict(Customer.objects.values_list("pk", "industry"))
    assert [kinds[row.pk] for row in mine] == ["批发", "批发", "批发", "零售", "零售"]
    assert (kinds[theirs.pk], kinds[hidden.pk]) == ("零售", "零售")
    changed = alice.get(f"/customers/{mine[0].pk}").json()
    assert (changed["version"], changed["grade"]) == (2, "A")

    listed = alice.get("/changesets").json()["items"][0]
    assert (listed["id"], listed["verb"], listed["records"]) == (job["changeset"], "bulk", {"customer": 3})
    undone = alice("POST", f"/changesets/{job['changeset']}/undo").json()
    assert undone["taken_back"] == {"customer": 3}
    assert set(Customer.objects.values_list("industry", flat=True)) == {"零售"}


def test_matching_keys_follow_a_bulk_change(cast: Cast, alice: Program) -> None:
    rows = [cast.alice.adds("customer", name=f"客户 {n}", phone="021-62345678") for n in range(2)]
    single = cast.alice.adds("customer", name="one by one", phone="13900139002")
    asked = alice(
        "POST", "/customers/bulk", {"ids": [row.pk for row in rows], "set": {"phone": "13900139002"}}
    )
    work(asked.json()["id"])
    assert set(Customer.objects.values_list("phone_key", flat=True)) == {single.phone_key}


def test_ids_that_are_not_seen_are_not_counted(cast: Cast, alice: Program) -> None:
    mine = cast.alice.adds("customer", name="Acme")
    hidden = cast.charlie.adds("customer", name="Charlie's")
    asked = alice("POST", "/customers/bulk", {"ids": [mine.pk, hidden.pk, 10**9, 2**62], "set": {"size": 9}})
    work(asked.json()["id"])
    result = alice("GET", f"/jobs/{asked.json()['id']}").json()["result"]
    assert result == {"matched": 1, "changed": 1, "unchanged": 0, "not_allowed": 0}


def test_a_bulk_condition_on_a_masked_field_reaches_only_own_rows(cast: Cast) -> None:
    cast.alice.adds("customer", name="Acme", phone="13800130001")
    own = cast.bob.adds("customer", name="Bob's", phone="13800130001")
    bob = program_of(cast.bob)
    asked = bob("POST", "/customers/bulk", {"where": 'phone starts with "138"', "set": {"size": 9}})
    work(asked.json()["id"])
    assert bob("GET", f"/jobs/{asked.json()['id']}").json()["result"]["matched"] == 1
    assert list(Customer.objects.filter(size=9)) == [own]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"set": {"size": 1}}, "where"),
        ({"where": "size = 1", "ids": [1], "set": {"size": 1}}, "where"),
        ({"where": "size = 1", "set": {}}, "set"),
        ({"where": "size = 1"}, "set"),
        ({"ids": [1], "set": {"size": "x"}}, "set.size"),
        ({"ids": [1], "set": {"colour": "x"}}, "set.colour"),
        ({"ids": [1], "set": {"name": ""}}, "name"),
        ({"ids": [1], "set": {"owner": 999_999}}, "owner"),
        ({"ids": ["1"], "set": {"size": 1}}, "ids.0"),
        ({"ids": list(range(10_001)), "set": {"size": 1}}, "ids"),
        ({"where": "size = 1", "set": {"size": 1}, "limit": 1}, "limit"),
    ],
)
def test_what_is_wrong_with_a_bulk_change_is_said_at_once(alice: Program, body: Any, field: str) -> None:
    answer = alice("POST", "/customers/bulk", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert {error["field"] for error in answer.json()["errors"]} == {field}
    assert not Job.objects.exists()


def test_a_bulk_condition_that_cannot_be_read_says_where(alice: Program) -> None:
    answer = alice("POST", "/customers/bulk", {"where": "size >", "set": {"size": 1}})
    assert (answer.status_code, answer.json()["code"], answer.json()["position"]) == (422, "condition", 6)


def test_a_worker_that_dies_between_batches_loses_and_doubles_nothing(
    cast: Cast, alice: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    rows = [cast.alice.adds("customer", name=f"Acme {n}", size=1) for n in range(7)]
    job_id = alice("POST", "/customers/bulk", {"where": "size = 1", "set": {"size": 2}}).json()["id"]
    steps = []

    def die(job: Job) -> None:
        steps.append(job.done)
        if len(steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(job_id, observer=die)
    Job.objects.update(state="queued", leased_until=None)
    work(job_id)
    job = alice("GET", f"/jobs/{job_id}").json()
    assert job["result"] == {"matched": 7, "changed": 7, "unchanged": 0, "not_allowed": 0}
    assert {row.version for row in Customer.objects.all()} == {2}
    assert alice("POST", f"/changesets/{job['changeset']}/undo").json()["taken_back"] == {"customer": 7}
    assert len(rows) == Customer.objects.filter(size=1).count()


def test_rights_lost_before_the_work_begins_are_lost(cast: Cast, alice: Program) -> None:
    row = cast.alice.adds("customer", name="Acme")
    job_id = alice("POST", "/customers/bulk", {"ids": [row.pk], "set": {"size": 2}}).json()["id"]
    cast.alice.user.role = "viewer"
    cast.alice.user.save()
    work(job_id)
    row.refresh_from_db()
    assert row.size is None


def test_whoever_may_no_longer_write_takes_nothing_back_either(cast: Cast, alice: Program) -> None:
    row = cast.alice.adds("customer", name="Acme")
    cast.alice.user.role = "viewer"
    cast.alice.user.save()
    assert alice("POST", f"/changesets/{row.created_in_id}/undo").status_code == 403
