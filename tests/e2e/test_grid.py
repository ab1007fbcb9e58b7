"""The list as a spreadsheet: from cell to cell, a block from Excel, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER = "ouyang"
ADDRESS = "/customers/?columns=industry,size,amount,owner&order=name"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Somebody with four customers."""
    with served_site(
        tmp_path_factory.mktemp("site") / "home", Person(OWNER, "manager", team="华东")
    ) as served:
        for number in range(4):
            add(served, OWNER, "customers", name=f"客户 {number}", industry="电子", size=number)
        yield served


def cell(page: Page, row: int, field: str) -> Locator:
    """One cell by the row's number from the top and the field's name."""
    return page.locator("#list tbody tr").nth(row).locator(f"td.cell-edit[data-edit-url*='/{field}/']")


def paste(page: Page, text: str) -> None:
    """Paste a text where the cursor is, as the clipboard of a spreadsheet would."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_keys_lead_from_cell_to_cell_and_typing_writes(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(ADDRESS)
    expect(page.get_by_role("grid")).to_be_visible()
    cell(page, 0, "industry").focus()
    page.keyboard.type("Tea")
    page.keyboard.press("Enter")
    expect(cell(page, 0, "industry")).to_have_text("Tea")
    expect(cell(page, 1, "industry")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cell(page, 1, "size")).to_be_focused()
    page.keyboard.type("77")
    page.keyboard.press("Tab")
    expect(cell(page, 1, "size")).to_have_text("77")
    expect(cell(page, 1, "amount")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "size")).to_have_text("1")


def test_a_block_larger_than_the_list_is_written_where_it_fits_and_undone(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(ADDRESS)
    cell(page, 2, "industry").focus()
    paste(page, "식품\t1,200\n服装\tmany\n茶\t3\n")
    expect(cell(page, 2, "size")).to_have_text("1,200")
    expect(cell(page, 3, "industry")).to_have_text("服装")
    expect(page.locator("td.is-wrong")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".toast").first).to_contain_text("1 row did not fit below the last row")
    expect(page.get_by_role("button", name="Copy what is left")).to_be_visible()
    keep_picture(page, "grid-paste")
    cell(page, 2, "industry").focus()
    page.keyboard.press("Control+z")
    expect(cell(page, 2, "size")).to_have_text("2")
    expect(cell(page, 3, "industry")).to_have_text("电子")
