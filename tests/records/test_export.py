"""Exports: safe to open, masked like the page, complete."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from django.utils.translation import override
from tests.cast import NOW, Cast, Person

from guanxi.conditions.tree import Condition, Everything
from guanxi.records.commands import export
from guanxi.records.declaration import record_type
from guanxi.records.queries import parse_where
from guanxi.records.services.export import export_rows, neutralised

pytestmark = pytest.mark.django_db

HARMFUL = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "　=1",
    "\u00a0=1",
]


@pytest.mark.parametrize("text", HARMFUL)
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["华强电子", "3-4", "a=b", "(=)", "", " 　"])
def test_harmless_text_stays(text: str) -> None:
    assert neutralised(text) == text


def _csv(person: Person, where: Condition | None = None, **wishes: Any) -> list[dict[str, str]]:
    chunks = export_rows(record_type("customer"), person.actor, where or Everything(), now=NOW, **wishes)
    data = b"".join(chunks)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_holds_what_the_condition_asks_with_the_columns_asked(cast: Cast) -> None:
    cast.alice.adds("customer", name='华强"电子",\n有限公司', size=30, amount="1234.50", currency="CNY")
    cast.alice.adds("customer", name="한빛상사", size=3)
    where = parse_where("size > 10", record_type("customer"))
    assert _csv(cast.alice, where, columns=["name", "size", "amount", "owner", "kind"]) == [
        {
            "name": '华强"电子",\n有限公司',
            "people": "30",
            "yearly amount": "1234.50",
            "owner": "Alice",
            "kind": "Company",
        }
    ]


def test_formulas_are_neutralised_in_both_formats(cast: Cast) -> None:
    cast.alice.adds("customer", name="=1+1", note="@x")
    (line,) = _csv(cast.alice, columns=["name", "note"])
    assert line == {"name": "'=1+1", "note": "'@x"}
    (row,) = _sheet(cast.alice, ["name", "note"])[1:]
    assert row == ["'=1+1", "'@x"]


def _sheet(person: Person, columns: list[str]) -> list[list[Any]]:
    chunks = export_rows(
        record_type("customer"), person.actor, Everything(), columns=columns, form="xlsx", now=NOW
    )
    book = openpyxl.load_workbook(io.BytesIO(b"".join(chunks)))
    return [[cell.value for cell in row] for row in book.worksheets[0].rows]


def test_xlsx_keeps_numbers_and_dates_as_such(cast: Cast) -> None:
    cast.alice.adds("customer", name="Acme", amount="12.5", birthday="1990-02-03", phone="13800130001")
    (row,) = _sheet(cast.alice, ["name", "amount", "birthday", "phone"])[1:]
    assert row[1] == 12.5
    assert row[2].date().isoformat() == "1990-02-03"
    assert row[3] == "13800130001"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanxi.records.services.export.SHEET_ROWS", 3)
    names = [cast.alice.adds("customer", name=f"客户{number}").name for number in range(5)]
    chunks = export_rows(
        record_type("customer"), cast.alice.actor, Everything(), columns=["name"], form="xlsx", now=NOW
    )
    sheets = openpyxl.load_workbook(io.BytesIO(b"".join(chunks))).worksheets
    assert [len(list(sheet.rows)) for sheet in sheets] == [3, 3, 2]
    assert [row[0].value for sheet in sheets for row in list(sheet.rows)[1:]] == names


def test_masked_values_stay_masked_and_strangers_get_nothing(cast: Cast) -> None:
    cast.alice.adds("customer", name="华强", phone="13800130001", birthday="1990-02-03")
    assert [line["phone"] for line in _csv(cast.alice)] == ["13800130001"]
    (seen,) = _csv(cast.bob)
    assert seen["phone"] == "138****0001"
    assert "1990-02-03" not in seen.values()
    assert _csv(cast.charlie) == []


def test_a_selection_and_a_search_narrow_the_file(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in ("华强电子", "한빛전자"))
    assert [line["name"] for line in _csv(cast.alice, ids=[second.pk])] == ["한빛전자"]
    assert [line["name"] for line in _csv(cast.alice, text="华强")] == [first.name]


def test_more_rows_than_a_chunk_arrive_once_each(cast: Cast) -> None:
    model = record_type("customer").model
    model.objects.bulk_create(
        model(name=f"客户{number}", owner=cast.alice.user, note="长" * 200) for number in range(2_300)
    )
    assert len({line["name"] for line in _csv(cast.alice, columns=["name", "note"])}) == 2_300


def test_the_command_says_what_is_wrong_with_a_condition(cast: Cast) -> None:
    for language, said in (("en", "There is no field “colour”."), ("zh-hans", "没有字段“colour”。")):
        with override(language):
            told = CliRunner().invoke(export, ["customer", "--where", "colour = 1"])
        assert told.exit_code == 2
        assert said in told.output
