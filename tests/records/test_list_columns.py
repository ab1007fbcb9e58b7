"""Columns as somebody puts them: kept per person at once, per view, and in the view when it is saved."""

from __future__ import annotations

import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.cast import Cast
from tests.web.reading import body

from guanxi.records.habits import read_widths, write_widths
from guanxi.records.models import ListHabit, SavedView

pytestmark = pytest.mark.django_db


def put(browser: Client, **given: object) -> HttpResponse:
    """Keep columns as the browser does after a drag."""
    return browser.post("/customers/columns/", json.dumps(given), content_type="application/json")


def seen(browser: Client, address: str = "/customers/") -> dict[str, int]:
    """The columns of a list from left to right, with their widths, as they are served."""
    page = body(browser.get(address, follow=True))
    return {name: int(width) for width, name in re.findall(r'<col width="(\d+)" data-field="(\w+)">', page)}


def test_widths_and_order_are_kept_at_once_for_the_one_who_put_them(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强")
    browser = cast.alice.browser
    usual = seen(browser)
    assert put(browser, widths={"name": 333, "phone": 5, "enemies": 90}).status_code == 204
    assert put(browser, columns=["name", "owner", "phone", "enemies", "owner"]).status_code == 204
    assert list(seen(browser).items())[::2] == [("name", 333), ("phone", 48)]
    assert list(seen(browser)) == ["name", "owner", "phone"]
    assert seen(cast.bob.browser) == usual
    assert list(seen(browser, "/customers/?columns=name,industry")) == ["name", "industry"]
    ListHabit.objects.update(columns=["name", "gone", "phone"])  # a field that was removed since
    assert list(seen(browser)) == ["name", "phone"]
    back = browser.post("/customers/columns/usual/", {"q": "华"})
    assert back.headers["Location"] == "/customers/?q=%E5%8D%8E"
    assert seen(browser) == usual


def test_a_view_keeps_widths_and_a_mate_may_have_it_otherwise(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强")
    browser, mate = cast.alice.browser, cast.bob.browser
    put(browser, widths={"name": 333, "phone": 222})
    kept = browser.post("/customers/views/", {"name": "Calls", "columns": "name,phone", "shared": "on"})
    address = kept.headers["Location"]
    assert seen(browser, address) == {"name": 333, "phone": 222}
    assert seen(mate, address) == {"name": 333, "phone": 222}
    view = str(SavedView.objects.get().pk)
    put(mate, view=view, widths={"phone": 99}, columns=["name", "industry", "phone"])
    own = seen(mate, address)
    assert (list(own), own["name"], own["phone"]) == (["name", "industry", "phone"], 333, 99)
    assert seen(browser, address) == {"name": 333, "phone": 222}
    mate.post("/customers/columns/usual/", {"view": view})
    assert seen(mate, address) == {"name": 333, "phone": 222}


def test_saving_a_view_anew_takes_in_what_was_changed_on_it(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强")
    browser = cast.alice.browser
    kept = browser.post("/customers/views/", {"name": "Calls", "columns": "name,phone"})
    view = str(SavedView.objects.get().pk)
    put(browser, view=view, widths={"phone": 201})
    browser.post("/customers/views/", {"name": "Calls", "columns": "name,phone", "from_view": view})
    assert seen(browser, kept.headers["Location"])["phone"] == 201
    browser.post("/customers/columns/usual/", {"view": view})
    assert seen(browser, kept.headers["Location"])["phone"] == 201


def test_a_view_of_somebody_else_is_not_arranged_and_nonsense_is_refused(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强")
    cast.alice.browser.post("/customers/views/", {"name": "Calls", "columns": "name,phone"})
    view = SavedView.objects.get()
    put(cast.charlie.browser, view=str(view.pk), widths={"phone": 201})
    assert not view.habits.exists()
    for given in ({"widths": {"name": "wide"}}, {"widths": [1]}, {"columns": 7}, {"widths": 3}):
        assert put(cast.alice.browser, **given).status_code == 422
    said = cast.alice.browser.post("/customers/columns/", "[", content_type="application/json")
    assert said.status_code == 422
    assert said.json()["detail"]


def test_widths_are_read_as_they_are_written() -> None:
    widths = {"name": 333, "phone": 48, "note": 900}
    assert read_widths(write_widths(widths)) == widths
    assert read_widths("name:9999,phone:x,:,note:-5,a:999999") == {"name": 900}


def test_rows_alone_are_answered_for_the_list_that_grows_and_strangers_get_none(cast: Cast) -> None:
    for number in range(60):
        cast.alice.adds("customer", name=f"客户 {number:02}")
    page = body(cast.alice.browser.get("/customers/?order=name"))
    (address,) = re.findall(r'data-rows-next="([^"]+)"', page)
    address = address.replace("&amp;", "&")
    rows = body(cast.alice.browser.get(address))
    assert re.findall(r"客户 (\d\d)</a>", rows) == [str(number) for number in range(50, 60)]
    assert 'data-rows-next=""' in rows
    assert "客户" not in body(cast.charlie.browser.get(address))
    more = body(cast.alice.browser.get("/customers/rows/?order=name&rows=500"))
    assert len(re.findall("data-record=", more)) == 60
    assert cast.alice.browser.get("/customers/rows/?where=size+>").status_code == 404


def test_ten_thousand_are_counted_no_further_unless_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guanxi.records.queries.COUNT_LIMIT", 2)
    for number in range(3):
        cast.alice.adds("customer", name=f"客户 {number}")
    page = body(cast.alice.browser.get("/customers/?order=name"))
    (address,) = re.findall(r'href="([^"]*count=all[^"]*)"', page)
    counted = body(cast.alice.browser.get(address.replace("&amp;", "&")))
    assert re.search(r'id="list-count">\s*3\s*<', counted)
    assert "Count all" not in counted
