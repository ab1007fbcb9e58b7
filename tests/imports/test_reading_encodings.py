"""Text files in the encodings, with the separators and the habits of four scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.files import (
    CUSTOMERS,
    Value,
    write_bytes,
    write_csv,
)
from tests.imports.tables import codes, read_here, values

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
