"""Road, number and the rest behind the administrative names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.calc.address_parts import Parts, looks_like_road, split_parts


@pytest.mark.parametrize(
    ("rest", "parts"),
    [
        ("", Parts()),
        ("建国路87号华贸中心", Parts("建国路", "87号", "华贸中心")),
        ("信义路五段7号", Parts("信义路五段", "7号", "")),
        ("人民大道200号", Parts("人民大道", "200号", "")),
        ("88号", Parts("", "88号", "")),
        ("테헤란로152", Parts("테헤란로", "152", "")),
        ("737번지", Parts("", "737", "")),
        ("판교역로166", Parts("판교역로", "166", "")),
        ("科技园", Parts("", "", "科技园")),
        ("아파트", Parts("", "", "아파트")),
    ],
)
def test_parts(rest: str, parts: Parts) -> None:
    assert split_parts(rest) == parts


@given(st.text(alphabet="建国路街巷弄段号0123456789-甲서울로길번지가 ab", max_size=60))
def test_nothing_is_lost(rest: str) -> None:
    parts = split_parts(rest)
    assert len(parts.street) + len(parts.number) + len(parts.extra) <= len(rest)


@pytest.mark.parametrize(
    "text", ["建国路87号", "테헤란로152", "恒隆广场3楼", "横江村", "737번지", "12 Main Street"]
)
def test_what_may_be_an_address(text: str) -> None:
    assert looks_like_road(text)


@pytest.mark.parametrize("text", ["", "客户自提", "待补充", "无", "123456", "asdf"])
def test_what_is_none(text: str) -> None:
    assert not looks_like_road(text)
