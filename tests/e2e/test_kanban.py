"""The board: cards moved by hand and by key, taken back, gone on with, and held still for who only looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

OWNER, LOOKER = "ouyang", "viola"
ADDRESS = "/customers/?shape=kanban&by=kind&order=name"
MANY = 45


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Somebody with many companies, and a teammate who only looks."""
    people = (Person(OWNER, "manager", team="华东"), Person(LOOKER, "viewer", team="华东"))
    with served_site(tmp_path_factory.mktemp("site") / "home", *people) as served:
        for number in range(MANY):
            add(served, OWNER, "customers", name=f"客户 {number:02}", kind="company")
        yield served


def column(page: Page, value: str) -> Locator:
    """A column by its value."""
    return page.locator(f".kanban-column[data-value='{value}']")


def card(where: Page | Locator, name: str) -> Locator:
    """A card by its name."""
    return where.locator(".kanban-card").filter(has_text=name)


def test_a_card_is_dragged_and_taken_back(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(ADDRESS)
    card(page, "客户 00").drag_to(column(page, "person"))
    expect(card(column(page, "person"), "客户 00")).to_be_visible()
    keep_picture(page, "kanban")
    with page.expect_navigation():
        page.locator(".toast button", has_text="Undo").click()
    page.goto(ADDRESS)
    expect(card(column(page, "company"), "客户 00")).to_be_visible()


def test_keys_walk_move_and_open(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(ADDRESS)
    card(page, "客户 01").focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, "客户 02")).to_be_focused()
    before = page.locator(".kanban-column").evaluate_all("all => all.map(one => one.dataset.value)")
    key = "ArrowRight" if before.index("person") > before.index("company") else "ArrowLeft"
    page.keyboard.press(f"Shift+{key}")
    expect(card(column(page, "person"), "客户 02")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("客户 02")


def test_a_column_goes_on_as_it_is_scrolled(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(ADDRESS)
    cards = column(page, "company").locator(".kanban-card")
    last = card(column(page, "company"), f"客户 {MANY - 1}")
    expect(cards.first).to_be_visible()
    for _part in range(3):
        shown = cards.count()
        if last.count():
            break
        cards.last.scroll_into_view_if_needed()
        column(page, "company").locator(".kanban-cards").evaluate("one => one.scrollTo(0, one.scrollHeight)")
        expect(cards.nth(shown)).to_be_attached()
    expect(last).to_be_attached()


def test_who_only_looks_moves_nothing(visitors: Visitors) -> None:
    page = visitors.sign_in(LOOKER).page
    page.goto(ADDRESS)
    expect(card(page, "客户 00")).to_be_visible()
    expect(page.locator("[data-move-url]")).to_have_count(0)
