"""The road everything stands on: a spreadsheet becomes a customer map with tiers, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import need_chromium
from tests.e2e.conftest import Visitors, give_password, keep_picture
from tests.e2e.site import Site, served_site

LIST = Path(__file__).parents[1] / "imports" / "data" / "거래처목록.xlsx"
ROWS = 300


@dataclass(frozen=True)
class Words:
    """What the buttons on the road say."""

    language: str
    check: str
    start: str
    see: str
    map: str
    undo: str
    agree: str
    undone: str


ENGLISH = Words(
    language="en",
    check="Check the rows",
    start="Import 300 rows",
    see="See the customers",
    map="Map",
    undo="Undo the import",
    agree="Go on",
    undone="This import was undone.",
)
CHINESE = Words(
    language="zh-hans",
    check="检查数据",
    start="导入 300 行",
    see="查看客户",
    map="地图",
    undo="撤销导入",
    agree="继续",
    undone="此次导入已撤销。",
)


@pytest.fixture(scope="module", params=[ENGLISH, CHINESE], ids=lambda words: words.language)
def words(request: pytest.FixtureRequest) -> Words:
    """The language of the person on the road."""
    found: Words = request.param
    return found


@pytest.fixture(scope="module")
def site(words: Words, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An empty site for each language."""
    need_chromium()
    with served_site(tmp_path_factory.mktemp("site") / "home") as served:
        yield served


def test_a_spreadsheet_becomes_a_map_with_tiers_and_is_taken_back(visitors: Visitors, words: Words) -> None:
    page = visitors.stranger().page
    give_password(page, "admin", visitors.site.passwords["admin"])
    choose_language(page, words.language)

    drop_the_list(page)
    expect_columns_as_guessed(page)
    page.get_by_role("button", name=words.check).click()
    page.get_by_role("button", name=words.start).click()
    imported = page.url
    expect(page.locator("#import-work .tally dd").first).to_have_text(str(ROWS))
    keep_picture(page, f"road-result-{words.language}")

    page.get_by_role("link", name=words.see).click()
    expect(page.locator("#list-count")).to_have_text(str(ROWS))
    wait_for_tiers(page)
    expect_everybody_on_the_map(page, words)
    edited = edit_a_customer_of_tier_a(page)

    page.goto(imported)
    page.get_by_role("button", name=words.undo).click()
    page.get_by_role("dialog").get_by_role("button", name=words.agree).click()
    expect(page.get_by_text(words.undone)).to_be_visible()
    expect(page.locator(".toast")).to_contain_text(edited)
    page.goto("/customers/")
    expect(page.locator("#list .cell-title")).to_have_text([edited])


def choose_language(page: Page, language: str) -> None:
    page.goto("/settings/")
    page.locator("select[name=language]").select_option(language)
    page.locator("main form button[type=submit]").first.click()
    lang = {"en": "en", "zh-hans": "zh-Hans"}[language]
    expect(page.locator("html")).to_have_attribute("lang", lang)


def drop_the_list(page: Page) -> None:
    page.locator("#sidebar a[href='/imports/']").click()
    page.locator("input[type=file]").set_input_files(LIST)
    expect(page.locator("table.mapping")).to_be_visible()


def expect_columns_as_guessed(page: Page) -> None:
    guessed = page.locator("table.mapping select").evaluate_all(
        "all => Object.fromEntries(all.map(one => [one.ariaLabel, one.value]))"
    )
    expected = {"거래처명": "name", "거래처코드": "external_id", "주소": "address", "업종": "industry"}
    assert {name: guessed[name] for name in expected} == expected
    assert "amount" in guessed.values()
    assert "phone" in guessed.values()


def wait_for_tiers(page: Page) -> None:
    """Tiers are computed by a job of its own after the import: look again until it is through."""
    while page.locator("#list .tier").count() == 0:
        page.reload()


def expect_everybody_on_the_map(page: Page, words: Words) -> None:
    page.locator("#view-switch").get_by_role("link", name=words.map).click()
    page.wait_for_selector("#map[data-state=idle]")
    expect(page.locator("#map-count")).to_have_text(str(ROWS))
    legend = page.locator(".map-legend .num").all_inner_texts()
    assert sum(map(int, legend)) == ROWS
    drawn = page.request.get("/api/v1/map/tiles/0/0/0.mvt")
    assert drawn.ok
    assert drawn.body()
    keep_picture(page, f"road-map-{words.language}")
    page.locator(".map-legend a").first.click()
    page.wait_for_selector("#map[data-state=idle]")
    expect(page.locator(".facet-value")).to_have_text("A")
    expect(page.locator("#map-count")).to_have_text(legend[0])


def edit_a_customer_of_tier_a(page: Page) -> str:
    page.locator("#view-switch, .view-switch").first.get_by_role("link").first.click()
    expect(page.locator("#list .tier").first).to_have_text("A")
    title = page.locator("#list .cell-title").first
    name = title.inner_text()
    title.click()
    expect(page.locator("h1")).to_have_text(name)
    page.locator("dd.cell-edit[data-edit-url*='/industry/']").click()
    page.locator("dd.cell-edit input").fill("종합 도매")
    page.keyboard.press("Enter")
    expect(page.locator("dd.is-saved")).to_have_text("종합 도매")
    page.reload()
    expect(page.locator("#timeline .change ins").first).to_have_text("종합 도매")
    return name
