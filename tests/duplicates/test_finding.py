"""The search for doubles: what it compares, what it keeps, and that only what changed is looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from guanxi.customers.models import Customer
from guanxi.duplicates.columns import columns_of
from guanxi.duplicates.models import DuplicateSearch, PairState, PossibleDuplicate
from guanxi.duplicates.services import FIND, start_search
from guanxi.duplicates.services.finding import EVERY, search_if_due
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import run_job
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def search(cast: Cast, at: datetime = NOW) -> Job:
    """Search through everybody."""
    return ran(start_search(actor=cast.alice.actor, now=at, queued=False), at)


def ran(job: Job, at: datetime) -> Job:
    done = run_job(job.pk, worker="test", clock=lambda: at)
    assert done is not None
    return done


def search_for_changes(at: datetime) -> Job | None:
    """Let the worker look whether something changed, and search for its doubles."""
    search_if_due(at)
    job = Job.objects.filter(kind=FIND, state=JobState.QUEUED).first()
    return ran(job, at) if job else None


def pairs() -> set[tuple[int, int]]:
    return set(PossibleDuplicate.objects.values_list("left", "right"))


def test_what_customers_contacts_and_places_say_is_read_as_columns(cast: Cast) -> None:
    row = cast.alice.adds(
        "customer", name="华强电子", phone="138 0013 0001", email="A@hq.cn", birthday="1990-05-01"
    )
    cast.alice.adds("contact", customer=row.pk, name="王芳", phone="13800130002", email="wang@hq.cn")
    cast.alice.adds("contact", customer=row.pk, name="李娜")
    cast.alice.adds("place", customer=row.pk, address="深圳市福田区华强北路12号", city="深圳")
    bare = cast.bob.adds("customer", name="天河贸易", kind="person")
    gone = cast.alice.adds("customer", name="没有了")
    cast.alice.browser.post(f"/customers/{gone.pk}/delete/")
    given = columns_of()
    assert given["id"] == [row.pk, bare.pk]
    first = {name: values[0] for name, values in given.items()}
    assert first["phone"].split("\n") == ["+8613800130001", "+8613800130002"]
    assert first["email"].split("\n") == ["a@hq.cn", "wang@hq.cn"]
    assert first["contacts"].split("\n") == ["王芳", "李娜"]
    assert (first["address"], first["city"]) == ("深圳市福田区华强北路12号", "深圳")
    assert first["birthday"] == "1990-05-01"
    assert given["kind"] == ["company", "person"]
    assert not any(given[name][1] for name in ("phone", "email", "contacts", "address", "birthday"))
    assert columns_of({bare.pk})["name"] == ["天河贸易"]
    assert columns_of(set())["id"] == []


def test_a_contact_or_an_address_leads_to_the_double(cast: Cast) -> None:
    rows = [
        cast.alice.adds("customer", name=name) for name in ("华强电子", "华墙电子", "天河贸易", "珠江物流")
    ]
    for row in rows[:2]:
        cast.alice.adds("contact", customer=row.pk, name="王芳", phone="13800130009")
        cast.alice.adds("place", customer=row.pk, address="深圳市福田区华强北路12号")
    search(cast)
    pair = PossibleDuplicate.objects.get()
    assert (pair.left_id, pair.right_id) == (rows[0].pk, rows[1].pk)
    assert {"same_phone", "same_address", "same_contact", "name_sounds_alike"} <= set(pair.reasons)


def test_a_mistyped_tax_number_twice_is_weaker_than_a_right_one(cast: Cast) -> None:
    right, mistyped = "91440300708461136T", "91440300708461137T"
    names = (("华强电子", "天河贸易"), ("珠江物流", "中兴通讯"))
    for number, two in zip((right, mistyped), names, strict=True):
        for name in two:
            cast.alice.adds("customer", name=name, tax_number=number)
    for name in ("南山", "北海", "东莞印刷", "西湖茶叶", "长江航运", "黄河建材"):
        cast.alice.adds("customer", name=name, tax_number=f"AB{ord(name[0])}")
    search(cast)
    stronger, weaker = PossibleDuplicate.objects.order_by("left")
    assert stronger.probability > weaker.probability
    assert stronger.reasons[0] == weaker.reasons[0] == "same_tax_number"


def test_a_branch_is_not_proposed_with_its_head_office(cast: Cast) -> None:
    for name in ("华强科技有限公司", "华强科技有限公司上海分公司"):
        cast.alice.adds("customer", name=name, phone="13800130001")
    search(cast)
    assert not PossibleDuplicate.objects.exists()


def test_a_pair_seen_before_is_renewed_and_not_doubled(cast: Cast) -> None:
    for _ in range(2):
        cast.alice.adds("customer", name="华强电子", phone="13800130001")
    search(cast)
    found = PossibleDuplicate.objects.get()
    PossibleDuplicate.objects.update(probability=0.51, reasons=["same_city"])
    assert search(cast).result == {"pairs": 1, "new": 0}
    again = PossibleDuplicate.objects.get()
    assert (again.pk, again.probability, again.reasons) == (found.pk, found.probability, found.reasons)


def test_what_was_merged_does_not_come_back_and_what_was_said_stays(cast: Cast) -> None:
    rows = [cast.alice.adds("customer", name="华强电子", phone="13800130001") for _ in range(3)]
    search(cast)
    first, second, third = (row.pk for row in rows)
    assert pairs() == {(first, second), (first, third), (second, third)}
    PossibleDuplicate.objects.filter(left=first, right=third).update(state=PairState.SEPARATE)
    browser = cast.alice.browser
    browser.post(
        f"/duplicates/{PossibleDuplicate.objects.get(left=first, right=second).pk}/merge/", {"into": first}
    )
    assert not Customer.objects.alive().filter(pk=second).exists()
    search(cast, LATER)
    states = dict(PossibleDuplicate.objects.values_list("right", "state").filter(left=first))
    assert states == {second: PairState.MERGED, third: PairState.SEPARATE}
    assert (second, third) not in pairs()


def test_only_what_changed_is_searched_for_again_and_finds_the_same(cast: Cast) -> None:
    old = [cast.alice.adds("customer", name=f"华强电子{sign}", phone="13800130001") for sign in "甲乙"]
    Customer.objects.update(updated_at=NOW - timedelta(days=9))
    search(cast)
    assert search_for_changes(NOW + EVERY) is None, "nothing changed since"
    new = cast.alice.adds("customer", name="天河貿易", phone="13900139000")
    double = cast.alice.adds("customer", name="天河贸易有限公司")
    Customer.objects.filter(pk__in=[new.pk, double.pk]).update(updated_at=NOW + EVERY)
    assert search_for_changes(NOW + EVERY / 2) is None, "not so soon"
    done = search_for_changes(NOW + EVERY * 3)
    assert done is not None
    assert done.result == {"pairs": 1, "new": 1}
    assert pairs() == {(old[0].pk, old[1].pk), (new.pk, double.pk)}
    last = DuplicateSearch.objects.latest()
    assert (last.is_whole, last.customers) == (False, 2)
    kept = pairs()
    search(cast, LATER)
    assert pairs() == kept


def test_what_is_alike_no_more_lapses_and_other_pairs_stay(cast: Cast) -> None:
    rows = [cast.alice.adds("customer", name=name, phone="13800130001") for name in ("华强甲", "华强甲")]
    rows += [cast.alice.adds("customer", name=name, phone="13900139000") for name in ("天河乙", "天河乙")]
    Customer.objects.update(updated_at=NOW - timedelta(days=9))
    search(cast)
    Customer.objects.filter(pk=rows[0].pk).update(
        name="珠江物流", name_key="珠江物流", name_initials="zjwl", phone="", phone_key="", updated_at=LATER
    )
    assert search_for_changes(LATER) is not None
    assert pairs() == {(rows[2].pk, rows[3].pk)}


def test_a_contact_written_since_brings_its_customer_into_the_search(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="华强电子", phone="13800130001")
    second = cast.alice.adds("customer", name="华墙电子")
    Customer.objects.update(updated_at=NOW - timedelta(days=9))
    search(cast)
    PossibleDuplicate.objects.all().delete()
    contact = cast.alice.adds("contact", customer=second.pk, name="王芳", phone="13800130001")
    type(contact).objects.update(updated_at=LATER)
    assert search_for_changes(LATER) is not None
    assert pairs() == {(first.pk, second.pk)}


def test_when_most_changed_everything_is_searched(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanxi.duplicates.services.finding.FEW", 1)
    for _ in range(3):
        cast.alice.adds("customer", name="华强电子")
    search(cast)
    Customer.objects.update(updated_at=LATER)
    assert search_for_changes(LATER) is not None
    assert DuplicateSearch.objects.latest().is_whole


def test_nobody_is_searched_for_before_somebody_asked(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强电子")
    assert search_for_changes(LATER) is None


def test_a_search_that_was_stopped_changes_nothing_and_says_how_far_it_came(cast: Cast) -> None:
    for _ in range(2):
        cast.alice.adds("customer", name="华强电子", phone="13800130001")
    job = start_search(actor=cast.alice.actor, now=NOW, queued=False)

    def clock() -> datetime:
        if Job.objects.get(pk=job.pk).step == "comparing":
            Job.objects.filter(pk=job.pk).update(cancel_requested=True)
        return NOW

    run_job(job.pk, worker="test", clock=clock)
    job.refresh_from_db()
    assert (job.state, job.step) == (JobState.CANCELLED, "comparing")
    assert not PossibleDuplicate.objects.exists()
    assert not DuplicateSearch.objects.exists()
