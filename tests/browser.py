"""Chromium for the tests: one place that finds it, starts it, and listens to what its pages say."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
OWN = "playwright"
FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
)
ISLANDS = Path(__file__).resolve().parents[1] / "src" / "guanxi" / "web" / "static" / "islands"


def find_chromium() -> str | None:
    """Return the path of a Chromium, `playwright` for Playwright's own, or None where there is none."""
    wished = os.environ.get("GUANXI_TEST_CHROMIUM", "")
    if wished == OWN:
        return OWN
    return next(filter(None, map(shutil.which, filter(None, (wished, *NAMES)))), None)


def need_chromium() -> str:
    """Return a Chromium; without one, or without the islands it shows, the test is skipped, and fails in CI."""
    found = find_chromium()
    if found is None:
        leave_out("no Chromium is on this machine")
    if not (ISLANDS / "manifest.json").is_file():
        leave_out("the islands are not built; run: python scripts/build_islands.py")
    return str(found)


def leave_out(reason: str) -> None:
    """Skip the test; where nothing may be left out (`CI=true`), fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium that draws maps, and end it."""
    found = need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=None if found == OWN else found, args=list(FLAGS)
        )
        yield browser
        browser.close()


class Watched:
    """A page with what went wrong on it: console errors, exceptions, violations of the policy, dialogs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.fetched: list[str] = []
        self._expected: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", self._refuse)
        page.on("request", lambda request: self.fetched.append(request.url))

    def expect_fault(self, pattern: str) -> None:
        """Let pass what a deliberately wrong request makes the console say."""
        self._expected.append(pattern)

    def unexpected(self) -> list[str]:
        """Return the faults that nobody announced."""
        return [
            fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self._expected)
        ]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{message.text} ({message.location.get('url', '')})")

    def _refuse(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()
