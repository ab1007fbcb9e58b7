"""The two maps in a real browser: the self-contained file without a network, and the page's map over our own tiles."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from guanxi.places.calc.cluster_layer import cluster_layer
from guanxi.places.calc.clusters import PointIndex
from guanxi.places.calc.tiles import encode_tile
from guanxi.places.standalone import MapCandidate, MapCustomer, TierLegend, render_map
from tests.browser import ISLANDS, Watched, chromium

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'"
)
HOSTILE = "<img src=x onerror=alert(1)>"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def settle(watched: Watched) -> None:
    """Wait until the map has drawn all it shows."""
    watched.page.wait_for_selector("#map[data-state=idle]", timeout=90_000)


def customers() -> list[MapCustomer]:
    near = [
        MapCustomer(
            row=row,
            name=f"{HOSTILE} {row}" if row % 2 else f"</script><script>alert(2)</script> 上海 {row}",
            address=f"世纪大道{row}号",
            latitude=31.2 + row / 1000,
            longitude=121.4 + row / 1000,
            level="street",
            accuracy_m=300,
            tier="AB"[row % 2],
            phone="138****0001",
        )
        for row in range(2, 42)
    ]
    spots = [
        MapCandidate(39.92, 116.44, "county", "北京市朝阳区"),
        MapCandidate(43.83, 125.29, "county", "长春市朝阳区"),
    ]
    doubtful = MapCustomer(
        row=50,
        name="朝阳建国",
        address="朝阳区建国路87号",
        latitude=39.92,
        longitude=116.44,
        candidates=spots,
        needs_review=True,
    )
    return [*near, doubtful, MapCustomer(row=51, name="nowhere", address="??")]


@pytest.fixture
def file_page(browser: Browser, tmp_path: Path) -> Iterator[Watched]:
    file = tmp_path / "map.html"
    file.write_text(
        render_map(customers(), title=f"客户地图 {HOSTILE}", tiers=[TierLegend("A"), TierLegend("B")]),
        encoding="utf-8",
    )
    context = browser.new_context(offline=True, locale="zh-CN", viewport={"width": 1200, "height": 800})
    watched = Watched(context.new_page())
    watched.page.goto(file.as_uri())
    settle(watched)
    yield watched
    context.close()


def test_the_file_works_without_a_network_and_shows_names_as_text(file_page: Watched) -> None:
    page = file_page.page
    assert page.title() == f"客户地图 {HOSTILE}"
    assert page.locator(".rows > li").count() == 42
    assert page.locator("img, .rows script").count() == 0
    page.get_by_text(f"{HOSTILE} 3", exact=True).click()
    assert page.locator(".map-info-head").inner_text().startswith(f"{HOSTILE} 3")
    assert "138****0001" in page.locator(".map-info").inner_text()
    assert [url for url in file_page.fetched if not url.startswith(("file:", "blob:", "data:"))] == []
    assert file_page.faults == []


def test_the_file_is_searched_and_filtered_by_tier(file_page: Watched) -> None:
    page = file_page.page
    page.fill(".search", "大道7号")
    page.wait_for_function("() => document.querySelectorAll('.rows > li').length === 1")
    page.fill(".search", "")
    page.wait_for_function("() => document.querySelectorAll('.rows > li').length === 42")
    page.locator(".legend-tier", has_text="A").click()
    assert page.locator(".rows > li").count() == 22
    assert page.locator(".rows .tier[data-tier='1']").count() == 0


def test_the_review_list_offers_the_candidates(file_page: Watched) -> None:
    page = file_page.page
    page.get_by_role("button", name="待确认").click()
    assert page.locator(".rows > li").count() == 2
    assert "无法定位" in page.locator(".rows > li").nth(1).inner_text()
    page.get_by_role("button", name="长春市朝阳区").click()
    assert "朝阳建国" in page.locator(".map-info-head").inner_text()


def test_the_file_speaks_four_languages(file_page: Watched) -> None:
    page = file_page.page
    for language, words in (
        ("ko", "확인 필요"),
        ("zh-hant", "待確認"),
        ("en", "To review"),
        ("zh-hans", "待确认"),
    ):
        page.locator("select").select_option(language)
        assert page.get_by_role("button", name=words).count() == 1
    assert page.evaluate("() => document.documentElement.lang") == "zh-Hans"


class Pages(http.server.BaseHTTPRequestHandler):
    """The page of one customer: static files, its tiles and its information window."""

    index = PointIndex.build(np.array([121.5]), np.array([31.2]), np.array([7]), np.array([1]))
    moves: list[tuple[str, dict[str, float]]]
    undone: list[str]

    def answer(self, body: bytes, kind: str, changeset: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        if changeset:
            self.send_header("Guanxi-Changeset", changeset)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/api/v1/map/tiles/"):
            zoom, column, row = (int(part) for part in path.removesuffix(".mvt").split("/")[-3:])
            layer = cluster_layer(self.index.tile(zoom, column, row), {1: "A"})
            self.answer(encode_tile([layer]), "application/vnd.mapbox-vector-tile")
        elif path == "/map/info/7/":
            self.answer(json.dumps(self.place()).encode(), "application/json")
        elif path == "/":
            self.answer(self.html().encode(), "text/html; charset=utf-8")
        else:
            kinds = {".css": "text/css", ".json": "application/json"}
            file = ISLANDS / path.lstrip("/")
            self.answer(
                file.read_bytes() if file.is_file() else b"", kinds.get(file.suffix, "text/javascript")
            )

    def do_PATCH(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.moves.append((self.headers["If-Match"], sent))
        self.answer(b"{}", "application/json", "41")

    def do_POST(self) -> None:
        self.undone.append(self.path)
        self.answer(b"{}", "application/json")

    def place(self) -> dict[str, object]:
        tier = {"position": 1, "name": "A"}
        spot = {"longitude": 121.5, "latitude": 31.2, "level": "township", "accuracy_m": 1800}
        return {
            "id": 7,
            "version": 3,
            "name": HOSTILE,
            "tier": tier,
            "phone": "138****0001",
            "can_edit": True,
            **spot,
        }

    def html(self) -> str:
        return (Path(__file__).parent / "map_page.html").read_text()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(browser: Browser) -> Iterator[tuple[Watched, type[Pages]]]:
    handler = type("OwnPages", (Pages,), {"moves": [], "undone": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    watched = Watched(context.new_page())
    watched.page.goto(f"http://127.0.0.1:{server.server_port}/")
    settle(watched)
    yield watched, handler
    context.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_our_tiles_are_drawn_and_a_click_opens_the_window(served: tuple[Watched, type[Pages]]) -> None:
    watched, _ = served
    box = watched.page.locator("#map").bounding_box()
    assert box
    watched.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    watched.page.wait_for_selector(".map-info")
    text = watched.page.locator(".map-info").inner_text()
    assert text.startswith(HOSTILE)
    assert "within 1.8 km" in text
    assert watched.page.locator(".map-info img").count() == 0
    assert watched.faults == []


def test_a_pin_moved_by_hand_is_sent_with_its_version_and_can_be_undone(
    served: tuple[Watched, type[Pages]],
) -> None:
    watched, handler = served
    page = watched.page
    page.locator("button[data-place]").click()
    page.get_by_role("button", name="Move pin").click()
    pin = page.locator(".maplibregl-marker").bounding_box()
    assert pin
    start = (pin["x"] + pin["width"] / 2, pin["y"] + pin["height"] / 2)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 90, start[1], steps=6)
    page.mouse.up()
    page.get_by_text("Pin moved").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("() => document.querySelectorAll('.toast').length === 0")
    ((version, there),) = handler.moves
    assert version == '"3"'
    assert there["longitude"] > 121.5
    assert there["latitude"] == pytest.approx(31.2, abs=0.001)
    assert handler.undone == ["/api/v1/changesets/41/undo"]
