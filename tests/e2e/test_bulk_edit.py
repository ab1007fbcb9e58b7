"""Changing many customers at once in the browser: choose, look, let it run, take it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitors
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER = "ouyang"
NAMES = ("深圳市华强电子有限公司", "臺北紡織股份有限公司", "㈜한빛식품")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A manager with twelve customers in three scripts."""
    with served_site(tmp_path_factory.mktemp("site") / "home", Person(OWNER, "manager")) as served:
        for number in range(12):
            add(served, OWNER, "customers", name=f"{NAMES[number % 3]} {number:02}", industry="老")
        yield served


def test_all_that_match_are_changed_and_taken_back(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/?q=紡織")
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("link", name="Edit all that match").click()
    page.get_by_role("checkbox", name="Industry").check()
    page.get_by_role("textbox", name="Industry").fill("纺织")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator(".bulk-preview tbody tr")).to_have_count(4)
    expect(page.locator(".bulk-preview tbody tr").first).to_contain_text("老")
    page.get_by_role("button", name="Change 4 rows").click()
    expect(page.locator(".tally")).to_contain_text("Changed", timeout=30_000)
    expect(page.locator(".tally dd").first).to_have_text("4")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("This was undone.")).to_be_visible()
    page.goto("/customers/?where=industry+%3D+%22老%22")
    expect(page.locator("#list .cell-title")).to_have_count(12)


def test_the_selected_rows_come_along_and_can_be_thought_over(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    boxes = page.locator("input[data-select-row]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator("[data-bulk-bar]").get_by_role("button", name="Edit").click()
    expect(page.get_by_label("The 2 selected")).to_be_checked()
    page.get_by_role("checkbox", name="Source").check()
    page.get_by_role("textbox", name="Source").fill("전시회")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("textbox", name="Source")).to_have_value("전시회")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Change 2 rows").click()
    expect(page.locator(".tally dd").first).to_have_text("2", timeout=30_000)
