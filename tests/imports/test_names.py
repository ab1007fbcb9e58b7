"""Names that come in two columns."""

from __future__ import annotations

import pytest

from guanxi.imports.calc.headers import guess_mapping
from guanxi.imports.calc.names import full_name
from guanxi.imports.calc.rows import Reading, RowReader


@pytest.mark.parametrize(
    ("surname", "given_name", "whole"),
    [
        ("王", "小明", "王小明"),
        ("歐陽", "娜娜", "歐陽娜娜"),
        ("김", "민수", "김민수"),
        ("Smith", "John", "John Smith"),
        ("Núñez", "Ana", "Ana Núñez"),
        ("王", "David", "David 王"),
        ("", "小明", "小明"),
        ("남궁", "", "남궁"),
        ("", "", ""),
    ],
)
def test_a_name_is_put_together_as_its_language_does(surname: str, given_name: str, whole: str) -> None:
    assert full_name(surname, given_name) == whole


@pytest.mark.parametrize(
    ("header", "row", "contact"),
    [
        (["公司名称", "姓", "名"], ["华强电子", "王", "小明"], "王小明"),
        (["거래처명", "성", "담당자이름(성제외)"], ["한빛상사", "김", "민수"], "김민수"),
        (["Company", "First Name", "Last Name"], ["Bright & Sons", "John", "Smith"], "John Smith"),
        (["Company", "First Name", "Last Name"], ["Bright & Sons", None, "Smith"], "Smith"),
        (["Company", "Contact", "Last Name"], ["Bright & Sons", "J. Smith", "Smith"], "J. Smith"),
    ],
)
def test_surname_and_given_name_become_the_contact(header: list[str], row: list[str], contact: str) -> None:
    mapping = {guess.column: guess.field for guess in guess_mapping(header, [row]) if guess.field}
    values = RowReader(header, mapping, Reading()).read(1, row).values
    assert values["contact_name"] == contact
    assert not {"surname", "given_name"} & values.keys()


def test_a_list_of_people_goes_by_their_names() -> None:
    reader = RowReader(["姓", "名"], {0: "surname", 1: "given_name"}, Reading())
    assert reader.read(1, ["李", "雷"]).values["name"] == "李雷"
