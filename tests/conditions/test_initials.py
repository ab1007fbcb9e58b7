"""The initials people find a name by."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.conditions.initials import LONGEST, initials, searched


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("华为科技", "hwkj"),
        ("华为科技有限公司", "hwkjyxgs"),
        ("许昌商贸", "xcsm"),
        ("許昌商貿", "xcsm"),
        ("重庆银行", "cqyh"),  # 重 is mostly zhòng, 行 mostly xíng: these words say otherwise
        ("重慶銀行", "cqyh"),
        ("重要", "zy"),
        ("有限公司长沙分公司", "yxgscsfgs"),  # not 司长, sīzhǎng
        ("厦门音乐", "xmyy"),
        ("삼성전자", "ㅅㅅㅈㅈ"),
        ("거래처", "ㄱㄹㅊ"),
        ("ㅅㅅ 전자", "ㅅㅅㅈㅈ"),
        ("㈜까치", "ㅈㄲㅊ"),
        ("Acme Trading", "at"),
        ("Émile Zola", "ez"),
        ("360安全", "360aq"),
        ("３Ｍ中国", "3mzg"),
        ("ｱ東", "アd"),
        ("", ""),
        ("·-&", ""),
    ],
)
def test_initials(name: str, meant: str) -> None:
    assert initials(name) == meant


def test_what_is_typed_is_compared_without_case_and_spaces() -> None:
    assert searched(" HW kj ") == "hwkj"
    assert searched("ＨＷ") == "hw"
    assert searched("ᄉᄉ") == "ㅅㅅ"


@given(st.text(max_size=40))
def test_initials_are_short_plain_and_the_same_however_a_name_is_composed(name: str) -> None:
    found = initials(name)
    assert len(found) <= LONGEST
    assert not any(letter.isspace() for letter in found)
    assert initials(unicodedata.normalize("NFC", name)) == initials(unicodedata.normalize("NFD", name))


@given(st.text(st.sampled_from("华为科技重庆长行삼성전자 "), max_size=12))
def test_every_character_of_chinese_and_hangul_counts(name: str) -> None:
    assert len(initials(name)) == len(name.replace(" ", ""))
