"""The map: what its windows say and to whom, a pin moved by hand, one filter for list and map, unclear addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER, VIEWER = "lina", "viola"
HOSTILE = "<img src=x onerror=alert(1)>"
SHOP, UNCLEAR = "浦东烟酒店", "朝阳建国商行"
PHONE, MASKED = "13800138000", "138****8000"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three customers of one owner: a hostile name, a shop, and one whose address is in two cities."""
    people = (Person(OWNER, "member", team="华东"), Person(VIEWER, "viewer", team="华东"))
    with served_site(tmp_path_factory.mktemp("site") / "home", *people) as served:
        for name, phone, amount, address, person in (
            (HOSTILE, PHONE, "900000", "上海市徐汇区漕溪北路18号", "王经理"),
            (SHOP, "13900139000", "5000", "上海市浦东新区世纪大道100号", "李小姐"),
            (UNCLEAR, "13700137000", "4000", "朝阳区建国路87号", ""),
        ):
            made = add(
                served, OWNER, "customers",
                name=name, phone=phone, amount=amount, currency="CNY", industry="零售" if person else "百货",
            )  # fmt: skip
            add(served, OWNER, "places", customer=made["id"], address=address, key_person=person)
        served.run(["metrics", "refresh"], ["tiers", "run", "abcd", "--apply"])
        yield served


def open_map(page: Page, where: str = "") -> None:
    """Open the map and wait until it has drawn all it shows."""
    page.goto(f"/map/{where}")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the map has drawn all it shows."""
    page.wait_for_selector("#map[data-state=idle]")


def open_window(page: Page, name: str) -> Locator:
    """Choose a customer in the panel beside the map; return its information window."""
    page.locator("#map-panel .map-line", has_text=name).click()
    window = page.locator(".map-info")
    expect(window.locator(".map-info-head")).to_contain_text(name)
    return window


def position(page: Page, name: str) -> dict[str, Any]:
    """Ask the site where a customer's place is."""
    place = page.locator("#map-panel .map-line", has_text=name).get_attribute("data-place")
    found: dict[str, Any] = page.request.get(f"/map/info/{place}/").json()
    return found


def test_a_window_says_all_in_text_and_runs_nothing(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    open_map(page)
    expect(page.locator("#map-count")).to_have_text("2")
    window = open_window(page, HOSTILE)
    for told in (HOSTILE, "王经理", PHONE, "上海市徐汇区漕溪北路18号"):
        expect(window).to_contain_text(told)
    expect(window.locator(".tier")).to_have_text("A")
    expect(page.locator("#map img, #map-panel img")).to_have_count(0)
    keep_picture(page, "map-window")


def test_a_viewer_sees_the_phone_masked_and_cannot_move_the_pin(visitors: Visitors) -> None:
    page = visitors.sign_in(VIEWER).page
    open_map(page)
    window = open_window(page, HOSTILE)
    expect(window).to_contain_text(MASKED)
    expect(window).not_to_contain_text(PHONE)
    expect(window.get_by_role("button", name="Move pin")).to_have_count(0)


def test_a_pin_dragged_by_its_owner_stays_until_it_is_undone(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    open_map(page, "?q=浦东烟酒店")
    before = position(page, SHOP)
    open_window(page, SHOP).get_by_role("button", name="Move pin").click()
    settle(page)
    drag_pin(page, east=120)
    expect(page.get_by_text("Pin moved")).to_be_visible()
    moved = position(page, SHOP)
    assert moved["longitude"] > before["longitude"]
    assert moved["level"] == "manual"
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".map-info")).to_contain_text("county or district")
    back = position(page, SHOP)
    assert (back["longitude"], back["latitude"], back["level"]) == (
        before["longitude"], before["latitude"], before["level"],
    )  # fmt: skip

    open_window(page, SHOP).get_by_role("button", name="Move pin").click()
    settle(page)
    drag_pin(page, east=-90)
    expect(page.get_by_text("Pin moved")).to_be_visible()
    there = position(page, SHOP)
    open_map(page)
    assert position(page, SHOP) == there
    assert there["longitude"] < before["longitude"]
    expect(open_window(page, SHOP)).to_contain_text("hand")


def drag_pin(page: Page, *, east: int) -> None:
    """Drag the red pin some pixels to the east."""
    pin = page.locator(".maplibregl-marker")
    expect(pin).to_be_visible()
    box = pin.bounding_box()
    assert box
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + east, at[1], steps=6)
    page.mouse.up()


def test_the_filter_of_the_list_is_the_filter_of_the_map(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    page.get_by_role("searchbox", name="Search").fill("浦东")
    expect(page.locator("#list .cell-title")).to_have_text([SHOP])
    page.locator("#view-switch").get_by_role("link", name="Map").click()
    settle(page)
    expect(page.locator("#map-count")).to_have_text("1")
    expect(page.locator("#map-panel .map-line")).to_contain_text([SHOP])
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("浦东")
    page.locator(".view-switch").get_by_role("link", name="List").click()
    expect(page.locator("#list .cell-title")).to_have_text([SHOP])


def test_an_unclear_address_is_no_pin_until_somebody_settles_it(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    open_map(page)
    expect(page.locator("#map-count")).to_have_text("2")
    page.get_by_role("link", name="To review").last.click()
    item = page.locator(".review-item", has_text=UNCLEAR)
    keep_picture(page, "map-review")
    item.get_by_role("button", name="长春").click()
    expect(page.locator(".review-item")).to_have_count(0)
    open_map(page)
    expect(page.locator("#map-count")).to_have_text("3")
    found = position(page, UNCLEAR)
    assert abs(found["latitude"] - 43.8) < 0.5, "Changchun, not Beijing"
