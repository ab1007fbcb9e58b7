"""What a browser fetches for the first screens: requests and bytes, with an empty cache, against Odoo's board.

    python bench/first_screen.py [--customers 413]

Each page is opened in a context of its own. `transferred` is what came over the wire (headers and compressed bodies,
as Chromium counts them), `decoded` what the bodies unfold to. Odoo's board of opportunities took 230 requests and
8 MB when it was looked at for the design of this program.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measuring import homes, machine, print_table
from pages import served

INSIDE = Path(__file__).resolve().parent / "inside"
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
MOST_REQUESTS, MOST_BYTES = 20, 1_000_000
ODOO_REQUESTS, ODOO_BYTES = 230, 8_000_000
PAGES = {"sign-in": "/accounts/login/", "home": "/", "list": "/customers/", "record": "", "map": "/map/"}


def open_page(
    browser: Any, root: str, address: str, cookie: Mapping[str, str] | None
) -> tuple[int, int, int]:
    """Open a page with an empty cache: requests, bytes transferred, bytes decoded."""
    context = browser.new_context(locale="en-GB")
    if cookie is not None:
        context.add_cookies([{**cookie, "url": root}])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    counted = {"requests": 0, "transferred": 0, "decoded": 0}

    def sent(event: Mapping[str, Any]) -> None:
        if not event["request"]["url"].startswith(("data:", "blob:")):
            counted["requests"] += 1

    def received(event: Mapping[str, Any]) -> None:
        counted["decoded"] += int(event["dataLength"])

    def finished(event: Mapping[str, Any]) -> None:
        counted["transferred"] += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.dataReceived", received)
    session.on("Network.loadingFinished", finished)
    answer = page.goto(f"{root}{address}", wait_until="networkidle", timeout=180_000)
    if answer is None or answer.status != 200 or (cookie is not None and "/login/" in page.url):
        raise SystemExit(f"{address} was not shown")
    context.close()
    return counted["requests"], counted["transferred"], counted["decoded"]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=413)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this bench needs it

    where, lines = machine(), []
    with homes(["sqlite"]) as (home,), sync_playwright() as playwright:
        home.run(str(INSIDE / "growing.py"), str(options.customers))
        told = json.loads(home.run(str(INSIDE / "paging.py"), "--addresses", "1").output)
        name, _, value = told["cookie"].partition("=")
        executable = os.environ.get("GUANXI_TEST_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        with served(home) as port:
            for page, address in PAGES.items():
                cookie = None if page == "sign-in" else {"name": name, "value": value}
                target = address or told["addresses"]["record page"][0]
                requests, transferred, decoded = open_page(
                    browser, f"http://127.0.0.1:{port}", target, cookie
                )
                lines.append(
                    [
                        page,
                        requests,
                        transferred / 1000,
                        decoded / 1000,
                        "yes" if requests <= MOST_REQUESTS and transferred <= MOST_BYTES else "no",
                        ODOO_REQUESTS / requests,
                        ODOO_BYTES / transferred,
                    ]
                )
        browser.close()
    print_table(
        f"First screens with an empty cache, {options.customers:,} customers (limit: 20 requests, 1,000 kB)",
        [
            "page",
            "requests",
            "kB transferred",
            "kB decoded",
            "within the limit",
            "Odoo ÷, requests",
            "Odoo ÷, bytes",
        ],
        lines,
    )
    print(f"{where}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
