"""The palette and the keys: opened, typed into, gone through and followed by keyboard alone, also on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER = "ouyang"
NAMES = ("上海华东公司", "华东", "臺北紡織股份有限公司", "삼성 전자", "Brightway Textiles Sp. z o.o.")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served_site(
        tmp_path_factory.mktemp("site") / "home", Person(OWNER, "manager", team="华东")
    ) as served:
        for name in NAMES:
            add(served, OWNER, "customers", name=name)
        yield served


@pytest.mark.parametrize(("size", "scheme"), [((1440, 900), "light"), ((390, 844), "dark")])
def test_a_record_is_found_by_its_initials_and_opened_by_keyboard_alone(
    visitors: Visitors, size: tuple[int, int], scheme: str
) -> None:
    page = visitors.sign_in(OWNER, size=size, scheme=scheme).page  # type: ignore[arg-type]
    page.goto("/tiers/abcd/")
    page.keyboard.press("Control+k")
    options = page.locator("#palette [role=option]")
    expect(options.first).to_contain_text(NAMES[-1])  # worked on last
    page.keyboard.type("hd")
    expect(options.locator(".palette-name")).to_have_text(["华东", "上海华东公司"])
    keep_picture(page, f"palette-{size[0]}-{scheme}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_be_focused()
    page.keyboard.type("g")  # typed on: back into the field
    expect(options.locator(".palette-name")).to_have_text(["上海华东公司"])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("上海华东公司")


def test_a_command_is_carried_out_and_taken_back(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    page.get_by_role("button", name="Search or do").click()
    page.keyboard.type("undo my")
    page.keyboard.press("Enter")  # before the answer is there: what was typed is meant, not what stood there
    expect(page.locator("#list-count")).to_have_text(str(len(NAMES) - 1))
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_keys_shown_are_those_of_the_page(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto("/customers/")
    page.keyboard.press("?")
    keys = page.locator("#key-help dd")
    expect(keys.filter(has_text="Next and previous row")).to_be_visible()
    expect(keys.filter(has_text="Save the form")).to_have_count(0)
    page.keyboard.press("Escape")
    page.goto("/customers/new/")
    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(keys.filter(has_text="Save the form")).to_be_visible()
    expect(keys.filter(has_text="Next and previous row")).to_have_count(0)
