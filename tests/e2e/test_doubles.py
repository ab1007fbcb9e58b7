"""Doubles: the queue by keyboard alone, and the warning while typing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add, send
from tests.e2e.site import Person, Site, served_site

HERS = "深圳市华强电子有限公司"
PHONE = "13800130001"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Alice's customers, two pairs of which are one; Charlie is of another team."""
    people = Person("alice", "member", team="North"), Person("charlie", "member", team="South")
    with served_site(tmp_path_factory.mktemp("site") / "home", *people) as served:
        add(served, "alice", "customers", name=HERS, phone=PHONE, industry="电子")
        add(
            served,
            "alice",
            "customers",
            name="深圳市华墙电子有限公司",
            phone="+86 138-0013-0001",
            email="a@hq.cn",
        )
        add(served, "alice", "customers", name="天河贸易", phone="13900139000")
        add(served, "alice", "customers", name="天河商贸", phone="13900139000")
        yield served


def names(site: Site) -> list[str]:
    """The names of Alice's customers."""
    found = send(site, "alice", "GET", "/api/v1/customers?order=name")
    return [item["name"] for item in found["items"]]


def at_hand(page: Page) -> str:
    """The two names of the pair at hand."""
    return " / ".join(page.locator(".double-table thead .cell-title").all_inner_texts())


def test_doubles_are_merged_undone_and_kept_apart_by_keyboard_alone(visitors: Visitors, site: Site) -> None:
    page = visitors.sign_in("alice").page
    page.goto("/duplicates/")
    page.get_by_role("button", name="Search for doubles").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-pair]")).to_have_count(2)
    expect(page.locator(".double-head")).to_contain_text("the names sound alike")
    keep_picture(page, "doubles")
    page.keyboard.press("j")
    expect(page.locator("[data-pair]").nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(page.locator("[data-pair]").nth(0)).to_have_attribute("aria-current", "true")
    chosen = page.locator("tr[data-choice]", has_text="Name").locator("input:checked")
    expect(chosen).to_have_attribute("data-number", "1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("2")
    expect(chosen).to_have_attribute("data-number", "2")
    kept = page.locator("tr.is-current .double-side:has(:checked) > span").inner_text()
    page.keyboard.press("m")
    expect(page.locator(".double-decided")).to_be_visible()
    assert names(site) == sorted([kept, "天河商贸", "天河贸易"])
    page.keyboard.press("u")
    expect(page.locator("[data-pair]")).to_have_count(2)
    assert len(names(site)) == 4
    before = at_hand(page)
    page.keyboard.press("n")
    expect(page.locator("[data-pair]")).to_have_count(1)
    assert at_hand(page) != before
    page.get_by_role("button", name="Search again").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".double-work")).to_have_count(0)
    expect(page.locator("[data-pair]")).to_have_count(1)
    assert len(names(site)) == 4


def test_the_warning_names_it_to_its_owner_and_to_others_only_says_that_it_is_there(
    visitors: Visitors, site: Site
) -> None:
    alice = visitors.sign_in("alice").page
    alice.goto("/customers/new/")
    alice.locator("#id_phone").press_sequentially(PHONE)
    warning = alice.locator(".duplicate-warned")
    expect(warning.get_by_role("link", name=HERS)).to_be_visible()
    expect(warning).to_contain_text("the same phone")
    keep_picture(alice, "doubles-warning")
    charlie = visitors.sign_in("charlie", size=(390, 844)).page
    charlie.goto("/customers/new/")
    charlie.locator("#id_phone").press_sequentially(PHONE)
    expect(charlie.locator(".duplicate-warned h2")).to_have_text("This is there already, with a colleague")
    told = charlie.locator(".duplicate-warning").inner_html()
    for secret in (HERS, "华强", "华墙", "alice", "North", "电子", "/customers/"):
        assert secret not in told
    charlie.locator("#id_name").fill("华强")
    charlie.get_by_role("button", name="Save").click()
    expect(charlie.locator("h1")).to_have_text("华强")
