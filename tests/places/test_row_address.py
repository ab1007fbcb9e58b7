"""What the columns of a row say of a place, put together as people of its script would write it."""

from __future__ import annotations

import pytest

from guanxi.places.calc.row_address import city_hint, full_address, given_position


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ({"address": "茶山镇横江村", "city": "东莞市"}, "东莞市茶山镇横江村"),
        ({"address": "东莞市茶山镇", "city": "东莞市"}, "东莞市茶山镇"),
        (
            {"address": "테헤란로 152", "province": "서울특별시", "county": "강남구"},
            "서울특별시 강남구 테헤란로 152",
        ),
        (
            {"address": "ul. Długa 386", "city": "Kraków", "country": "Poland"},
            "ul. Długa 386, Kraków, Poland",
        ),
        ({"city": "Manchester"}, "Manchester"),
        ({"address": "Leeds, UK", "city": ""}, "Leeds, UK"),
        ({}, ""),
    ],
)
def test_columns_join_in_the_order_of_their_script(values: dict[str, str], written: str) -> None:
    assert full_address(values) == written


def test_a_position_needs_both_coordinates() -> None:
    assert given_position({"name": "x", "latitude": 23.0}) is None
    assert given_position({"latitude": 0.0, "longitude": 0.0}) == (0.0, 0.0)
    assert given_position({"latitude": "23.05", "longitude": 113}) == (23.05, 113.0)


def test_the_hint_names_the_city_from_coarse_to_fine() -> None:
    assert city_hint({"city": "东莞市", "province": "广东省", "country": "中国"}) == "中国 广东省 东莞市"
