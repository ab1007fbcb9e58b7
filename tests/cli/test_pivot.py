"""`guanxi pivot` over files: no home, no Django."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from guanxi.cli.pivot import pivot

CSV = """城市,金额 (元),日期,产品,编号
上海,"1,200.10",2026-01-05,茶,007
上海,0.20,2026-02-05,酒,008
苏州,800,2026-01-09,"茶,绿",007
,5.25,2026-03-01,茶,
苏州,-,2026-03-02,,009
"""


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "销售.csv"
    path.write_bytes(CSV.encode("gb18030"))
    return path


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(pivot, ["--file", str(path), *arguments])


def answered(path: Path, *arguments: str) -> Any:
    result = run(path, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout, parse_float=Decimal)


def test_a_list_is_added_up_exactly(sales: Path) -> None:
    found = answered(sales, "--rows", "城市", "--measures", "sum:金额 (元),count")
    assert found["rows"] == [["上海", Decimal("1200.3"), 2], ["苏州", 800, 2], [None, Decimal("5.25"), 1]]
    assert found["totals"] == [None, Decimal("2005.55"), 5]
    assert [column["measure"] for column in found["columns"]] == [None, "sum:金额_元", "count"]


def test_columns_totals_and_subtotals(sales: Path) -> None:
    found = answered(sales, "--rows", "城市,产品", "--columns", "日期:quarter", "--subtotals")
    assert [column.get("values") for column in found["columns"]] == [None, None, ["2026-Q1"], None]
    assert found["subtotals"][0] == {"depth": 1, "row": ["上海", None, 2, 2]}
    assert found["totals"] == [None, None, 5, 5]


def test_a_condition_narrows_it(sales: Path) -> None:
    found = answered(sales, "--rows", "城市", "--where", '产品 contains "茶" and 金额_元 >= 5.25')
    assert found["rows"] == [["上海", 1], ["苏州", 1], [None, 1]]


def test_the_largest_first_and_the_rest_as_one(sales: Path) -> None:
    found = answered(
        sales, "--rows", "产品", "--measures", "sum:金额_元", "--top", "1", "--sort=-sum:金额_元"
    )
    assert found["rows"] == [["茶", Decimal("1205.35")], ["(other)", Decimal("800.2")]]
    assert found["columns"][0]["other"] == "(other)"


def test_numbers_that_name_things_stay_names(sales: Path) -> None:
    found = answered(sales, "--rows", "编号")
    assert [row[0] for row in found["rows"]] == ["007", "008", "009", None]


def test_amounts_in_several_currencies_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("shop,amount,currency\nA,10,CNY\nA,1000,KRW\nB,5,CNY\n", encoding="utf-8")
    found = answered(path, "--rows", "shop", "--measures", "sum:amount,count")
    assert found["rows"] == [["CNY", "A", 10, 1], ["CNY", "B", 5, 1], ["KRW", "A", 1000, 1]]
    assert found["totals"] == [None, None, None, 3]
    assert [note["code"] for note in found["notes"]] == ["currencies_apart"]


def test_a_workbook_and_a_parquet_file_say_the_same(tmp_path: Path) -> None:
    rows = [("上海", 0.1, date(2026, 1, 5)), ("上海", 0.2, date(2026, 1, 9)), ("苏州", 3.0, None)]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet, style = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["城市", "金额", "日期"])
        for number, (city, amount, day) in enumerate(rows, 1):
            sheet.write_row(number, 0, [city, amount])
            if day:
                sheet.write_datetime(number, 2, day, style)
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t (城市 VARCHAR, 金额 DECIMAL(9, 2), 日期 DATE, 标签 VARCHAR[])")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, NULL)", rows)
        connection.sql("FROM t").write_parquet(str(tmp_path / "a[1]*.parquet"))
    wish = ("--rows", "城市", "--columns", "日期:month", "--measures", "sum:金额,mean:金额,median:金额")
    sheet_says, parquet_says = (
        answered(tmp_path / "a.xlsx", *wish),
        answered(tmp_path / "a[1]*.parquet", *wish),
    )
    assert sheet_says["rows"] == parquet_says["rows"]
    assert sheet_says["rows"][0][1:4] == [Decimal("0.3"), Decimal("0.15"), Decimal("0.15")]
    assert [note["code"] for note in parquet_says["notes"]] == ["file"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--rows", "城"), 2, "Did you mean '城市'?"),
        (("--measures", "sum:产品"), 2, "of kind text"),
        (("--measures", "avg:金额_元"), 2, "Did you mean 'mean'?"),
        (("--rows", "城市", "--where", "城市 >"), 2, "--where at"),
        (("--rows", "城市", "--where", "城 = 1"), 2, "not known"),
        (("--rows", "日期:moon"), 2, "'moon' cannot be said of '日期'"),
        ((), 2, "Ask for at least one row"),
        (("orders", "--rows", "城市"), 2, "name a fact, or a file"),
    ],
)
def test_wrong_use_is_one_clear_line(sales: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = run(sales, *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_files_that_cannot_be_read_end_with_one(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not really PAR1")
    for path in (tmp_path / "none.csv", broken):
        result = run(path, "--rows", "a")
        assert result.exit_code == 1
        assert len(result.stderr.strip().splitlines()) == 1


def test_nothing_heavy_is_loaded_for_a_file_without_a_condition(sales: Path) -> None:
    code = (
        "import sys\nfrom guanxi.cli.main import main\n"
        "sys.argv = ['guanxi', 'pivot', '--file', sys.argv[1], '--rows', '城市']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('django', 'ibis', 'pyarrow', 'pandas', 'scipy') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(sales)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.splitlines()[-1] == "[]"
    assert "上海" in done.stdout
