"""Lists with faults: each is shown and mended in its cell, or comes back as a file; hostile files are one line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitors, keep_picture
from tests.imports.files import Value, write_bytes, write_lying_bomb, write_xlsx

HEADER = "客户名称,电话,生日,纬度,经度,地址"
GOOD = "许昌鑫源商贸有限公司,13800138000,1980-05-06,34.03,113.85,许昌市魏都区七一路15号"
BAD_PHONE = "宏达电气有限公司,138****8000,1975-01-02,34.02,113.82,许昌市建安区昌盛路8号"
BAD_DATE = "莲城烟酒店,15937401234,1980-13-45,34.01,113.83,许昌市魏都区文峰路220号"
BAD_SPOT = "长葛机械厂,13700137000,1969-12-31,934.2,113.77,长葛市金桥路1号"
FAULTY = f"{HEADER}\n{GOOD}\n{BAD_PHONE}\n{BAD_DATE}\n{BAD_SPOT}\n"
TWICE: list[list[Value]] = [
    ["客戶名稱", "聯絡人", "電話", "地址", "年營業額"],
    ["臺北紡織股份有限公司", "林小姐", "02-2311-5678", "臺北市中正區忠孝西路一段49號", 120000],
    ["㈜한빛식품", "김민수", "+82 2-490-4540", "서울특별시 마포구 월드컵로 136", 86500.5],
    ["Brightway Textiles", "Ewa Wójcik", "+48 22 373 66 94", "ul. Długa 38, Kraków", 3200],
]


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """The administrator's page."""
    return visitors.sign_in("admin").page


def drop(page: Page, file: Path) -> None:
    """Choose a file on Imports; it is sent at once."""
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(file)


def check(page: Page, file: Path) -> None:
    """Bring a file as far as its preview."""
    drop(page, file)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.locator(".tally dd").first).to_be_visible()


def bring_in(page: Page) -> dict[str, int]:
    """Import what is checked; return the tally of the result."""
    page.locator("form[action$='/start/'] button").click()
    expect(page.locator("#import-work dl.tally")).to_be_visible()
    tally = page.locator("#import-work dl.tally")
    return dict(
        zip(
            tally.locator("dt").all_inner_texts(),
            map(int, tally.locator("dd").all_inner_texts()),
            strict=True,
        )
    )


def mend(page: Page, wrong: str, right: str) -> None:
    """Write over the cell that holds a wrong value, where it stands."""
    cell = page.locator(f"td.fault[data-value='{wrong}']")
    cell.click()
    cell.locator("input").fill(right)
    page.keyboard.press("Enter")
    expect(page.locator(f"td[data-value='{right}']:not(.fault)")).to_be_visible()


def test_faults_are_mended_in_their_cells_and_what_is_left_comes_back(page: Page, tmp_path: Path) -> None:
    list_file = tmp_path / "名单.csv"
    list_file.write_text(FAULTY, encoding="gb18030")
    check(page, list_file)
    expect(page.locator("td.fault")).to_have_count(3)
    expect(page.locator("td.fault[data-value='1980-13-45']")).to_contain_text("This is no date")
    expect(page.locator("td.fault[data-value='934.2']")).to_contain_text("latitude ends at 90")
    keep_picture(page, "import-faults")
    mend(page, "138****8000", "13900139000")
    mend(page, "1980-13-45", "1980-12-25")
    assert bring_in(page) == {
        "Added": 3, "Updated": 0, "Merged": 0, "Unchanged": 0, "Rejected": 1, "To review": 0,
    }  # fmt: skip
    keep_picture(page, "import-result")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Rejected rows").click()
    rejected = tmp_path / "left over.csv"
    rejected.write_bytes(Path(waiting.value.path()).read_bytes())
    text = rejected.read_text(encoding="gb18030")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row for row in rows if "长葛机械厂" in row]
    assert len(rows) == 2

    rejected.write_text(text.replace("934.2", "34.2"), encoding="gb18030")
    check(page, rejected)
    expect(page.locator("td.fault")).to_have_count(0)
    assert bring_in(page)["Added"] == 1
    page.goto("/customers/")
    expect(page.locator("#list-count")).to_have_text("4")


def test_the_same_file_a_second_time_changes_nothing(page: Page, tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "客戶.xlsx", TWICE)
    check(page, book)
    first = bring_in(page)
    assert first["Rejected"] == first["To review"] == 0
    page.goto("/customers/")
    before = page.locator("#list-count").inner_text()
    check(page, book)
    again = bring_in(page)
    assert again["Unchanged"] == len(TWICE) - 1
    assert sum(again.values()) == len(TWICE) - 1
    page.goto("/customers/")
    expect(page.locator("#list-count")).to_have_text(before)


@pytest.mark.parametrize("kind", ["renamed", "bomb"])
def test_a_hostile_file_is_refused_in_one_line(visitors: Visitors, tmp_path: Path, kind: str) -> None:
    visitor = visitors.sign_in("admin")
    file = tmp_path / "客户名单.xlsx"
    if kind == "renamed":
        write_bytes(file, b"%PDF-1.7\n" * 200)
        said = "This is not a spreadsheet"
    else:
        write_lying_bomb(file, 64)
        said = "The file is refused"
    visitor.expect_fault("422")
    drop(visitor.page, file)
    notice = visitor.page.locator(".notice-bad")
    expect(notice).to_contain_text(said)
    assert len(notice.inner_text().strip().splitlines()) == 1
    visitor.page.goto("/customers/")
    expect(visitor.page.locator("main")).to_be_visible()
