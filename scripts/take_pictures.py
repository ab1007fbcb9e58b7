"""Take the picture of the README: the map of the demo company, light, in Chinese, as people see it.

A demo is made in a temporary home and served for as long as it takes.
Run from the root of the repository: python scripts/take_pictures.py
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
PICTURE = ROOT / "docs" / "images" / "map.png"
SIZE = {"width": 1440, "height": 900}
CUSTOMERS = 413


def main() -> None:
    """Make the demo, open its map, and keep what it looks like."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from tests.browser import chromium  # noqa: PLC0415 - the settings are named first
    from tests.e2e.site import served_site  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as directory, served_site(Path(directory) / "home") as site:
        (made,) = site.run(["demo", "--kit", "real-estate", "--customers", str(CUSTOMERS), "--json"])
        name, password = next(iter(json.loads(made)["people"].items()))
        with chromium() as browser:
            page = browser.new_context(base_url=site.url, viewport=SIZE, locale="zh-CN").new_page()
            page.goto("/accounts/login/?next=/map/")
            page.locator("input[name=login]").fill(name)
            page.locator("input[name=password]").fill(password)
            page.locator("form[action*=login] button[type=submit]").click()
            page.wait_for_selector("#map[data-state=idle]", timeout=120_000)
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURE)
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
