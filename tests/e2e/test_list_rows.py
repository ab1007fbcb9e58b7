"""A long list grows while it is scrolled, with few rows in the page; what is chosen, copied and found again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.site import Person, Site, served_site

OWNER = "ouyang"
CUSTOMERS = 1_230
ADDRESS = "/customers/?order=external_id&columns=external_id,industry,size"
ADD = """
from django.utils import timezone
from guanxi.access.models import User
from guanxi.customers.models import Customer
owner = User.objects.get(username={owner!r})
Customer.objects.bulk_create(
    Customer(name=f"客户 {{number:05}}", external_id=f"{{number:05}}", industry="茶", size=number, owner=owner,
             team=owner.teams.first(), created_at=timezone.now(), updated_at=timezone.now())
    for number in range({count})
)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Somebody with more customers than a page holds."""
    with served_site(
        tmp_path_factory.mktemp("site") / "home", Person(OWNER, "manager", team="华东")
    ) as served:
        served.home.ask(ADD.format(owner=OWNER, count=CUSTOMERS))
        yield served


def scroll_to_row(page: Page, number: int) -> None:
    """Scroll the list until the row of that number is loaded and seen."""
    page.evaluate(
        """async number => {
            const wrap = document.querySelector("#list .records-wrap");
            const seen = () => [...document.querySelectorAll("#list td[data-edit-url*='/size/']")]
                .some(cell => cell.dataset.value === String(number));
            while (!seen()) {
                wrap.scrollTop = Math.min(number * 35, wrap.scrollHeight);
                await new Promise(resolve => requestAnimationFrame(resolve));
            }
        }""",
        number,
    )


def drawn(page: Page) -> int:
    """How many rows stand in the page."""
    return page.locator("#list tbody tr[data-record]").count()


def test_a_long_list_is_scrolled_with_few_rows_in_the_page_and_found_again(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(ADDRESS)
    expect(page.locator("#list-pager")).to_contain_text(re.compile("1–1[0-9]{2}"))
    scroll_to_row(page, 1200)
    expect(page.get_by_role("link", name="客户 01200")).to_be_visible()
    assert drawn(page) <= 110
    expect(page.locator("#list-pager")).to_contain_text("1–1,230")
    keep_picture(page, "rows-deep")
    page.get_by_role("link", name="客户 01200").hover()
    top = page.evaluate("document.querySelector('#list .records-wrap').scrollTop")
    page.get_by_role("link", name="客户 01200").click()
    expect(page).to_have_url(re.compile(r"/customers/\d+/"))
    page.go_back()
    expect(page.get_by_role("link", name="客户 01200")).to_be_visible()
    assert abs(page.evaluate("document.querySelector('#list .records-wrap').scrollTop") - top) <= 1


def test_keys_choice_and_clipboard_go_beyond_the_page(visitors: Visitors) -> None:
    page = visitors.sign_in(OWNER).page
    page.goto(ADDRESS)
    scroll_to_row(page, 400)
    scroll_to_row(page, 0)
    page.locator("td[data-edit-url*='/industry/']").first.focus()
    page.keyboard.press("Control+End")
    focused = page.locator("td:focus")
    expect(focused).to_have_attribute("data-edit-url", re.compile("/size/"))
    last = int(str(focused.get_attribute("data-value")))
    assert last >= 400
    page.keyboard.press("Control+Shift+Home")
    copied = page.evaluate(
        """() => {
            const data = new DataTransfer();
            const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
            return data.getData("text/plain");
        }"""
    )
    lines = copied.split("\n")
    assert len(lines) == last + 1
    assert lines[last].split("\t")[-1] == str(last)
    page.keyboard.press("PageDown")
    expect(page.locator("td:focus")).to_have_count(1)
    page.locator("#list [data-select-all]").check()
    expect(page.locator("[data-bulk-count]")).to_have_text(re.compile(r"^\d{3,} selected"))
    sent = page.evaluate("new FormData(document.getElementById('bulk')).getAll('ids').length")
    assert sent > last
    assert drawn(page) <= 110


def test_without_a_script_pages_have_links_and_a_long_list_is_counted_when_asked(
    visitors: Visitors, site: Site
) -> None:
    visitors.sign_in(OWNER)
    context = visitors.browser.new_context(
        base_url=site.url, java_script_enabled=False, storage_state=site.sessions[OWNER]
    )
    page = context.new_page()
    page.goto(ADDRESS)
    expect(page.locator("#list .cell-title")).to_have_count(50)
    page.locator("a[rel=next]").click()
    expect(page.locator("#list .cell-title").first).to_have_text("客户 00050")
    context.close()
