"""One Chromium and one served program a file; watched pages, and people who are signed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser import Watched, chromium, need_chromium
from tests.e2e.site import Site, served_site

PATIENCE = 60_000
HERE = Path(__file__).parent

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that stands here as needing a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The program, served for the tests of a file."""
    need_chromium()
    with served_site(tmp_path_factory.mktemp("site") / "home") as served:
        yield served


class Visitors:
    """Opens browsers for people, and remembers what went wrong on any of their pages."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.watched: list[Watched] = []

    def stranger(
        self,
        *,
        size: tuple[int, int] = (1440, 900),
        scheme: Literal["light", "dark"] = "light",
        state: StorageState | None = None,
    ) -> Watched:
        """Open an empty page in a browser of its own."""
        context = self.browser.new_context(
            base_url=self.site.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            storage_state=state,
        )
        context.set_default_timeout(PATIENCE)
        self.watched.append(Watched(context.new_page()))
        return self.watched[-1]

    def sign_in(
        self, name: str, *, size: tuple[int, int] = (1440, 900), scheme: Literal["light", "dark"] = "light"
    ) -> Watched:
        """Open a page for a person of the site; who has signed in once stays signed in."""
        known = self.site.sessions.get(name)
        visitor = self.stranger(size=size, scheme=scheme, state=known)
        if known is None:
            give_password(visitor.page, name, self.site.passwords[name])
            self.site.sessions[name] = visitor.page.context.storage_state()
        return visitor

    def leave(self) -> list[str]:
        """Close all; return what went wrong."""
        faults = [fault for one in self.watched for fault in one.unexpected()]
        for one in self.watched:
            one.page.context.close()
        return faults


@pytest.fixture
def visitors(browser: Browser, site: Site) -> Iterator[Visitors]:
    """People with browsers; any fault on a page of theirs fails the test."""
    opened = Visitors(browser, site)
    yield opened
    assert opened.leave() == []


def give_password(page: Page, name: str, password: str) -> None:
    """Sign in with the form."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("form[action*=login] button[type=submit]").click()
    expect(page.locator("#sidebar")).to_be_attached()


def keep_picture(page: Page, name: str) -> None:
    """Save what the page looks like when somebody wants to see it (`GUANXI_SCREENSHOTS` names a directory)."""
    directory = os.environ.get("GUANXI_SCREENSHOTS")
    if directory:
        Path(directory).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(directory) / f"{name}.png")
