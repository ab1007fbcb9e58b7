"""The queue of doubles and merging by hand, as people use them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from guanxi.access.models import ChangeSet
from guanxi.customers.models import Customer
from guanxi.duplicates.models import PairState, PossibleDuplicate
from guanxi.duplicates.queue import LENGTH, Asked, part_of_queue
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from tests.cast import NOW, Cast, Person
from tests.imports.bringing import bring
from tests.web.reading import body, text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def pair_of(person: Person, share: float, left: str, right: str, *reasons: str) -> PossibleDuplicate:
    """Two customers of a person that may be one."""
    first, second = (person.adds("customer", name=name) for name in (left, right))
    return PossibleDuplicate.objects.create(
        left=first, right=second, probability=share, reasons=list(reasons or ("same_phone",))
    )


def search(person: Person) -> Job:
    """Let a person search, and wait for the end."""
    person.browser.post("/duplicates/find/")
    done = run_job(Job.objects.latest("pk").pk, worker="test", clock=lambda: NOW)
    assert done is not None
    return done


def test_the_likeliest_comes_first_with_its_reasons_in_words(cast: Cast) -> None:
    pair_of(cast.alice, 0.7, "甲", "乙")
    pair_of(cast.alice, 0.95, "华强", "华墙", "name_sounds_alike", "same_phone")
    shown = text(body(cast.alice.browser.get("/duplicates/")))
    assert shown.index("华强 / 华墙") < shown.index("甲 / 乙")
    assert "the names sound alike: 华强 / 华墙" in shown
    assert "95 %" in shown


def test_what_speaks_against_a_pair_is_told_apart(cast: Cast) -> None:
    pair_of(cast.alice, 0.6, "甲", "乙", "same_phone", "different_tax_number", "a_code_of_later")
    shown = body(cast.alice.browser.get("/duplicates/"))
    assert '<span class="chip is-against">another tax number</span>' in shown
    assert "a_code_of_later" not in shown


def test_both_stand_side_by_side_with_what_hangs_on_them(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="华强", phone="13800130001", industry="电子")
    second = cast.alice.adds("customer", name="华墙", phone="13800130002", industry="电子", email="a@hq.cn")
    cast.alice.adds("contact", customer=second.pk, name="王芳")
    pair = PossibleDuplicate.objects.create(left=first, right=second, probability=0.9)
    page = body(cast.alice.browser.get(f"/duplicates/?pair={pair.pk}"))
    assert page.count('name="choice.phone"') == 2
    assert page.count('name="choice.email"') == 2
    assert 'name="choice.industry"' not in page
    assert page.count("is-hanging") == 1
    assert f'value="{second.pk}" data-number="1" checked' in page, "the fuller record stays"


def test_merging_a_pair_answers_the_next_one_and_undo_brings_it_back(cast: Cast) -> None:
    pair_of(cast.alice, 0.7, "甲", "乙")
    pair = pair_of(cast.alice, 0.9, "华强", "华墙")
    browser = cast.alice.browser
    sent = {"into": pair.right_id, "choice.name": pair.left_id}
    answer = body(browser.post(f"/duplicates/{pair.pk}/merge/", sent, headers=HTMX))
    assert "“华强” and “华墙” are one now." in answer
    assert "甲 / 乙" in answer
    assert "华强 / 华墙" not in answer
    assert Customer.objects.get(deleted_in=None, pk=pair.right_id).name == "华强"
    again = body(browser.post(f"/duplicates/{pair.pk}/undo/", headers=HTMX))
    assert "华强 / 华墙" in again
    assert Customer.objects.get(pk=pair.right_id).name == "华墙"
    assert Customer.objects.filter(deleted_in=None).count() == 4


def test_not_the_same_is_remembered_by_the_next_search_and_can_be_taken_back(cast: Cast) -> None:
    for name in ("华强", "华强电子"):
        cast.alice.adds("customer", name=name, phone="13800130001")
    search(cast.alice)
    pair = PossibleDuplicate.objects.get()
    browser = cast.alice.browser
    browser.post(f"/duplicates/{pair.pk}/separate/", headers=HTMX)
    search(cast.alice)
    assert PossibleDuplicate.objects.get().state == PairState.SEPARATE
    assert "No doubles wait" in body(browser.get("/duplicates/"))
    browser.post(f"/duplicates/{pair.pk}/undo/", headers=HTMX)
    assert "华强 / 华强电子" in body(browser.get("/duplicates/"))


def test_a_search_finds_keys_and_homophones_and_says_why(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强电子有限公司", phone="13800130001")
    cast.alice.adds("customer", name="华墙电子有限公司", phone="+86 13800130001")
    cast.alice.adds("customer", name="天河贸易", phone="13900139000")
    assert search(cast.root).result == {"pairs": 1, "new": 1}
    pair = PossibleDuplicate.objects.get()
    assert (pair.left.name, pair.right.name) == ("华强电子有限公司", "华墙电子有限公司")
    assert pair.reasons == ["same_phone", "name_sounds_alike"]
    assert search(cast.root).result == {"pairs": 1, "new": 0}


def test_a_pair_that_is_no_longer_alike_goes(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="甲", phone="13800130001")
    cast.alice.adds("customer", name="乙", phone="13800130001")
    search(cast.alice)
    cast.alice.browser.post(f"/customers/{first.pk}/cell/phone/", {"value": ""}, headers={"If-Match": '"1"'})
    search(cast.alice)
    assert not PossibleDuplicate.objects.exists()


def test_a_pair_is_seen_by_who_sees_both(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="华强")
    second = cast.charlie.adds("customer", name="华墙")
    pair = PossibleDuplicate.objects.create(left=first, right=second, probability=0.9)
    for person in (cast.alice, cast.bob, cast.charlie):
        shown = body(person.browser.get(f"/duplicates/?pair={pair.pk}"))
        assert "华强" not in shown
        assert "华墙" not in shown
        assert person.browser.post(f"/duplicates/{pair.pk}/merge/").status_code == 404
        assert person.browser.post(f"/duplicates/{pair.pk}/separate/").status_code == 404
    assert "华强 / 华墙" in body(cast.root.browser.get("/duplicates/"))


def test_who_may_change_only_one_of_them_sees_why_it_cannot_be_merged(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="华强", phone="13800130001")
    second = cast.bob.adds("customer", name="华墙", phone="13800130002")
    pair = PossibleDuplicate.objects.create(left=first, right=second, probability=0.9)
    shown = body(cast.alice.browser.get("/duplicates/"))
    assert "not yours to change" in shown
    assert "13800130002" not in shown
    answer = cast.alice.browser.post(f"/duplicates/{pair.pk}/merge/", headers=HTMX)
    assert answer.status_code == 422
    assert Customer.objects.filter(deleted_in=None).count() == 2


def test_the_queue_is_narrowed_by_likelihood_and_owner(cast: Cast) -> None:
    pair_of(cast.alice, 0.97, "甲", "乙")
    pair_of(cast.bob, 0.85, "丙", "丁")
    root = cast.root.browser
    likely = text(body(root.get("/duplicates/?level=0.95")))
    assert "甲 / 乙" in likely
    assert "丙 / 丁" not in likely
    bobs = text(body(root.get(f"/duplicates/?owner={cast.bob.user.pk}")))
    assert "丙 / 丁" in bobs
    assert "甲 / 乙" not in bobs
    assert "No doubles here" in body(root.get("/duplicates/?level=0.99"))


def test_every_pair_is_on_one_page_of_the_queue(cast: Cast) -> None:
    rows = Customer.objects.bulk_create(
        Customer(name=f"K{number}", owner=cast.alice.user) for number in range(80)
    )
    PossibleDuplicate.objects.bulk_create(
        PossibleDuplicate(left=left, right=right, probability=[0.9, 0.9, 0.7, 0.3333333][place % 4])
        for place, (left, right) in enumerate(pairwise(rows))
    )
    asked, seen, actor = Asked(), [], cast.alice.actor
    while True:
        part = part_of_queue(actor, asked)
        seen += [pair.pk for pair in part.pairs]
        assert len(part.pairs) <= LENGTH
        if not part.next:
            break
        asked = Asked(after=part.next)
    assert len(seen) == len(set(seen)) == 79
    shares = dict(PossibleDuplicate.objects.values_list("pk", "probability"))
    assert seen == sorted(seen, key=lambda pk: (-shares[pk], pk))


@pytest.mark.parametrize(
    "query", ["?level=x&owner=-1&after=:&pair=9e9", "?after=nan:1", "?level=2", "?after=1"]
)
def test_an_address_that_means_nothing_shows_the_whole_queue(cast: Cast, query: str) -> None:
    pair_of(cast.alice, 0.97, "甲", "乙")
    assert "甲 / 乙" in text(body(cast.alice.browser.get(f"/duplicates/{query}")))


def test_the_likeliest_are_counted_and_merged_at_once_and_undone_as_one(cast: Cast) -> None:
    pair_of(cast.alice, 0.99, "甲", "乙")
    third = pair_of(cast.alice, 0.995, "丙", "丁")
    apart = cast.alice.adds("customer", name="戊")
    PossibleDuplicate.objects.create(left=third.right, right=apart, probability=0.999)
    PossibleDuplicate.objects.create(left=third.left, right=apart, state=PairState.SEPARATE)
    pair_of(cast.alice, 0.9, "己", "庚")
    browser = cast.alice.browser
    counted = text(body(browser.get("/duplicates/above/?level=0.99")))
    assert "3 pairs from 99 % on: 1 customer remains of them. 1 group is left" in counted
    browser.post("/duplicates/above/", {"level": "0.99"})
    done = run_job(Job.objects.get().pk, worker="test", clock=lambda: NOW)
    assert done is not None
    assert done.result == {"groups": 1, "left": 1}
    assert Customer.objects.filter(deleted_in=None).count() == 6
    browser.post(f"/changes/{done.changeset_id}/undo/")
    assert Customer.objects.filter(deleted_in=None).count() == 7


def test_two_or_more_are_merged_from_the_list(cast: Cast) -> None:
    phones = {"甲": "", "乙": "1", "丙": ""}
    rows = [cast.alice.adds("customer", name=name, phone=phone) for name, phone in phones.items()]
    ids = ",".join(str(row.pk) for row in rows)
    browser = cast.alice.browser
    answer = browser.post("/duplicates/selected/", {"ids": [row.pk for row in rows]})
    assert (
        answer["Location"] == f"/duplicates/merge/?ids={ids}".replace(",", "%2C") or ids in answer["Location"]
    )
    assert body(browser.get(answer["Location"])).count('name="into"') == 3
    done = browser.post("/duplicates/merge/", {"ids": ids, "into": rows[1].pk, "choice.name": rows[2].pk})
    assert done["Location"] == f"/customers/{rows[1].pk}/"
    row = Customer.objects.get(deleted_in=None)
    assert (row.pk, row.name, row.phone) == (rows[1].pk, "丙", "1")


def test_one_alone_asks_for_the_other(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="甲")
    page = body(cast.alice.browser.get(f"/duplicates/merge/?ids={row.pk}"))
    assert "Which customer is the same as 甲?" in page
    assert 'hx-get="/contacts/pick/?field=customer' in page


def test_what_one_does_not_see_cannot_be_compared(cast: Cast) -> None:
    mine, hers = cast.charlie.adds("customer", name="甲"), cast.alice.adds("customer", name="乙")
    browser = cast.charlie.browser
    assert browser.get(f"/duplicates/merge/?ids={mine.pk},{hers.pk}").status_code == 404
    sent = {"ids": f"{mine.pk},{hers.pk}", "into": mine.pk}
    assert browser.post("/duplicates/merge/", sent).status_code == 404
    assert not ChangeSet.objects.filter(verb="merge").exists()


def test_merging_without_saying_who_stays_asks_again(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    answer = cast.alice.browser.post("/duplicates/merge/", {"ids": f"{first.pk},{second.pk}"})
    assert answer.status_code == 409
    assert "Choose which of them stays." in body(answer)


def test_the_empty_queue_offers_a_search_to_who_may_write(cast: Cast) -> None:
    assert "Search for doubles" in body(cast.alice.browser.get("/duplicates/"))
    assert "Search for doubles" not in body(cast.viola.browser.get("/duplicates/"))
    assert cast.viola.browser.post("/duplicates/find/").status_code == 403


def test_the_page_of_a_customer_tells_of_doubles_and_merges_and_undoes_them(cast: Cast) -> None:
    pair = pair_of(cast.alice, 0.9, "华强", "华墙")
    browser = cast.alice.browser
    mine = f"/customers/{pair.left_id}/"
    assert "Perhaps the same" in body(browser.get(mine))
    assert f"/duplicates/merge/?ids={pair.left_id}" in body(browser.get(mine))
    browser.post(f"/duplicates/{pair.pk}/merge/", {"into": pair.left_id})
    gone = browser.get(f"/customers/{pair.right_id}/")
    assert gone["Location"] == mine
    shown = body(browser.get(mine))
    assert "merged from 华墙" in text(shown)
    assert cast.charlie.browser.get(f"/customers/{pair.right_id}/").status_code == 404
    assert "/undo/" not in body(cast.bob.browser.get(mine))
    undo = ChangeSet.objects.get(verb="merge").pk
    assert f"/changes/{undo}/undo/" in shown
    browser.post(f"/changes/{undo}/undo/", {"next": mine})
    assert browser.get(f"/customers/{pair.right_id}/").status_code == 200


def test_the_rows_of_files_that_brought_a_merged_customer_are_shown_with_the_survivor(cast: Cast) -> None:
    bring(cast.alice, "客户名称,电话\n华墙,13800130002\n", name="客户名单.csv")
    right = Customer.objects.get()
    left = cast.alice.adds("customer", name="华强", email="a@hq.cn")
    sent = {"ids": f"{left.pk},{right.pk}", "into": left.pk}
    cast.alice.browser.post("/duplicates/merge/", sent)
    shown = text(body(cast.alice.browser.get(f"/customers/{left.pk}/")))
    assert "客户名单.csv" in shown
    assert "“13800130002”" in shown
