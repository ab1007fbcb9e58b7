"""Cleaning of addresses as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.calc.address_text import clean

SIMPLIFIED = str.maketrans("東區號臺灣", "东区号台湾")


def squeezed(text: str) -> str:
    return clean(text, SIMPLIFIED).squeezed


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("北京市 朝阳区，建国路", "北京市朝阳区建国路"),
        ("深圳市南山区１８号", "深圳市南山区18号"),
        ("東莞市東城區", "东莞市东城区"),
        ("地址：上海市黄浦区", "上海市黄浦区"),
        ("518057 深圳市南山区", "深圳市南山区"),
        ("(06236) 서울특별시 강남구", "서울특별시강남구"),
        ("广州市天河区 13800138000", "广州市天河区"),
        ("广州市天河区 138-0013-8000 张三", "广州市天河区张三"),
        ("杭州市 0571-87654321", "杭州市"),
        ("서울 강남구 02-1234-5678", "서울강남구"),
        ("", ""),
    ],
)
def test_noise_goes_and_words_stay(typed: str, left: str) -> None:
    assert squeezed(typed) == left


def test_house_numbers_are_no_telephone_numbers() -> None:
    assert squeezed("建国路8787号1305室") == "建国路8787号1305室"


def test_breaks_are_where_spaces_stood() -> None:
    text = clean("서울 강남구, 역삼동", SIMPLIFIED)
    assert text.squeezed == "서울강남구역삼동"
    assert text.breaks == {0, 2, 5, 8}


def test_scripts_are_told_apart() -> None:
    assert clean("臺灣", SIMPLIFIED).is_traditional
    assert not clean("台湾", SIMPLIFIED).is_traditional
    korean = clean("부산 해운대구", SIMPLIFIED)
    assert korean.has_hangul
    assert not korean.has_han
    assert clean("北京", SIMPLIFIED).has_han


@given(st.text(max_size=600))
def test_never_raises_and_leaves_no_space(text: str) -> None:
    result = clean(text, SIMPLIFIED)
    assert not any(letter.isspace() for letter in result.squeezed)
    assert all(0 <= position <= len(result.squeezed) for position in result.breaks)
