"""A condition is put together in the browser, by mouse and by keyboard, kept, and read back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER = "ouyang"
NAMES = ("深圳市华强电子有限公司", "臺北茶行", "㈜한빛식품", "Acme Trading Ltd")
WISHED = 'birthday within 30 days or orders where state = "done" count >= 2 in last 12 months'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Four customers: one with a birthday soon, one with two orders this year, one with one, one with nothing."""
    today = datetime.now(UTC).date()
    with served_site(
        tmp_path_factory.mktemp("site") / "home", Person(OWNER, "manager", team="华东")
    ) as served:
        soon = (today + timedelta(days=9)).replace(year=1984)
        birthdays = {0: str(soon), 3: str(today.replace(year=1984) + timedelta(days=150))}
        made = [
            add(served, OWNER, "customers", name=name, size=20 * number, birthday=birthdays.get(number))
            for number, name in enumerate(NAMES)
        ]
        for number, orders in ((1, 2), (2, 1)):
            for place in range(orders):
                day = str(today - timedelta(days=30 * (place + 1)))
                order = {"ordered_on": day, "state": "done", "total": "500.00", "currency": "CNY"}
                add(served, OWNER, "orders", customer=made[number]["id"], **order)
        yield served


def choose(page: Page, name: str, value: str) -> None:
    """Choose in one of the selects of the filter, and wait for the form it brings."""
    with page.expect_response("**/filter/**"):
        page.locator(f"#filter-{name}").select_option(value)
    expect(page.locator("#filter-panel .htmx-request")).to_have_count(0)


def press_add(page: Page, path: str, kind: str) -> None:
    """Add a part to a group of the filter."""
    with page.expect_response("**/filter/**"):
        page.locator(f"""[hx-vals*='"{path} {kind}']""").click()
    expect(page.locator("#filter-panel .htmx-request")).to_have_count(0)


def test_groups_and_related_records_are_built_by_mouse_and_kept_as_a_view(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    page.get_by_role("button", name="Filter").click()
    choose(page, "0-joined", "any")
    choose(page, "0-0-field", "birthday")
    choose(page, "0-0-operator", "returns")
    page.locator("#filter-0-0-value-0").fill("30")
    page.locator(".filter-add summary", has_text="Related records").last.click()
    press_add(page, "0", "related orders")
    choose(page, "0-1-quantifier", "count")
    page.locator("#filter-0-1-count").fill("2")
    choose(page, "0-1-reach", "last")
    page.locator("#filter-0-1-amount").fill("12")
    choose(page, "0-1-unit", "m")
    press_add(page, "0-1-0", "field")
    choose(page, "0-1-0-0-field", "state")
    choose(page, "0-1-0-0-value-0", "done")
    keep_picture(page, "filter-groups")
    with page.expect_response("**/filter/**"):
        page.get_by_role("button", name="As text").click()
    expect(page.locator("#filter-text")).to_have_value(WISHED)
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#list .cell-title")).to_have_count(2)
    expect(page.locator("#list")).to_contain_text(NAMES[0])
    expect(page.locator("#list")).to_contain_text(NAMES[1])

    page.locator("summary.view-title").click()
    page.get_by_role("button", name="Keep this list as a view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("近期要联系")
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    expect(page.locator("summary.view-title h1")).to_have_text("近期要联系")
    page.goto("/customers/")
    page.locator("summary.view-title").click()
    page.get_by_role("link", name="近期要联系").click()
    expect(page.locator("#list-count")).to_have_text("2")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#filter-0-1-count")).to_have_value("2")


def test_a_condition_is_written_with_the_keyboard_alone(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    page.get_by_role("button", name="Filter").click()
    with page.expect_response("**/filter/**"):
        page.get_by_role("button", name="As text").click()
    field = page.locator("#filter-text")
    offers = page.locator("[role=option]")
    field.press_sequentially("peop")
    expect(offers.first).to_contain_text("size")
    field.press("ArrowDown")
    expect(offers.first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("size ")
    field.press_sequentially(">= 40 an")
    expect(offers.first).to_have_text("and")
    field.press("ArrowDown")
    field.press("Tab")
    expect(field).to_have_value("size >= 40 and ")
    field.press_sequentially("nonsense = 4 and size > 1")
    expect(page.locator(".condition-fault mark")).to_have_text("nonsense")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.fill("size >= 40")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".facet-value")).to_have_text("≥ 40")
