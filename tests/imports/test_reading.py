"""Reading tables: what is written comes back, whatever the format."""

from __future__ import annotations

import string
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.imports.reading import read_table
from tests.imports.files import (
    CUSTOMERS,
    DATA,
    Value,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)
from tests.imports.tables import read_here, values

TYPED: list[list[Value]] = [
    ["客户名称", "成交日期", "金额", "人数", "已签约", "登记时间"],
    ["甲公司", date(2024, 3, 5), 12.5, 2000, True, datetime(2024, 3, 5, 10, 30)],  # noqa: DTZ001 - as a cell
    ["乙公司", date(1999, 12, 31), -0.25, 3, False, datetime(2023, 1, 1, 0, 0, 59)],  # noqa: DTZ001 - as a cell
]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv", "tsv"])
@pytest.mark.parametrize("read", [read_table, read_here])
def test_a_plain_list_comes_back(tmp_path: Path, kind: str, read: object) -> None:
    path = tmp_path / f"客户.{kind}"
    if kind in {"csv", "tsv"}:
        write_csv(path, CUSTOMERS, delimiter="\t" if kind == "tsv" else ",")
    else:
        {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}[kind](path, CUSTOMERS)  # type: ignore[operator]
    table = read(path)  # type: ignore[operator]
    assert table.header == CUSTOMERS[0]
    assert table.header_row == 0
    assert (table.file_name, table.format, len(table)) == (path.name, kind, 3)
    expected = [[str(value) for value in row] if kind in {"csv", "tsv"} else row for row in CUSTOMERS[1:]]
    assert values(table) == expected
    assert [row.number for row in table.rows()] == [2, 3, 4]
    assert table.notes == ()


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_types_are_kept(tmp_path: Path, kind: str) -> None:
    rows = [row[:5] for row in TYPED] if kind == "xls" else TYPED
    path = tmp_path / f"型.{kind}"
    {"xlsx": write_xlsx, "ods": write_ods, "xls": write_xls}[kind](path, rows)  # type: ignore[operator]
    table = read_here(path)
    assert values(table) == rows[1:]
    for read_row, row in zip(values(table), rows[1:], strict=True):
        assert [type(value) for value in read_row] == [type(value) for value in row]


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [("许昌拓客客户名单.csv", 413, 11), ("거래처목록.xlsx", 300, 13), ("buyers 2026.csv", 200, 13)],
)
def test_the_lists_of_three_trades(name: str, rows: int, columns: int) -> None:
    with read_table(DATA / name) as table:
        assert (len(table), len(table.header)) == (rows, columns)
        assert sum(1 for _row in table.rows()) == rows
        assert len(table.sample(7)) == 7
        assert "\ufffd" not in "".join(str(value) for row in table.rows() for value in row.values)


_LETTERS = {
    "utf-8": "许昌客户甲乙丙서울고객名稱電話éß" + string.ascii_letters,
    "utf-16": "许昌客户甲乙丙서울고객名稱電話" + string.ascii_letters,
    "gb18030": "许昌市魏都区七一路号客户名称地址电话先生有限公司" + string.digits,
    "big5": "台北市信義區路號客戶名稱地址電話先生有限公司" + string.digits,
    "cp949": "서울특별시강남구테헤란로고객명주소전화번호주식회사" + string.digits,
}


def cells(letters: str) -> st.SearchStrategy[str]:
    return st.text(alphabet=letters + ' ,;"\n', min_size=1, max_size=12).map(str.strip)


@pytest.mark.parametrize("encoding", _LETTERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_of_text_comes_back(tmp_path: Path, encoding: str, data: st.DataObject) -> None:
    header = {
        "utf-8": ["客户名称", "地址", "Remarks"],
        "utf-16": ["客户名称", "地址", "Remarks"],
        "gb18030": ["客户名称", "地址", "备注"],
        "big5": ["客戶名稱", "地址", "備註"],
        "cp949": ["고객명", "주소", "비고"],
    }[encoding]
    row = st.tuples(st.just("x1"), cells(_LETTERS[encoding]), cells(_LETTERS[encoding]))
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    table = read_here(write_csv(tmp_path / "表.csv", [header, *rows], encoding))
    assert table.header == header
    assert values(table) == [[value or None for value in each] for each in rows]


_TYPED_CELLS = st.one_of(
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9, allow_nan=False).filter(lambda number: not number.is_integer()),
    st.dates(date(1950, 1, 1), date(2099, 12, 31)),
    st.text(alphabet="许昌客户서울고객Aé", min_size=1, max_size=10),
    st.none(),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.just("甲"), _TYPED_CELLS, _TYPED_CELLS, st.just("乙")), min_size=1, max_size=6)
)
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_any_workbook_comes_back(tmp_path: Path, kind: str, rows: list[tuple[Value, ...]]) -> None:
    header: list[Value] = ["客户名称", "地址", "电话", "备注"]
    path = tmp_path / f"表.{kind}"
    {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}[kind](path, [header, *rows])  # type: ignore[operator]
    table = read_here(path)
    assert table.header == header
    for read_row, row in zip(values(table), rows, strict=True):
        for value, expected in zip(read_row, row, strict=True):
            if isinstance(expected, float):
                assert value == pytest.approx(expected, rel=1e-12)
            else:
                assert (value, type(value)) == (expected, type(expected))
