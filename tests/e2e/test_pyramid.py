"""The pyramid: cuts are moved, tried, applied, and taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

MANAGER = "guan"
AMOUNTS = (800_000, 500_000, 300_000, 150_000, 90_000, 60_000, 40_000, 30_000, 20_000, 10_000)
"""Ten customers whose amounts make 2,000,000: the first makes 40 %, the first two 65 %, the first three 80 %."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Ten customers with a yearly amount each, rated."""
    manager = Person(MANAGER, "administrator", team="华南")
    with served_site(tmp_path_factory.mktemp("site") / "home", manager) as served:
        for number, amount in enumerate(AMOUNTS, start=1):
            add(served, MANAGER, "customers", name=f"东莞{number}厂", amount=str(amount), currency="CNY")
        served.run(["metrics", "refresh"], ["tiers", "run", "abcd", "--apply"])
        yield served


def tiers_on_the_list(page: Page) -> dict[str, str]:
    """Return the tier of each customer, by name, as the list shows it."""
    page.goto("/customers/?order=-amount")
    expect(page.locator("#list tbody tr")).to_have_count(len(AMOUNTS))
    rows = page.locator("#list tbody tr")
    return dict(
        zip(
            rows.locator(".cell-title").all_inner_texts(),
            rows.locator(".tier").all_inner_texts(),
            strict=True,
        )
    )


def test_moved_cuts_are_tried_applied_and_taken_back(visitors: Visitors) -> None:
    page = visitors.sign_in(MANAGER).page
    before = tiers_on_the_list(page)
    assert before["东莞1厂"] == "A"
    assert before["东莞10厂"] == "D"

    page.goto("/tiers/abcd/")
    page.locator("#cut-A").fill("40")
    page.locator("#cut-A").press("Tab")
    trial = page.locator(".tier-trial")
    expect(trial).to_contain_text("would move")
    moved = trial.locator("tbody").first.locator("tr").first
    expect(moved.locator(".tier")).to_have_text(["A", "B"])
    keep_picture(page, "pyramid-trial")
    assert tiers_on_the_list(page) == before, "a trial changes nothing"

    page.goto("/tiers/abcd/")
    page.locator("#cut-A").fill("40")
    page.locator("#cut-A").press("Tab")
    expect(trial).to_contain_text("would move")
    page.get_by_role("button", name="Apply").click()
    undo = page.locator(".toast").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    other = visitors.sign_in(MANAGER).page
    after = tiers_on_the_list(other)
    assert [name for name, tier in after.items() if tier == "A"] == ["东莞1厂"]
    assert after["东莞2厂"] == "B"

    with page.expect_navigation():
        undo.click()
    expect(page.locator("#cut-A")).not_to_have_value("40")
    assert tiers_on_the_list(page) == before
