"""The list as people work with it: search, order, pages, keys, edits in place, filters, views, bulk, files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER, MATE = "ouyang", "mina"
TRADES = ("电子", "服装", "식품", "Hardware")
NAMES = ("深圳市华强电子有限公司", "臺北紡織股份有限公司", "㈜한빛식품", "Brightway Textiles Sp. z o.o.")
FORMULA = "=cmd|'/C calc'!A0"
CUSTOMERS = 60


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A team of two with sixty customers in four scripts, one of them with a formula for a name."""
    people = [Person(name, "manager", team="华东") for name in (OWNER, MATE)]
    with served_site(tmp_path_factory.mktemp("site") / "home", *people) as served:
        for number in range(CUSTOMERS - 1):
            add(
                served, OWNER, "customers",
                name=f"{NAMES[number % 4]} {number:02}", industry=TRADES[number % 4], size=number,
            )  # fmt: skip
        add(served, OWNER, "customers", name=FORMULA, industry="电子", size=99)
        yield served


def titles(page: Page) -> Locator:
    """The names on the page of the list."""
    return page.locator("#list .cell-title")


def cell(page: Page, row: int, field: str) -> Locator:
    """One cell that can be edited, by the row's number from the top."""
    return page.locator("#list tbody tr").nth(row).locator(f"td.cell-edit[data-edit-url*='/{field}/']")


def test_searching_ordering_and_turning_pages(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    expect(page.locator("#list-count")).to_have_text(str(CUSTOMERS))
    expect(titles(page)).to_have_count(CUSTOMERS)  # fetched ahead: the list grows while it is scrolled
    expect(page.locator("a[rel=next]")).to_be_hidden()

    page.get_by_role("searchbox", name="Search").fill("紡織")
    expect(titles(page)).to_have_count(15)
    expect(page).to_have_url(re.compile("[?&]q="))
    page.get_by_role("searchbox", name="Search").fill("")
    expect(page.locator("#list-count")).to_have_text(str(CUSTOMERS))

    name = page.get_by_role("columnheader", name="Name")
    name.get_by_role("link").click()
    expect(page.locator("th[aria-sort]")).to_have_count(1)
    ordered = titles(page).all_inner_texts()
    way = page.locator("th[aria-sort]").get_attribute("aria-sort")
    page.locator("th[aria-sort] a").click()
    expect(page.locator("th[aria-sort]")).not_to_have_attribute("aria-sort", str(way))
    assert titles(page).all_inner_texts()[0] != ordered[0]


def test_keys_move_open_and_leave(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type("华强")
    expect(titles(page)).to_have_count(15)
    page.get_by_role("searchbox", name="Search").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#list tbody tr").nth(1)).to_have_class("is-current")
    page.keyboard.press("k")
    expect(page.locator("#list tbody tr").first).to_have_class("is-current")

    page.keyboard.press("e")
    expect(cell(page, 0, "industry").or_(page.locator("td.cell-edit:focus")).first).to_be_visible()
    page.keyboard.press("Enter")
    field = page.locator("td.is-editing input, td.is-editing select")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)

    name = titles(page).first.inner_text()
    page.locator(":focus").blur()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_an_edit_in_place_is_kept_and_undone(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/?q=한빛식품+02")
    edit(cell(page, 0, "industry"), "식품 제조")
    expect(page.locator("td.is-saved")).to_have_text("식품 제조")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(cell(page, 0, "industry")).to_have_text("식품")


def test_a_stale_edit_shows_both_values_and_loses_neither(visitors: Visitors) -> None:
    mine, theirs = visitors.sign_in(OWNER), visitors.sign_in(MATE)
    mine.page.goto("/customers/?q=Brightway+03")
    theirs.page.goto("/customers/?q=Brightway+03")
    edit(cell(theirs.page, 0, "industry"), "Textiles")
    expect(theirs.page.locator("td.is-saved")).to_have_text("Textiles")

    mine.expect_fault("412")
    edit(cell(mine.page, 0, "industry"), "Home goods")
    told = mine.page.get_by_role("alert")
    expect(told).to_contain_text("Textiles")
    expect(told.locator(".toast-action").last).to_contain_text("Home goods")
    keep_picture(mine.page, "stale-edit")
    told.get_by_role("button").first.scroll_into_view_if_needed()
    told.locator(".toast-action").last.click()
    expect(mine.page.locator("td.is-saved")).to_have_text("Home goods")
    mine.page.goto("/customers/?q=Brightway+03")
    titles(mine.page).first.click()
    expect(mine.page.locator("#timeline .change ins")).to_have_text(["Home goods", "Textiles"])


def edit(at: Locator, text: str) -> None:
    """Click a cell, write over it, and press Enter."""
    at.click()
    field = at.locator("input")
    field.fill(text)
    field.press("Enter")


def test_a_filter_is_built_kept_as_a_view_and_opened_again(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    page.get_by_role("button", name="Filter").click()
    page.locator("#filter-0-0-field").select_option("size")
    page.locator("#filter-0-0-operator").select_option("at_least")
    expect(page.locator("#filter-0-0-value-0")).to_have_attribute("inputmode", "decimal")
    page.locator("#filter-0-0-value-0").fill("50")
    keep_picture(page, "filter-builder")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#list-count")).to_have_text("10")
    expect(page.locator(".facet-value")).to_have_text("≥ 50")

    page.locator("summary.view-title").click()
    page.get_by_role("button", name="Keep this list as a view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("大客户")
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    expect(page.locator("summary.view-title h1")).to_have_text("大客户")
    page.goto("/")
    page.goto("/customers/")
    page.locator("summary.view-title").click()
    page.get_by_role("link", name="大客户").click()
    expect(page.locator("#list-count")).to_have_text("10")


def test_chosen_rows_are_given_to_a_teammate_at_once(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/?q=臺北紡織&order=name")
    page.locator("[data-select-row]").nth(0).check()
    page.locator("[data-select-row]").nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_contain_text("3")
    page.locator("[data-bulk-bar] select[name=owner]").select_option(label=MATE)
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(".toast")).to_be_visible()
    page.goto("/customers/?q=臺北紡織&order=name")
    owners = page.locator("#list tbody tr").get_by_text(MATE)
    expect(owners).to_have_count(3)


def test_a_file_of_the_list_opens_without_running_anything(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/?q=cmd")
    expect(titles(page)).to_have_text([FORMULA])
    page.locator("summary[aria-label=More]").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export as csv").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    (row,) = list(csv.reader(io.StringIO(text)))[1:]
    assert row[0].endswith(FORMULA)
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
