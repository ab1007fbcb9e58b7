"""Strange cells in sound files: the row is kept, and what was done to it is said."""

from __future__ import annotations

from pathlib import Path

from guanxi.imports.reading import read_table
from tests.imports.files import (
    CUSTOMERS,
    csv_bytes,
    write_bytes,
    write_csv,
    write_xlsx,
)


def test_a_cell_of_32_thousand_characters_is_kept(tmp_path: Path) -> None:
    long = "许" * 32_767
    rows = [CUSTOMERS[0], ["甲公司", "王", "13800138000", long, 1], *CUSTOMERS[1:]]
    for path in (write_xlsx(tmp_path / "长.xlsx", rows), write_csv(tmp_path / "长.csv", rows, "gb18030")):
        with read_table(path) as table:
            assert next(table.rows()).values[3] == long
            assert table.row_count == 4


def test_nul_characters_are_taken_out_and_noted(tmp_path: Path) -> None:
    data = csv_bytes(CUSTOMERS).replace("李娜".encode(), b"\x00" + "李\x00娜".encode())
    with read_table(write_bytes(tmp_path / "零.csv", data)) as table:
        assert [row.values[1] for row in table.rows()] == ["王建国", "李娜", "赵先生"]
        assert "nul_stripped" in {note.code for note in table.notes}


def test_one_bad_byte_loses_nothing(tmp_path: Path) -> None:
    rows = [
        CUSTOMERS[0],
        *[[f"许昌客户{number}", "王", "13800138000", "许昌市七一路", number] for number in range(3000)],
    ]
    data = csv_bytes(rows).replace("许昌客户1500".encode(), "许昌客户1500".encode() + b"\xff")
    with read_table(write_bytes(tmp_path / "坏.csv", data)) as table:
        names = [row.values[0] for row in table.rows()]
        assert len(names) == 3000
        assert names[1500] == "许昌客户1500\ufffd"
        assert names[1501] == "许昌客户1501"
        notes = {note.code: note.parameters for note in table.notes}
        assert notes["bytes_replaced"] == {"count": 1, "encoding": "utf-8"}


def test_formulas_and_markup_stay_what_they_are(tmp_path: Path) -> None:
    image = "<img src=x onerror=alert(1)>"
    rows = [CUSTOMERS[0], [image, "=cmd|' /C calc'!A0", "13800138000", "许昌", 1], *CUSTOMERS[1:]]
    with read_table(write_csv(tmp_path / "式.csv", rows)) as table:
        first = next(table.rows())
        assert first.values[:2] == [image, "=cmd|' /C calc'!A0"]


def test_a_formula_without_a_cached_value_is_no_text(tmp_path: Path) -> None:
    rows = [*CUSTOMERS[:3], ["莲城烟酒店", "赵先生", "15937401234", "许昌市文峰路220号", "=SUM(E2:E3)"]]
    with read_table(write_xlsx(tmp_path / "式.xlsx", rows)) as table:
        assert list(table.rows())[-1].values[4] is None


def test_error_cells_are_empty_and_noted(tmp_path: Path) -> None:
    rows = [CUSTOMERS[0], ["甲公司", "#N/A", "#REF!", "许昌市七一路1号", 5]]
    for path in (write_xlsx(tmp_path / "错.xlsx", rows), write_csv(tmp_path / "错.csv", rows)):
        with read_table(path) as table:
            assert next(table.rows()).values[1:3] == [None, None]
            assert {note.code: note.parameters for note in table.notes}["error_cells"] == {"count": 2}


def test_quotes_that_never_close_do_not_swallow_the_list(tmp_path: Path) -> None:
    lines = [
        "客户名称,地址",
        '"许昌鑫源,七一路1号',
        *[f"客户{number},七一路{number}号" for number in range(5000)],
    ]
    with read_table(write_bytes(tmp_path / "引.csv", "\n".join(lines).encode())) as table:
        assert table.row_count == 5001
        assert "quotes_open" in {note.code for note in table.notes}
