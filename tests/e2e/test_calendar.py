"""A list as a calendar in the browser: dragged, moved by keys, taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visitors
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER = "ouyang"
MONTH = "/orders/?shape=calendar&by=ordered_on&month=2026-11"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A manager with a customer and one order in November."""
    with served_site(tmp_path_factory.mktemp("site") / "home", Person(OWNER, "manager")) as served:
        customer = add(served, OWNER, "customers", name="臺北紡織股份有限公司")
        add(
            served,
            OWNER,
            "orders",
            customer=customer["id"],
            number="2026-77",
            ordered_on="2026-11-11",
            total="88.00",
            currency="CNY",
        )
        yield served


def day(page: Page, number: int) -> Locator:
    return page.locator(f"[data-day='2026-11-{number:02}']")


def test_an_entry_is_dragged_moved_by_keys_and_taken_back(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(MONTH)
    entry = day(page, 11).locator(".calendar-entry")
    expect(entry).to_have_count(1)
    entry.drag_to(day(page, 19))
    expect(day(page, 19).locator(".calendar-entry")).to_have_count(1)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(day(page, 11).locator(".calendar-entry")).to_have_count(1)
    day(page, 11).locator(".calendar-entry a").focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(day(page, 18).locator(".calendar-entry")).to_have_count(1)
    page.get_by_role("link", name="Next month").click()
    expect(page.locator(".calendar-head h2")).to_have_text("December 2026")
    expect(page.locator(".calendar-entry")).to_have_count(0)
