"""Matching keys of names: one for all spellings, another for another company."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from guanxi.customers.calc import normalise_name

TO_TRADITIONAL = OpenCC("s2t")

SAME = [
    [
        "许昌鑫源商贸有限公司",
        "許昌鑫源商貿有限公司",
        "许昌鑫源商贸有限责任公司",
        " 许昌 鑫源商贸 股份有限公司",
        "许昌鑫源商贸公司",
    ],
    ["한빛유통", "(주)한빛유통", "㈜한빛유통", "주식회사 한빛유통", "한빛유통 (주)", "한빛 유통㈜"],
    [
        "Acme Trading",
        "ACME TRADING CO., LTD.",
        "Acme-Trading Co.,Ltd",
        "Ａｃｍｅ Trading Limited",
        "The Acme Trading Company",
    ],
    ["Müller & Söhne", "MÜLLER & SÖHNE GmbH & Co. KG", "Müller and Söhne GmbH"],
    ["Casa Verde", "Casa Verde S.A.", "Casa Verde Ltda", "casa verde, s.r.l."],
    ["東莞橫江五金廠", "东莞横江五金厂"],
    ["O'Brien Foods", "O’Brien Foods Inc."],
]

DIFFERENT = [
    ("北京海尔有限公司", "北京海尔有限公司上海分公司"),
    ("海尔", "海尔集团"),
    ("한빛유통", "한빛유통 강남지점"),
    ("Acme Trading", "Acme Trading Shanghai Branch"),
    ("许昌第一小学", "许昌第二小学"),
    ("深圳市子公司管理咨询", "深圳市管理咨询"),
]


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[0])
def test_spellings_of_one_name_share_a_key(names: list[str]) -> None:
    assert len({normalise_name(name) for name in names}) == 1


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_branches_and_groups_stay_apart(left: str, right: str) -> None:
    assert normalise_name(left) != normalise_name(right)


def test_a_branch_meets_itself_with_and_without_its_company_form() -> None:
    assert normalise_name("北京海尔有限公司上海分公司") == normalise_name("北京海尔上海分公司")


@pytest.mark.parametrize("name", ["有限公司", "Co., Ltd.", "(주)", "公司"])
def test_a_name_of_nothing_but_a_form_keeps_letters(name: str) -> None:
    assert normalise_name(name)


def test_letters_that_come_together_into_a_form_go_too() -> None:
    assert normalise_name("许 a g") == normalise_name("许 AG") == "许"


@pytest.mark.parametrize("name", ["", " ", "--", "（）"])
def test_a_name_without_letters_has_no_key(name: str) -> None:
    assert normalise_name(name) == ""


PIECES = st.sampled_from(
    [
        "许昌",
        "許昌",
        "鑫源",
        "商贸",
        "商貿",
        "有限公司",
        "股份有限公司",
        "公司",
        "分公司",
        "集团",
        "(주)",
        "주식회사",
        "한빛",
        "유통",
        "Acme",
        "Trading",
        "Co.,",
        "Ltd.",
        "GmbH",
        "& Co. KG",
        "S.A.",
        "the",
        "Branch",
        " ",
        "（东区）",
        "12",
        "ａｂ",
    ]
)
NAMES = st.one_of(
    st.text(max_size=20),
    st.lists(PIECES, max_size=8).map("".join),
    st.lists(PIECES, max_size=8).map(" ".join),
)


@settings(deadline=None)
@given(NAMES)
def test_the_key_of_a_key_is_the_key(name: str) -> None:
    key = normalise_name(name)
    assert normalise_name(key) == key


@settings(deadline=None)
@given(NAMES)
def test_case_and_space_do_not_count(name: str) -> None:
    assert normalise_name(f"  {name}\u3000") == normalise_name(name)
    if name.isascii():
        assert normalise_name(name.upper()) == normalise_name(name.lower())


@settings(deadline=None)
@given(st.text(alphabet="许昌鑫源商贸电气设备东莞横江厂华兴马龙飞风云门车医药", max_size=12))
def test_both_scripts_share_a_key(name: str) -> None:
    assert normalise_name(TO_TRADITIONAL.convert(name)) == normalise_name(name)
