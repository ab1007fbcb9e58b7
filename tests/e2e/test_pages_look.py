"""Every main page on desk and phone, light and dark, in three languages: nothing cut off, faint or untranslated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import need_chromium
from tests.e2e.conftest import Visitors, keep_picture
from tests.e2e.site import Person, Site, served_site

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}
PAGES = {
    "home": "/",
    "customers": "/customers/",
    "customer": "/customers/?order=-amount",
    "new customer": "/customers/new/",
    "doubles": "/duplicates/merge/?ids=1,2",
    "imports": "/imports/",
    "import columns": "/imports/",
    "map": "/map/",
    "pyramid": "/tiers/abcd/",
    "settings": "/settings/",
    "people": "/settings/people/",
}
DESK, PHONE = (1440, 900), (390, 844)
LABELS = (
    ".sidebar-link:not(:has(.sidebar-name)), .sidebar-group, .bottom-nav a, "
    ".control-bar .btn, main .btn, main label, h2, .stepper li"
)
LOOKS = (Path(__file__).parent / "looks.js").read_text(encoding="utf-8")
BUYERS = Path(__file__).parents[1] / "imports" / "data" / "buyers 2026.csv"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo company of a property developer, and an administrator for each language."""
    need_chromium()
    readers = [Person(f"reader-{language}", "administrator", language=language) for language in LANGUAGES]
    with served_site(tmp_path_factory.mktemp("site") / "home", *readers) as served:
        (made,) = served.run(["demo", "--kit", "real-estate", "--customers", "120", "--json"])
        assert json.loads(made)["customers"] == 120
        yield served


def open_page(page: Page, name: str) -> None:
    """Go where a person would go to see this page."""
    page.goto(PAGES[name])
    if name == "import columns":
        page.locator("input[type=file]").set_input_files(BUYERS)
        expect(page.locator("table.mapping")).to_be_visible()
    elif name == "customer":
        page.locator("#list .cell-title").first.click()
        expect(page.locator("#timeline")).to_be_visible()
    elif name == "map":
        page.wait_for_selector("#map[data-state=idle]")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_right_everywhere(visitors: Visitors, name: str, language: str) -> None:
    page = visitors.sign_in(f"reader-{language}").page
    open_page(page, name)
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[language])
    page.evaluate(LOOKS)
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            found = page.evaluate("() => [looks.overflowing(), looks.clipped(), looks.faint()].flat()")
            faults += [f"{scheme}, {width} px: {fault}" for fault in found]
            keep_picture(page, f"{name.replace(' ', '-')}-{language}-{scheme}-{width}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.keyboard.press("Tab")
    faults += page.evaluate("() => looks.unfocusable()")
    if language != "en":
        left = page.evaluate("selectors => looks.untranslated(selectors)", LABELS)
        faults += [f"not translated: {text}" for text in left]
    assert "\n".join(sorted(set(faults))) == ""
