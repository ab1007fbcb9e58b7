"""Titles, headers, totals, merged cells and sheets: the mess around a list."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from guanxi.imports.reading.spans import read_spans
from tests.imports.files import (
    CUSTOMERS,
    Value,
    inline_row,
    write_bytes,
    write_csv,
    write_ods,
    write_raw_xlsx,
    write_xls,
    write_xlsx,
)
from tests.imports.tables import codes, read_here, values


def test_titles_and_blank_rows_above_totals_and_remarks_below(tmp_path: Path) -> None:
    rows: list[list[Value]] = [
        ["许昌市客户名单"],
        ["填报日期：2026年3月15日"],
        [],
        *CUSTOMERS,
        [],
        ["合 计", None, None, None, 209700.5],
        ["制表人：陈静"],
    ]
    for path in (write_xlsx(tmp_path / "名单.xlsx", rows), write_csv(tmp_path / "名单.csv", rows, "gb18030")):
        table = read_here(path)
        assert table.header_row == 3
        assert table.header == CUSTOMERS[0]
        assert [row.number for row in table.rows()] == [5, 6, 7]
        assert codes(table) == {"titles_skipped", "totals_skipped", "remarks_skipped"}


def test_a_customer_called_total_stays(tmp_path: Path) -> None:
    rows = [["Company", "City"], ["Total Energies", "Paris"], ["Sum Yum Foods", "Leeds"]]
    assert len(read_here(write_csv(tmp_path / "t.csv", rows))) == 2


def test_a_header_printed_on_every_page_is_left_out(tmp_path: Path) -> None:
    rows = [*CUSTOMERS[:3], CUSTOMERS[0], CUSTOMERS[3]]
    table = read_here(write_xlsx(tmp_path / "页.xlsx", rows))
    assert len(table) == 3
    assert codes(table) == {"headers_repeated"}


def test_addresses_without_a_header(tmp_path: Path) -> None:
    rows = [
        ["东莞市东城区东城中路422号", None],
        ["东莞市茶山镇横江村", None],
        ["东莞市茶山镇横江村环城路", None],
    ]
    for path in (write_xlsx(tmp_path / "址.xlsx", rows), write_csv(tmp_path / "址.csv", rows, "gb18030")):
        table = read_here(path)
        assert table.header_row is None
        assert table.header == ["(A)"]
        assert [value for row in table.rows() for value in row.values] == [row[0] for row in rows]
        assert codes(table) == {"no_header"}


def test_records_without_a_header(tmp_path: Path) -> None:
    table = read_here(write_xlsx(tmp_path / "无.xlsx", CUSTOMERS[1:]))
    assert table.header_row is None
    assert values(table) == CUSTOMERS[1:]


def test_empty_and_equal_names_become_unique_and_empty_columns_at_the_end_go(tmp_path: Path) -> None:
    rows = [
        ["客户名称", "电话", None, "电话", None, None],
        ["甲公司", "13800138000", "x", "13900139000", None, " "],
    ]
    table = read_here(write_xlsx(tmp_path / "名.xlsx", rows))
    assert table.header == ["客户名称", "电话", "(C)", "电话 (2)"]
    assert values(table) == [["甲公司", "13800138000", "x", "13900139000"]]


def test_rows_longer_than_the_header_keep_their_cells(tmp_path: Path) -> None:
    table = read_here(write_bytes(tmp_path / "长.csv", b"Name,City\nAcme,Leeds,extra\nOrion,Perth\n"))
    assert table.header == ["Name", "City", "(C)"]
    assert values(table) == [["Acme", "Leeds", "extra"], ["Orion", "Perth", None]]


def test_a_header_of_two_rows_is_joined(tmp_path: Path) -> None:
    rows: list[list[Value]] = [
        ["客户名称", "联系方式", None, "地址"],
        [None, "手机", "邮箱", None],
        ["甲公司", "13800138000", "jia@example.cn", "许昌市七一路1号"],
    ]
    merges = ["A1:A2", "B1:C1", "D1:D2"]
    table = read_here(write_xlsx(tmp_path / "双.xlsx", rows, merges=merges))
    assert table.header == ["客户名称", "联系方式 手机", "联系方式 邮箱", "地址"]
    assert values(table) == rows[2:]
    assert table.header_row == 1
    assert "header_joined" in codes(table)
    flat = read_here(write_csv(tmp_path / "双.csv", rows))
    assert flat.header == ["客户名称", "联系方式 手机", "邮箱", "地址"]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_merged_cells_are_filled_down_and_nothing_else(tmp_path: Path, kind: str) -> None:
    rows: list[list[Value]] = [
        ["城市", "客户名称", "电话"],
        ["许昌", "甲公司", "13800138000"],
        [None, "乙公司", "13900139000"],
        [None, "丙公司", "13700137000"],
        [None, "丁公司", "13600136000"],
    ]
    path = tmp_path / f"并.{kind}"
    if kind == "xlsx":
        write_xlsx(path, rows, merges=["A2:A4"])
    else:
        write = write_xls if kind == "xls" else write_ods
        write(path, rows, merges=[(1, 3, 0, 0)])
    table = read_here(path)
    assert [row.values[0] for row in table.rows()] == ["许昌", "许昌", "许昌", None]
    assert {note.code: note.parameters for note in table.notes} == {"merged_filled": {"count": 2}}


def test_an_ods_that_declares_entities_loses_its_merges_only(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "客户.ods", CUSTOMERS, merges=[(1, 2, 0, 0)])
    assert read_spans(path, "客户") == [(1, 0, 2, 0)]
    assert read_spans(path, "别的") == []
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry.filename) for entry in archive.infolist()}
    head, body = parts["content.xml"].split(b"?>", 1)
    parts["content.xml"] = head + b'?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + body
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert read_spans(path, "客户") == []


def test_a_sheet_that_lies_about_its_size_loses_no_row(tmp_path: Path) -> None:
    rows = "".join(
        inline_row(number, (f"A{number}", f"客户{number}"), (f"B{number}", "许昌市七一路1号"))
        for number in range(2, 60)
    )
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:B3"/><sheetData>'
        + inline_row(1, ("A1", "客户名称"), ("B1", "地址"))
        + f"{rows}</sheetData></worksheet>"
    )
    assert len(read_here(write_raw_xlsx(tmp_path / "谎.xlsx", sheet.encode()))) == 58


def test_the_sheet_that_looks_like_data_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "册.xlsx",
        [["使用说明"], ["请填写第二页"]],
        sheets={"名单": CUSTOMERS, "旧名单": [*CUSTOMERS, ["旧公司", "钱", "13811112222", "许昌", 1]]},
        hidden=["旧名单"],
    )
    table = read_here(path)
    assert table.sheet == "名单"
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in table.sheets] == [
        ("客户", False, 2),
        ("名单", False, 4),
        ("旧名单", True, None),
    ]
    assert codes(table) == {"hidden_sheets", "other_sheets"}
    asked = read_here(path, "旧名单")
    assert (asked.sheet, len(asked)) == ("旧名单", 4)


def test_cells_that_begin_far_from_the_corner_keep_their_row_numbers(tmp_path: Path) -> None:
    rows: list[list[Value]] = [*[[] for _blank in range(90)], *[[None, None, *row] for row in CUSTOMERS]]
    table = read_here(write_xlsx(tmp_path / "远.xlsx", rows))
    assert [row.number for row in table.rows()] == [92, 93, 94]
    assert table.header[2:] == CUSTOMERS[0]
    assert table.header_row == 90


def test_an_html_table_saved_as_xls(tmp_path: Path) -> None:
    page = (
        '<html><head><meta charset="gbk"><style>td{color:red}</style></head><body><table><tr><td>导航</td></tr></table>'
        "<table><tr><th rowspan=2>客户名称</th><th colspan=2>联系方式</th></tr><tr><th>手机</th><th>邮箱</th></tr>"
        "<tr><td>甲&amp;乙公司<br>许昌</td><td>13800138000</td><td><a href='x'>jia@example.cn</a></td></tr>"
        "<tr><td>丙公司<td>13900139000<td></table></body></html>"
    )
    table = read_here(write_bytes(tmp_path / "导出.xls", page.encode("gbk")))
    assert table.format == "html"
    assert table.header == ["客户名称", "联系方式 手机", "联系方式 邮箱"]
    assert values(table) == [
        ["甲&乙公司 许昌", "13800138000", "jia@example.cn"],
        ["丙公司", "13900139000", None],
    ]
    assert "html_table" in codes(table)
