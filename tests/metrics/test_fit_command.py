"""A purchase model fitted to a file from the command line, as a person or a script would call it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lifetimes.datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from guanxi.cli.main import program
from guanxi.metrics.fit_command import fit

DATA = Path(lifetimes.datasets.__file__).parent
CDNOW = DATA / "cdnow_customers_summary.csv"
SPENT = DATA / "cdnow_customers_summary_with_transactions.csv"
PUBLISHED = {
    "bg-nbd": ({"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258}, -9582.43),
    "mbg-nbd": ({"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}, None),
    "pareto-nbd": ({"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.668}, -9594.98),
}
"""Fader, Hardie and Lee (2005) and Hardie's notes, on 2,357 customers of CDNOW."""


SUMMARY = ("frequency", "recency", "T")
BOUGHT = ("customer", "date", "amount")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(fit, [str(argument) for argument in arguments])


def document(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def purchases() -> list[tuple[str, dt.date, float]]:
    """Customer, day and amount of CDNOW's published sample, of those who first bought in its first quarter."""
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text().splitlines()]
    return [(row[1], dt.date.fromisoformat(row[2]), float(row[4])) for row in rows]


def written(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8"
) -> Path:
    lines = [",".join(header), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def buying(customers: int, first: str = "2024-01-01", amount: str = "10") -> list[list[str]]:
    """Each customer buys on the first day, two of three again in the weeks after."""
    day = dt.date.fromisoformat(first)
    return [
        [f"c{number}", (day + dt.timedelta(days=7 * time + number % 5)).isoformat(), amount]
        for number in range(customers)
        for time in range(1 + number % 3)
    ]


@pytest.mark.parametrize("model", PUBLISHED)
def test_a_summary_gives_the_published_parameters(model: str) -> None:
    params, log_likelihood = PUBLISHED[model]
    found = document(run(CDNOW, "--model", model, "--json"))
    assert set(found) == {"model", "params", "stderr", "log_likelihood", "n_customers", "seconds"}
    assert (found["model"], found["n_customers"]) == (model, 2357)
    assert found["params"] == pytest.approx(params, abs=2e-3)
    assert set(found["stderr"]) == set(params)
    assert all(0 < error < found["params"][name] for name, error in found["stderr"].items())
    if log_likelihood is not None:
        assert found["log_likelihood"] == pytest.approx(log_likelihood, abs=0.01)


def test_gamma_gamma_takes_those_who_bought_again() -> None:
    """Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013): 946 customers; columns as in their sheet."""
    found = document(run(SPENT, "--model", "gamma-gamma", "--json"))
    assert found["n_customers"] == 946
    assert found["params"] == pytest.approx({"p": 6.25, "q": 3.744, "v": 15.447}, abs=0.02)


@pytest.mark.parametrize(
    ("name", "header", "encoding"),
    [
        ("orders.csv", ("customer", "date", "amount"), "utf-8"),
        ("订单.csv", ("客户", "日期", "金额"), "gb18030"),
        ("주문.csv", ("고객", "날짜", "금액"), "euc-kr"),
        ("訂單.csv", ("客戶編號", "訂單日期", "金額"), "big5"),
    ],
)
def test_transactions_are_counted_up_whatever_the_language(
    tmp_path: Path, name: str, header: tuple[str, ...], encoding: str
) -> None:
    rows = [
        (f"C{customer}", day, amount) for customer, day, amount in purchases() if day <= dt.date(1997, 9, 30)
    ]
    path = written(tmp_path / name, header, rows, encoding)
    result = run(path, "--model", "bg-nbd", "--unit", "week", "--until", "1997-09-30", "--json")
    found = document(result)
    params, log_likelihood = PUBLISHED["bg-nbd"]
    assert found["params"] == pytest.approx(
        params, abs=3e-3
    )  # recency and T in the published file are rounded
    assert found["log_likelihood"] == pytest.approx(log_likelihood, abs=0.5)
    assert (found["n_customers"], found["unit"], found["until"]) == (2357, "week", "1997-09-30")


def test_workbooks_and_parquet_say_the_same_as_csv(tmp_path: Path) -> None:
    rows = purchases()[:1500]
    csv = written(tmp_path / "orders.csv", BOUGHT, rows)
    with xlsxwriter.Workbook(str(tmp_path / "orders.xlsx")) as book:
        sheet, as_date = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, BOUGHT)
        for place, (customer, day, amount) in enumerate(rows, start=1):
            sheet.write(place, 0, customer)
            sheet.write_datetime(place, 1, dt.datetime.combine(day, dt.time()), as_date)
            sheet.write(place, 2, amount)
    columns = dict(zip(BOUGHT, map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), tmp_path / "orders.parquet")
    found = [
        document(run(path, "--model", "mbg-nbd", "--json"))
        for path in (csv, tmp_path / "orders.xlsx", tmp_path / "orders.parquet")
    ]
    assert found[0]["params"] == found[1]["params"] == found[2]["params"]
    assert {each["n_customers"] for each in found} == {len({row[0] for row in rows})}


def test_people_read_parameters_with_their_errors() -> None:
    result = run(CDNOW, "--model", "bg-nbd")
    assert result.exit_code == 0
    assert "alpha       4.4135  ± 0.378" in result.stdout
    assert "2,357 customers" in result.stdout


def test_people_read_how_transactions_were_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "orders.csv", BOUGHT[:2], [row[:2] for row in purchases()[:1500]])
    result = run(path, "--model", "bg-nbd", "--unit", "month")
    assert result.exit_code == 0
    assert "times in months, observed until 1998-06-" in result.stderr


def test_an_order_number_is_not_taken_for_the_customer(tmp_path: Path) -> None:
    bought = purchases()[:1500]
    rows = [[number, customer, day, f"${amount}"] for number, (customer, day, amount) in enumerate(bought)]
    path = written(tmp_path / "orders.csv", ("id", *BOUGHT), rows)
    found = document(run(path, "--model", "bg-nbd", "--json"))
    assert found["n_customers"] == len({customer for customer, _, _ in bought})


@pytest.mark.parametrize(
    ("header", "rows", "model", "said"),
    [
        (BOUGHT, buying(12), "bg-nbd", "12 customers are too few"),
        (BOUGHT, buying(60, amount="-10"), "gamma-gamma", "amounts are below zero, the first in row 2"),
        (BOUGHT, buying(60, amount="-10"), "bg-nbd", "refunds are no purchases"),
        (BOUGHT, buying(60, first="2150-01-01"), "bg-nbd", "lie in the future, the first in row 2"),
        (BOUGHT, [[f"c{number}", "2024-01-01", "5"] for number in range(60)], "bg-nbd", "no customer has bought again"),
        (BOUGHT, [[f"c{number}", "2024-01-01", "5"] for number in range(60)], "gamma-gamma", "nobody bought again"),
        (("customer", "amount"), [["a", "5"], ["b", "6"]], "bg-nbd", "no column for date"),
        (BOUGHT[:2], [row[:2] for row in buying(60)], "gamma-gamma", "no column for amount"),
        (SUMMARY, [["1", "2", "3"]] * 60, "gamma-gamma", "no column for monetary_value"),
        (("colour", "shape"), [["red", "round"], ["blue", "square"]], "bg-nbd", "columns found: none"),
        (BOUGHT, [*buying(60), ["", "2024-01-01", "5"]], "bg-nbd", "row 122: 'customer' is empty"),
        (BOUGHT, [*buying(60), ["c1", "yesterday", "5"]], "bg-nbd", "row 122, 'date': This is no date"),
        (BOUGHT, [["c1", "2024-02-01", "€5"], ["c1", "2024-02-01", "$5"]], "bg-nbd", "are in EUR, USD"),
        (SUMMARY, [["1", "9", "3"]] * 60, "bg-nbd", "recency is above T"),
        (SUMMARY, [["-1", "2", "3"]] * 60, "bg-nbd", "cannot be negative"),
        (SUMMARY, [["many", "2", "3"]] * 60, "bg-nbd", "row 2, 'frequency': this is no number"),
        (SUMMARY, [["0", "0", "9"]] * 60, "pareto-nbd", "no customer has bought again"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(
    tmp_path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], model: str, said: str
) -> None:
    result = run(written(tmp_path / "list.csv", header, rows), "--model", model, "--json")
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing more")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    for name in ("empty.csv", "broken.parquet", "broken.xlsx"):
        result = run(tmp_path / name, "--model", "bg-nbd")
        assert result.exit_code == 1, name
        assert len(result.stderr.strip().splitlines()) == 1


def test_wrong_use_ends_with_two(tmp_path: Path) -> None:
    for arguments in (
        [CDNOW],
        [CDNOW, "--model", "crystal-ball"],
        [tmp_path / "none.csv", "--model", "bg-nbd"],
    ):
        assert run(*arguments).exit_code == 2


def test_no_home_and_no_django_is_needed(tmp_path: Path) -> None:
    code = (
        "import sys; from guanxi.cli.main import program\n"
        f"program(['metrics', 'fit', {str(CDNOW)!r}, '--model', 'bg-nbd'], standalone_mode=False)\n"
        "assert 'django' not in sys.modules"
    )
    home = tmp_path / "home"
    environment = {**os.environ, "GUANXI_HOME": str(home), "GUANXI_DATABASE_URL": ""}
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not home.exists()


def test_the_group_lists_both_of_its_commands() -> None:
    result = CliRunner().invoke(program, ["metrics", "--help"])
    assert "refresh" in result.output
    assert "fit" in result.output
