"""Reading tables: what is written comes back, whatever the format, the encoding and the mess around it."""

from __future__ import annotations

import json
import string
import tempfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.imports.reading import Limits, Table, read_table
from guanxi.imports.reading.extraction import extract
from guanxi.imports.reading.table import TableHead
from tests.imports.files import (
    CUSTOMERS,
    DATA,
    Value,
    write_bytes,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)

TYPED: list[list[Value]] = [
    ["客户名称", "成交日期", "金额", "人数", "已签约", "登记时间"],
    ["甲公司", date(2024, 3, 5), 12.5, 2000, True, datetime(2024, 3, 5, 10, 30)],  # noqa: DTZ001 - as a cell
    ["乙公司", date(1999, 12, 31), -0.25, 3, False, datetime(2023, 1, 1, 0, 0, 59)],  # noqa: DTZ001 - as a cell
]


def read_here(path: Path, sheet: str | None = None) -> Table:
    """Read in this process what the child would read, so that the coverage of these lines is seen."""
    directory = tempfile.TemporaryDirectory()
    head = extract(path, sheet, Limits(), Path(directory.name))
    assert TableHead.from_dict(json.loads(head.to_json())) == head
    return Table(head, directory)


def values(table: Table) -> list[list[Value]]:
    return [row.values for row in table.rows()]


def codes(table: Table) -> set[str]:
    return {note.code for note in table.notes}


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


ENCODINGS = {
    "utf-8": CUSTOMERS,
    "utf-8-sig": CUSTOMERS,
    "utf-16": CUSTOMERS,
    "utf-16-le": CUSTOMERS,
    "utf-16-be": CUSTOMERS,
    "gb18030": CUSTOMERS,
    "gbk": CUSTOMERS,
    "big5": [
        ["客戶名稱", "聯絡人", "電話", "地址", "金額"],
        ["宏達電氣有限公司", "陳怡君", "02-2345-6789", "台北市信義區信義路五段7號", 5000],
        ["鼎泰小吃店", "林先生", "0912-345-678", "新北市板橋區縣民大道二段7號", 700],
    ],
    "big5hkscs": [
        ["客戶名稱", "聯絡人", "電話", "地址"],
        ["鰂魚涌茶餐廳", "李先生", "2345 6789", "香港鰂魚涌英皇道1000號"],
        ["深水埗五金行", "陳太", "9123 4567", "九龍深水埗鴨寮街180號"],
    ],
    "cp949": [
        ["고객명", "담당자", "전화번호", "주소"],
        ["한빛유통", "김민준", "02-312-3456", "서울특별시 강남구 테헤란로 152"],
        ["똠방각하식당", "이서연", "010-2345-6789", "부산광역시 해운대구 센텀중앙로 97"],
    ],
    "euc_kr": [
        ["업체명", "대표자", "휴대폰", "소재지"],
        ["새한상사", "박지훈", "010-9876-5432", "대구광역시 수성구 동대구로 390"],
        ["미래산업", "최수빈", "053-745-1234", "경기도 성남시 분당구 판교로 242"],
    ],
    "cp1252": [
        ["Company", "Contact", "Address", "Remarks"],
        ["Müller Söhne GmbH", "Jürgen Groß", "Leopoldstraße 12, München", "Größe prüfen – später"],
        ["Café Générale", "Chloé Dubois", "Rue de la République 5, Lyon", "à rappeler"],
    ],
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_is_recognised(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = ENCODINGS[encoding]
    table = read_here(write_csv(tmp_path / "客户.csv", rows, encoding, delimiter))
    assert table.header == rows[0]
    assert values(table) == [[str(value) for value in row] for row in rows[1:]]
    assert table.delimiter == delimiter
    assert table.encoding is not None


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "cp949"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_list_of_one_or_two_short_rows_is_enough(tmp_path: Path, encoding: str, count: int) -> None:
    rows = {
        "gb18030": [["姓名", "电话"], ["王芳", "13800138000"], ["李强", "13900139000"]],
        "big5": [["姓名", "電話"], ["陳怡君", "0912345678"], ["林志明", "0923456789"]],
        "cp949": [["이름", "전화"], ["김민준", "01023456789"], ["이서연", "01098765432"]],
    }[encoding][: count + 1]
    table = read_here(write_csv(tmp_path / "短.csv", rows, encoding))
    assert [table.header, *values(table)] == rows


def test_letters_after_a_long_ascii_beginning_count(tmp_path: Path) -> None:
    rows: list[list[Value]] = [
        ["Name", "Phone"],
        *[[f"Customer {number}", "021-62345678"] for number in range(9000)],
    ]
    rows.append(["许昌鑫源商贸有限公司", "0374-2331234"])
    table = read_here(write_csv(tmp_path / "长.csv", rows, "gb18030"))
    assert values(table)[-1] == rows[-1]
    assert table.encoding == "gb18030"


def test_cyrillic_is_left_to_statistics(tmp_path: Path) -> None:
    rows = [
        ["Компания", "Город", "Примечание", "Телефон"],
        *[
            ["Торговый дом Восток", "Москва", "Позвонить после праздников", "+7 495 123-45-67"]
            for _row in range(30)
        ],
    ]
    table = read_here(write_csv(tmp_path / "ru.csv", rows, "cp1251"))
    assert values(table)[0] == rows[1]
    assert "encoding_guessed" in codes(table)


def test_excel_says_which_separator_it_used(tmp_path: Path) -> None:
    data = "sep=;\r\n客户名称;地址\r\n甲公司;许昌市七一路1号, 二楼\r\n".encode()
    table = read_here(write_bytes(tmp_path / "分.csv", data))
    assert table.header == ["客户名称", "地址"]
    assert [(row.number, row.values) for row in table.rows()] == [(3, ["甲公司", "许昌市七一路1号, 二楼"])]


def test_lines_of_an_old_macintosh(tmp_path: Path) -> None:
    table = read_here(write_bytes(tmp_path / "mac.csv", b"Name,City\rAcme,Leeds\rOrion,Perth\r"))
    assert values(table) == [["Acme", "Leeds"], ["Orion", "Perth"]]


def test_line_breaks_inside_cells_count_as_one_row(tmp_path: Path) -> None:
    rows = [["客户名称", "备注"], ["甲公司", "第一行\n第二行"], ["乙公司", "好"]]
    table = read_here(write_csv(tmp_path / "行.csv", rows))
    assert [(row.number, row.values[1]) for row in table.rows()] == [(2, "第一行\n第二行"), (3, "好")]


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


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
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
        write_xls(path, rows, merges=[(1, 3, 0, 0)])
    table = read_here(path)
    assert [row.values[0] for row in table.rows()] == ["许昌", "许昌", "许昌", None]
    assert {note.code: note.parameters for note in table.notes} == {"merged_filled": {"count": 2}}


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
