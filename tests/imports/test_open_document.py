"""Rows that go out as an OpenDocument spreadsheet come in again as they were."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from guanxi.imports.calc.open_document import MEDIA_TYPE, spreadsheet
from guanxi.imports.models import Import
from guanxi.imports.reading import read_table
from guanxi.imports.services import rejected_file
from tests.cast import Cast
from tests.imports.bringing import bring


def read_back(content: bytes, directory: Path) -> tuple[list[str], list[list[Any]]]:
    path = directory / "back.ods"
    path.write_bytes(content)
    with read_table(path) as table:
        return table.header, [row.values for row in table.rows()]


def test_what_goes_out_comes_in_again(tmp_path: Path) -> None:
    header = ["客户名称", "电话", "金额", "日期", "老客户", "备注", "更新"]
    rows = [
        [
            "华强 & <电子>",
            "0769-22345678",
            1200.5,
            date(2026, 3, 5),
            True,
            "第一行\n第二行",
            datetime(2026, 3, 5, 9, 30),  # noqa: DTZ001 - spreadsheets have no zones
        ],
        ["삼성전자", None, 7, None, False, 'two  spaces, a "quote" and a\x00nul', None],
    ]
    content = spreadsheet([header, *rows], sheet="名单 & <1>")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.read("mimetype").decode() == MEDIA_TYPE
    found_header, found = read_back(content, tmp_path)
    assert found_header == header
    assert found[0] == rows[0]
    assert found[1] == ["삼성전자", None, 7, None, False, 'two  spaces, a "quote" and anul', None]


@pytest.mark.django_db
def test_rows_of_an_ods_file_that_were_not_taken_come_back_as_one(cast: Cast, tmp_path: Path) -> None:
    rows = [["客户名称", "电话"], ["华强电子", "13800138000"], ["百利五金厂", "138****8000"]]
    bring(cast.alice, spreadsheet(rows), name="名单.ods")
    left = rejected_file(actor=cast.alice.actor, import_id=Import.objects.get().pk)
    assert (left.name, left.content_type) == ("名单-rejected.ods", MEDIA_TYPE)
    header, found = read_back(left.content, tmp_path)
    assert header == ["客户名称", "电话", "Reason"]
    assert found[0][:2] == ["百利五金厂", "138****8000"]
