"""A spreadsheet becomes a map from the command line, as a person would call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from guanxi.cli.map_file import map_file

LISTS = Path(__file__).parent.parent / "imports" / "data"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(map_file, [str(argument) for argument in arguments])


def summary(result: Result) -> dict[str, Any]:
    """The one JSON document on standard output."""
    return dict(json.loads(result.stdout))


def customers_in(page: Path) -> dict[str, Any]:
    """The data a browser finds in the page."""
    text = page.read_text(encoding="utf-8")
    begin = text.index('<script type="application/json" id="guanxi-data"')
    block = text[text.index(">", begin) + 1 : text.index("</script>", begin)]
    return dict(json.loads(block))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A small list as people write it."""
    path = tmp_path / "客户.csv"
    path.write_text(
        "客户名称,电话,地址,成交金额\n"
        "深圳市华强电子有限公司,0755-83221234,深圳市福田区深南中路2070号,50万\n"
        "东莞恒达五金厂,13800138000,东莞市茶山镇横江村,120000\n"
        "建国商行,,朝阳区建国路87号,3000\n"
        "没有地址的人,13900139000,,\n",
        encoding="gb18030",
    )
    return path


def test_the_contract_is_kept_to_the_letter(sheet: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    result = run(sheet, "--out", out, "--json")
    found = summary(result)
    assert result.exit_code == 3
    assert {
        key: found[key] for key in ("rows", "placed", "unplaced", "needs_review", "duplicates", "out")
    } == {
        "rows": 4,
        "placed": 2,
        "unplaced": 2,
        "needs_review": 1,
        "duplicates": 0,
        "out": str(out),
    }
    assert set(found["levels"]) == {"house", "street", "township", "county", "city", "province"}
    first, _, unclear, _ = found["customers"]
    assert set(first) == {
        *("row", "name", "address", "latitude", "longitude", "level"),
        *("accuracy_m", "provider", "candidates", "tier"),
    }
    assert (first["row"], first["name"], first["tier"]) == (2, "深圳市华强电子有限公司", "A")
    assert unclear["latitude"] is None
    assert {candidate["matched"] for candidate in unclear["candidates"]} == {
        "北京市朝阳区",
        "吉林省长春市朝阳区",
    }


def test_a_city_hint_settles_what_is_unclear(sheet: Path, tmp_path: Path) -> None:
    found = summary(run(sheet, "--out", tmp_path / "map.html", "--city", "北京", "--json"))
    assert (found["placed"], found["needs_review"]) == (3, 0)


def test_the_page_holds_every_customer_and_no_markup_of_theirs(tmp_path: Path) -> None:
    sheet = tmp_path / "x.csv"
    sheet.write_text(
        "name,address\n<img src=x onerror=alert(1)>,Leeds UK\n</script><b>,Leeds UK\n", encoding="utf-8"
    )
    out = tmp_path / "map.html"
    run(sheet, "--out", out)
    assert customers_in(out)["name"] == ["<img src=x onerror=alert(1)>", "</script><b>"]
    assert "<img src=x" not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "rows"), [("许昌拓客客户名单.csv", 413), ("거래처목록.xlsx", 300), ("buyers 2026.csv", 200)]
)
def test_real_lists_keep_every_row_and_use_their_own_grades(name: str, rows: int, tmp_path: Path) -> None:
    found = summary(run(LISTS / name, "--out", tmp_path / "map.html", "--json"))
    assert found["rows"] == rows
    assert found["placed"] + found["unplaced"] == rows
    assert found["placed"] >= rows * 0.75
    assert set(found["tiers"]) >= {"A", "B", "C"}


def test_the_column_of_addresses_can_be_named(tmp_path: Path) -> None:
    sheet = tmp_path / "x.csv"
    sheet.write_text("who,kpi\n甲,广州市天河区\n乙,广州市越秀区\n", encoding="utf-8")
    found = summary(run(sheet, "--address", "kpi", "--out", tmp_path / "m.html", "--json"))
    assert [customer["address"] for customer in found["customers"]] == ["广州市天河区", "广州市越秀区"]


def test_the_same_customer_twice_is_counted_as_a_double(tmp_path: Path) -> None:
    sheet = tmp_path / "x.csv"
    sheet.write_text(
        "客户名称,电话,地址\n华强电子有限公司,13800138000,深圳市福田区\n華強電子,13800138000,深圳福田\n",
        encoding="utf-8",
    )
    assert summary(run(sheet, "--out", tmp_path / "m.html", "--json"))["duplicates"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        ("客户名称,地址\n".encode(), "no rows"),
        ("客户名称,电话\n张三,13800138000\n".encode(), "--address"),
        (b"%PDF-1.7 not a list", "spreadsheet"),
    ],
)
def test_bad_input_is_one_clear_line(tmp_path: Path, content: bytes, said: str) -> None:
    sheet = tmp_path / "x.csv"
    sheet.write_bytes(content)
    result = run(sheet, "--out", tmp_path / "m.html")
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "m.html").exists()


def test_a_column_that_is_not_there_is_named_with_those_that_are(sheet: Path, tmp_path: Path) -> None:
    result = run(sheet, "--tier", "等级", "--out", tmp_path / "m.html")
    assert "there is no column '等级'" in result.stderr
    assert "客户名称" in result.stderr


def test_phones_stand_on_the_map_as_people_write_them(sheet: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    run(sheet, "--out", out)
    assert customers_in(out)["phone"] == ["0755-83221234", "13800138000", "", "13900139000"]
