"""`guanxi duplicates --file`: the doubles of a list, without a home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from guanxi.cli.duplicates import duplicates

LIST = """编号,客户名称,电话,地址
A1,华强电子有限公司,13800138000,深圳市福田区华强北路12号
A2,華強電子,138-0013-8000,
A3,中兴贸易,13900139000,
"""


@pytest.fixture
def customer_list(tmp_path: Path) -> Path:
    """Three customers, two of which are one."""
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_the_doubles_of_a_list_are_told_by_their_ids(customer_list: Path) -> None:
    arguments = ["--file", str(customer_list), "--id", "编号", "--json"]
    answer = CliRunner().invoke(duplicates, arguments, catch_exceptions=False)
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert found["clusters"] == [["A1", "A2"]]
    (pair,) = found["pairs"]
    assert (pair["left"], pair["right"]) == ("A1", "A2")
    assert pair["probability"] > 0.9
    assert set(pair["reasons"]) == {"same_name", "same_phone"}


def test_without_an_id_the_rows_go_by_their_numbers(customer_list: Path) -> None:
    answer = CliRunner().invoke(duplicates, ["--file", str(customer_list), "--json"], catch_exceptions=False)
    assert json.loads(answer.stdout)["clusters"] == [["2", "3"]]


def test_a_column_that_is_not_there_is_one_clear_line(customer_list: Path) -> None:
    answer = CliRunner().invoke(duplicates, ["--file", str(customer_list), "--id", "nummer"])
    assert answer.exit_code == 1
    assert "there is no column 'nummer'" in answer.stderr


@pytest.mark.parametrize("arguments", [["--id", "编号"], ["--file", "list.csv", "--user", "alice"]])
def test_what_does_not_go_together_is_said(arguments: list[str]) -> None:
    answer = CliRunner().invoke(duplicates, arguments)
    assert answer.exit_code == 2
    assert "goes with" in answer.stderr
