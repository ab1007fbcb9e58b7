"""The pyramid page: what it shows to whom, trying cuts, applying them, computing anew."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from guanxi.metrics.services import refresh
from guanxi.tiers.pages import _asked_cuts
from guanxi.tiers.presentation import trapezium
from guanxi.tiers.queries import scheme_named, tier_codes
from guanxi.tiers.services import RATING, run_scheme
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db

AMOUNTS = {
    "東莞市五金廠": 700,
    "<img src=x onerror=alert(1)>": 200,
    "한빛상사": 70,
    "Acme Ltd": 30,
    "臺北商行": None,
}
CUTS = "cuts=60&cuts=90&cuts=99"


@pytest.fixture
def rated(cast: Cast) -> dict[str, Any]:
    """Alice's customers, rated."""
    found = {
        name: cast.alice.adds("customer", name=name, amount=amount, currency="CNY", industry="五金")
        for name, amount in AMOUNTS.items()
    }
    refresh(actor=None, now=NOW)
    run_scheme(actor=None, scheme="abcd", apply=True, now=NOW)
    return found


def text(response: Any) -> str:
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_each_tier_says_how_many_and_how_much_and_leads_to_them(cast: Cast, rated: dict[str, Any]) -> None:
    response = cast.bob.browser.get("/tiers/abcd/?where=industry+%3D+%22%E4%BA%94%E9%87%91%22")
    page = response.content.decode()
    assert response.status_code == 200
    assert "70%" in text(response)
    assert page.count('class="pyramid-step"') == 4
    assert "/customers/?where=%28industry" in page
    assert "tier+%3D+%22A%22" in page
    assert "/map/?where=" in page


def test_a_filter_narrows_the_pyramid_and_a_bad_one_is_explained(cast: Cast, rated: dict[str, Any]) -> None:
    browser = cast.alice.browser
    assert browser.get("/tiers/abcd/?q=Acme").context["customers"] == 1
    assert browser.get("/tiers/abcd/?where=amount+%3E+100").context["customers"] == 2
    bad = browser.get("/tiers/abcd/?where=amount+%3E+%3E")
    assert bad.status_code == 422
    assert 'role="alert"' in bad.content.decode()


def test_strangers_see_an_empty_page_and_what_to_do(cast: Cast, rated: dict[str, Any]) -> None:
    response = cast.charlie.browser.get("/tiers/abcd/")
    assert "No customers here yet" in text(response)
    assert "Compute tiers" not in text(response)


def test_anonymous_people_sign_in_first(cast: Cast, client: Any) -> None:
    for address in ("/tiers/abcd/", f"/tiers/abcd/preview/?{CUTS}"):
        assert client.get(address).status_code == 302


def test_an_unknown_scheme_is_not_found(cast: Cast) -> None:
    assert cast.root.browser.get("/tiers/zodiac/").status_code == 404


def test_trying_tells_who_moves_and_writes_nothing(cast: Cast, rated: dict[str, Any]) -> None:
    before = tier_codes("abcd")
    response = cast.viola.browser.get(f"/tiers/abcd/preview/?{CUTS}", headers={"HX-Request": "true"})
    shown = text(response)
    assert "1 customer would move" in shown
    assert "An administrator can apply this" in shown
    assert tier_codes("abcd") == before


def test_cuts_that_do_not_rise_are_told_in_place(cast: Cast, rated: dict[str, Any]) -> None:
    response = cast.root.browser.get("/tiers/abcd/preview/?cuts=90&cuts=60&cuts=99")
    assert response.status_code == 422
    assert "Each cut lies above the one before" in text(response)


def test_an_administrator_applies_and_is_offered_the_undo(cast: Cast, rated: dict[str, Any]) -> None:
    browser = cast.root.browser
    response = browser.post("/tiers/abcd/apply/", {"cuts": ["60", "95", "99"]}, follow=True)
    assert scheme_named("abcd").rule["cuts"] == ["60", "95", "99"]
    assert "2 customers moved" in text(response)
    assert "/undo" in response.content.decode()


@pytest.mark.parametrize(("name", "status"), [("alice", 403), ("viola", 403), ("dana", 403), ("root", 302)])
def test_who_may_move_the_cuts(cast: Cast, rated: dict[str, Any], name: str, status: int) -> None:
    response = cast.everyone()[name].browser.post("/tiers/abcd/apply/", {"cuts": ["60", "95", "99"]})
    assert response.status_code == status


@pytest.mark.parametrize(("name", "status"), [("alice", 403), ("viola", 403), ("dana", 302), ("root", 302)])
def test_who_may_compute_anew(cast: Cast, rated: dict[str, Any], name: str, status: int) -> None:
    assert cast.everyone()[name].browser.post("/tiers/abcd/rate/").status_code == status
    assert Job.objects.filter(kind=RATING).count() == (status == 302)


def test_the_page_waits_for_the_job_and_then_returns(cast: Cast, rated: dict[str, Any]) -> None:
    browser = cast.root.browser
    page = browser.post("/tiers/abcd/rate/", follow=True)
    assert "Computing metrics and tiers" in text(page)
    job = Job.objects.get(kind=RATING)
    run_job(job.pk, worker="test", clock=lambda: NOW)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    answer = browser.get(f"/tiers/abcd/rating/{job.pk}/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/tiers/abcd/"
    assert cast.alice.browser.get(f"/tiers/abcd/rating/{job.pk}/").status_code == 404


def test_two_currencies_are_shown_apart(cast: Cast, rated: dict[str, Any]) -> None:
    cast.alice.adds("customer", name="부산무역", amount=5_000_000, currency="KRW")
    refresh(actor=None, now=NOW)
    run_scheme(actor=None, scheme="abcd", apply=True, now=NOW)
    response = cast.alice.browser.get("/tiers/abcd/?currency=CNY")
    assert response.context["currencies"] == ["KRW", "CNY"]
    assert "never added up" in text(response)
    assert "5,000,000" not in text(response)


def test_rfm_is_a_table(cast: Cast, rated: dict[str, Any]) -> None:
    cast.alice.adds(
        "order", customer=rated["Acme Ltd"].pk, ordered_on="2026-10-01", total="5", currency="CNY"
    )
    refresh(actor=None, now=NOW)
    run_scheme(actor=None, scheme="rfm", apply=True, now=NOW)
    shown = text(cast.alice.browser.get("/tiers/rfm/"))
    assert "Champions" in shown
    assert "Not rated" in shown


def test_a_slider_that_moved_counts_before_its_number(rf: Any) -> None:
    query = "cuts=50&slide=61.7&was=50&cuts=82&slide=80&was=80&cuts=95&slide=x&was=95"
    assert _asked_cuts(rf.get(f"/?{query}").GET) == ["62", "82", "x"]
    assert _asked_cuts(rf.get("/?cuts=1&cuts=2").GET) == ["1", "2"]


def test_steps_grow_downwards_and_do_not_touch() -> None:
    edges = [
        [tuple(map(float, corner.split(","))) for corner in trapezium(place, 4).split()] for place in range(4)
    ]
    widths = [(step[1][0] - step[0][0], step[2][0] - step[3][0]) for step in edges]
    assert all(top < bottom for top, bottom in widths)
    assert all(upper[2][1] < lower[0][1] for upper, lower in pairwise(edges))


def test_the_move_stands_in_the_history_of_the_customer(cast: Cast, rated: dict[str, Any]) -> None:
    run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW, cuts=["10", "20", "30"])
    page = cast.alice.browser.get(f"/customers/{rated['Acme Ltd'].pk}/").content.decode()
    assert "<ins>D</ins>" in page
    page = cast.alice.browser.get(f"/customers/{rated['<img src=x onerror=alert(1)>'].pk}/").content.decode()
    assert "<del>B</del>" in page
