"""A metric of the team's: tried while it is chosen, kept, and at once a field that the list filters and sorts by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.seed import add
from tests.e2e.site import Person, Site, served_site

TODAY = datetime.now(UTC).date()
ROOT, ALICE, CHARLIE = "guan", "alice", "charlie"
ORDERS = {"华强电子": (20_000, 15_000, 12_000), "한빛상사": (10_001, 500), "东莞五金": (9_999,)}
REFRESHED = 240_000
"""Milliseconds in which a refresh and a preview are over, also on a machine that does other things."""
HERS = ("华强电子", "东莞五金")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Alice has two customers, Charlie of another team one; each has orders of this month and a large one long ago."""
    people = (
        Person(ROOT, "administrator", team="华南"),
        Person(ALICE, "member", team="华南"),
        Person(CHARLIE, "member", team="华东"),
    )
    with served_site(tmp_path_factory.mktemp("site") / "home", *people) as served:
        for name, totals in ORDERS.items():
            owner = ALICE if name in HERS else CHARLIE
            customer = add(served, owner, "customers", name=name)["id"]
            days = [TODAY - timedelta(days=3 + place) for place in range(len(totals))]
            for day, total in [*zip(days, totals, strict=True), (TODAY - timedelta(days=400), 90_000)]:
                values = {"customer": customer, "ordered_on": day.isoformat(), "currency": "CNY"}
                add(served, owner, "orders", total=str(total), **values)
        yield served


def until_computed(page: Page, address: str) -> None:
    """Look at a metric's page until the refresh that its definition has asked for is over."""
    for _ in range(REFRESHED // 1000):
        page.goto(address)
        if page.locator(".histogram").count():
            return
        page.wait_for_timeout(1000)
    expect(page.locator(".histogram")).to_be_visible()


def names_on_the_list(page: Page) -> list[str]:
    """Return the names the list shows, in its order."""
    page.wait_for_selector("#list tbody tr")
    return page.locator("#list .cell-title").all_inner_texts()


def test_large_orders_of_the_last_half_year(visitors: Visitors) -> None:
    visitor = visitors.sign_in(ROOT)
    visitor.expect_fault(r"htmx:(afterRequest|sendAbort)")  # a preview gives way to the next one
    page = visitor.page
    page.goto("/metrics/")
    page.get_by_role("link", name="Define the first").click()
    preview = page.locator("#metric-preview")
    expect(preview).to_contain_text("Nothing was fed to the warehouse yet")
    preview.get_by_role("button", name="Refresh now").click()
    expect(preview).to_contain_text("3 customers you see have a value", timeout=REFRESHED)

    page.locator("#metric-label").fill("Orders over 10,000 in the last 6 months")
    page.locator("#metric-count").fill("6")
    page.locator("#metric-condition").fill("total > 10000 and")
    expect(page.locator("#fault-condition")).to_contain_text("ends too early")
    page.locator("#metric-condition").fill("total > 10000")
    expect(page.locator("#fault-condition")).to_be_empty()
    first = preview.locator(".metric-examples li").first
    expect(first.locator("summary")).to_contain_text("华强电子")
    expect(first.locator("summary b")).to_have_text("3")
    first.locator("summary").click()
    expect(first).to_contain_text("CN¥20,000.00")
    keep_picture(page, "metric-editor")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("h1")).to_have_text("Orders over 10,000 in the last 6 months")
    address = page.url
    until_computed(page, address)
    keep_picture(page, "metric-page")
    page.get_by_role("link", name="In the list").click()
    assert names_on_the_list(page) == ["华强电子", "한빛상사", "东莞五金"]
    field = "orders_over_10_000_in_the_last_6_months"
    page.goto(f"/customers/?where={field}+%3E%3D+1&order={field}")
    assert names_on_the_list(page) == ["한빛상사", "华强电子"]
    page.goto("/metrics/")
    expect(page.locator(f"#count-{field}")).to_have_text("3")
    keep_picture(page, "metrics")


def test_others_see_it_of_their_own_customers_only(visitors: Visitors) -> None:
    field = "orders_over_10_000_in_the_last_6_months"
    for name, seen in ((CHARLIE, ["한빛상사"]), (ALICE, ["华强电子"])):
        page = visitors.sign_in(name).page
        page.goto(f"/customers/?where={field}+%3E%3D+1&columns={field}")
        assert names_on_the_list(page) == seen
        page.goto(f"/metrics/{field}/")
        expect(page.locator(".histogram")).to_be_visible()
        shown = set(page.locator(".item-list a").all_inner_texts())
        assert shown <= {*seen, *(HERS if name == ALICE else ())}
        assert page.get_by_role("link", name="Edit").count() == 0
