"""The list as a spreadsheet: from cell to cell, a block from Excel, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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


def widths(page: Page) -> dict[str, int]:
    """How wide the heads are seen, from left to right."""
    found: dict[str, int] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("#list th[data-field]")]
            .map(head => [head.dataset.field, Math.round(head.getBoundingClientRect().width)]))"""
    )
    return found


def kept(page: Page) -> Any:
    """Wait for the answer that keeps the columns."""
    return page.expect_response(lambda answer: answer.url.endswith("/customers/columns/"))


def test_columns_are_sized_moved_and_put_back(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    before = widths(page)
    edge = page.locator("th[data-field=industry] [data-col-edge]")
    box = edge.bounding_box()
    assert box is not None
    x, y = box["x"] + 4, box["y"] + box["height"] / 2
    with kept(page):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 60, y, steps=4)
        page.mouse.up()
    assert abs(widths(page)["industry"] - (before["industry"] - 60)) <= 2
    assert abs(widths(page)["name"] - before["name"]) <= 2
    held = widths(page)
    page.reload()
    assert widths(page) == held
    with kept(page):
        page.locator("th[data-field=industry] a").focus()
        page.keyboard.press("Shift+ArrowRight")
    assert widths(page)["industry"] == held["industry"] + 16
    with kept(page):
        page.locator("th[data-field=industry] [data-col-edge]").dblclick()
    assert widths(page)["industry"] < before["industry"]

    order = list(widths(page))
    last, second = order[-1], order[1]
    with page.expect_navigation():
        page.locator(f"th[data-field={last}] > :first-child").hover()
        page.mouse.down()
        aim = page.locator(f"th[data-field={second}]").bounding_box()
        assert aim is not None
        page.mouse.move(aim["x"] + 8, aim["y"] + 8, steps=6)
        keep_picture(page, "columns-moving")
        page.mouse.up()
    assert list(widths(page))[:3] == [order[0], last, second]
    with page.expect_navigation():
        page.locator(f"th[data-field={last}] > :first-child").focus()
        page.keyboard.press("Alt+Shift+ArrowRight")
    assert list(widths(page))[:3] == [order[0], second, last]
    page.goto("/customers/")
    assert list(widths(page))[:3] == [order[0], second, last]

    page.locator("#list-columns summary").click()
    keep_picture(page, "columns-menu")
    page.locator(f"#list-columns input[value={last}]").uncheck()
    page.locator("#list-columns").get_by_role("button", name="Show").click()
    expect(page.locator(f"th[data-field={last}]")).to_have_count(0)
    page.goto("/customers/")
    expect(page.locator(f"th[data-field={last}]")).to_have_count(0)
    page.locator("#list-columns summary").click()
    page.locator("#list-columns").get_by_role("button", name="As usual").click()
    expect(page.locator(f"th[data-field={last}]")).to_have_count(1)
    assert widths(page) == before
