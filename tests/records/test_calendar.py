"""A list as a calendar: each record on its day, what does not fit counted, and moved like any other edit."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast
from tests.records.custom import define
from tests.web.reading import body

from guanxi.customers.models import Interaction
from guanxi.records.declaration import record_type
from guanxi.records.pages.calendar import dated_fields

pytestmark = pytest.mark.django_db
MONTH = "/customers/?shape=calendar&by=contract_until&month=2026-11"


@pytest.fixture(autouse=True)
def until(cast: Cast) -> None:
    """The team keeps until when a customer's contract runs."""
    assert define(cast, "Contract until", "date").name == "contract_until"


def days(page: str) -> dict[str, list[str]]:
    """The names that stand on each day."""
    found = {}
    for part in page.split('<section class="calendar-day')[1:]:
        day = re.search(r'data-day="([^"]+)"', part)
        assert day is not None
        found[day[1]] = re.findall(r'<a href="/[a-z]+/\d+/" draggable="false">([^<]*)</a>', part)
    return found


def filled(page: str) -> dict[str, list[str]]:
    return {day: names for day, names in days(page).items() if names}


def seen(browser: Client, address: str = MONTH) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return body(answer)


def test_each_record_stands_on_its_day_in_whole_weeks(cast: Cast) -> None:
    for name, day in (
        ("华强", "2026-11-23"),
        ("한빛", "2026-11-01"),
        ("before", "2026-10-31"),
        ("far", "2026-12-24"),
    ):
        cast.alice.adds("customer", name=name, contract_until=day)
    cast.alice.adds("customer", name="never")
    page = seen(cast.alice.browser)
    assert filled(page)["2026-11-23"] == ["华强"]
    assert filled(page)["2026-11-01"] == ["한빛"]
    assert "far" not in page
    assert "never" not in page
    shown = [date.fromisoformat(day) for day in days(page)]
    assert len(shown) % 7 == 0
    assert shown == sorted(set(shown))
    assert {shown[0].weekday(), shown[-1].weekday()} in ({0, 6}, {5, 6}), "whole weeks"


def test_what_does_not_fit_is_counted_and_one_click_away(cast: Cast) -> None:
    for number in range(7):
        cast.alice.adds("customer", name=f"客户{number}", contract_until="2026-11-05")
    page = seen(cast.alice.browser)
    assert filled(page) == {"2026-11-05": [f"客户{number}" for number in range(4)]}
    assert "+3 more" in page
    rest = re.search(r'<a class="calendar-more" href="([^"]+)"', page)
    assert rest is not None
    listed = seen(cast.alice.browser, rest[1].replace("&amp;", "&"))
    assert listed.count("data-select-row") == 7


def test_nobody_sees_more_than_in_the_list_and_who_may_not_change_may_not_move(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强", contract_until="2026-11-23")
    for person, may_move in ((cast.alice, True), (cast.bob, False), (cast.viola, False)):
        page = seen(person.browser)
        assert filled(page) == {"2026-11-23": ["华强"]}
        assert ("data-move-url" in page) is may_move
    assert filled(seen(cast.charlie.browser)) == {}


def test_filter_search_and_time_zone_count(cast: Cast) -> None:
    hers = cast.alice.adds("customer", name="华强")
    for at, text in (("2026-11-22T23:30:00+08:00", "night"), ("2026-11-23T09:00:00+08:00", "morning")):
        cast.alice.adds("interaction", customer=hers.pk, kind="call", happened_at=at, summary=text)
    address = "/interactions/?shape=calendar&by=happened_at&month=2026-11"
    zone = cast.alice.actor.zone
    expected: dict[str, list[str]] = {}
    for row in Interaction.objects.order_by("happened_at"):
        expected.setdefault(f"{row.happened_at.astimezone(zone):%Y-%m-%d}", []).append(str(row))
    assert filled(seen(cast.alice.browser, address)) == expected
    assert len(filled(seen(cast.alice.browser, f"{address}&q=morning"))) == 1


def test_an_entry_is_moved_by_an_edit_and_a_new_one_begins_on_its_day(cast: Cast) -> None:
    hers = cast.alice.adds("customer", name="华强", contract_until="2026-11-30")
    page = seen(cast.alice.browser)
    assert f'data-move-url="/customers/{hers.pk}/cell/contract_until/" data-version="1"' in page
    moved = cast.alice.browser.post(
        f"/customers/{hers.pk}/cell/contract_until/", {"value": "2026-11-02"}, headers={"If-Match": '"1"'}
    )
    assert moved.status_code == 200
    assert filled(seen(cast.alice.browser)) == {"2026-11-02": ["华强"]}
    assert 'href="/customers/new/?contract_until=2026-11-17"' in page
    assert 'value="2026-11-17"' in seen(cast.alice.browser, "/customers/new/?contract_until=2026-11-17")


def test_a_masked_date_makes_no_calendar(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强", birthday="2026-11-23")
    assert "birthday" not in [field.name for field in dated_fields(record_type("customer"))]
    assert filled(seen(cast.bob.browser, MONTH.replace("contract_until", "birthday"))) == {}


@pytest.mark.parametrize("month", ["", "nonsense", "2026-13", "0000-00", "9999-12"])
def test_a_month_that_is_none_shows_one_all_the_same(cast: Cast, month: str) -> None:
    cast.alice.adds("customer", name="华强")
    assert len(days(seen(cast.alice.browser, f"/customers/?shape=calendar&month={month}"))) >= 28


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    def asked() -> int:
        cast.alice.browser.get(MONTH)
        with CaptureQueriesContext(connection) as queries:
            cast.alice.browser.get(MONTH)
        return len(queries)

    for number in range(3):
        cast.alice.adds("customer", name=f"客户{number}", contract_until=f"2026-11-{number + 1:02}")
    few = asked()
    for number in range(40):
        cast.alice.adds("customer", name=f"客户{number}", contract_until=f"2026-11-{number % 28 + 1:02}")
    assert asked() == few
