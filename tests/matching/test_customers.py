"""Customers of four scripts: which of them are one, and why."""

from __future__ import annotations

import pytest

from guanxi.matching.candidates import score_candidates
from guanxi.matching.companies import NameParts, name_parts
from guanxi.matching.customers import customers
from guanxi.matching.identifiers import domain_key, email_key, has_right_check, tax_key
from guanxi.matching.matcher import Matcher
from guanxi.matching.sounds import loose_sound, plain_sound, sound, turned


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("北京华强科技有限公司", ("华强科技", "北京", "")),
        ("华强科技(北京)有限公司", ("华强科技", "北京", "")),
        ("北京市華強科技股份有限公司", ("华强科技", "北京", "")),
        ("华强科技有限公司上海分公司", ("华强科技", "", "上海分公司")),
        ("华强上海分公司", ("华强", "", "上海分公司")),
        ("（주）한빛상사 부산지점", ("한빛상사", "", "부산지점")),
        ("한빛 상사 주식회사", ("한빛상사", "", "")),
        ("Acme Trading Co., Ltd. Shanghai Branch", ("acmetrading", "", "shanghaibranch")),
        ("Acme GmbH", ("acme", "", "")),
    ],
)
def test_a_name_falls_into_what_it_is_called_where_and_which_branch(
    name: str, parts: tuple[str, str, str]
) -> None:
    assert name_parts(name) == NameParts(*parts)


def test_sounds_meet_across_scripts() -> None:
    assert sound("华强") == sound("华墙") == "huaqiang"
    assert sound("重庆") == "chongqing"
    assert plain_sound("重庆") == "zhongqing"
    assert sound("홍길동") == turned("Gil-dong Hong") == "honggildong"
    assert loose_sound(sound("김민수")) == loose_sound("gimminsoo")


def test_keys_of_addresses_and_numbers() -> None:
    assert email_key(" Wang+crm@QQ.com ") == "wang@qq.com"
    assert email_key("no address") == ""
    assert domain_key("https://www.huaqiang.cn/about") == domain_key("", "info@huaqiang.cn") == "huaqiang.cn"
    assert domain_key("", "someone@qq.com") == ""
    assert tax_key("220-81-62517") == "2208162517"
    assert tax_key("220-81") == ""
    assert has_right_check("2208162517")
    assert not has_right_check("2208162518")
    assert has_right_check("91440300708461136T")
    assert not has_right_check("91440300708461137T")
    assert has_right_check("DE123456789"), "a kind whose check is not known"


@pytest.mark.parametrize(
    ("name", "phone", "code"),
    [
        ("華強電子有限公司", "+86 138 0013 8000", "same_name"),
        ("华墙电子", "138-0013-8000", "name_sounds_alike"),
        ("华强", "13800138000 转801", "name_contained"),
    ],
)
def test_two_writings_are_one_customer_and_say_why(name: str, phone: str, code: str) -> None:
    given = {
        "id": ["a", "b", "c"],
        "name": ["华强电子有限公司", name, "中兴贸易"],
        "phone": ["13800138000", phone, "13900139000"],
    }
    matcher = Matcher(customers()).fit(given)
    assert matcher.clusters() == [("a", "b")]
    assert {"same_phone", code} <= {reason.code for reason in matcher.explain("a", "b")}


def test_a_branch_is_never_its_head_office() -> None:
    names = [
        "华强科技有限公司",
        "华强科技有限公司上海分公司",
        "华强科技(上海)分公司",
        "华强科技有限公司北京分公司",
    ]
    given = {"id": list("abcd"), "name": names, "phone": ["13800138000"] * 4, "email": ["a@huaqiang.cn"] * 4}
    pairs = {(pair.left, pair.right) for pair in Matcher(customers()).fit(given).pairs(0.0)}
    assert not pairs & {("a", "b"), ("a", "c"), ("a", "d"), ("b", "d")}


def test_a_candidate_is_scored_while_somebody_types() -> None:
    candidates = [
        {"id": 7, "name": "华强电子有限公司", "phone": "13800138000"},
        {"id": 8, "name": "中兴贸易", "phone": "13900139000"},
        {"id": 9, "name": "华强电子上海分公司", "phone": "13800138000"},
    ]
    scored = score_candidates({"name": "华墙电子", "phone": "138 0013 8000"}, candidates, customers())
    assert [pair.right for pair in scored] == ["7", "8", "9"]
    assert scored[0].probability > 0.9
    assert [reason.code for reason in scored[0].reasons] == ["same_phone", "name_sounds_alike"]
    assert scored[1].probability < 0.01
    assert scored[2].probability == 0.0


def weight_of(code: str, one: str, other: str) -> float:
    """What a reason weighs between two customers that share nothing but what their tax numbers say; 0 without it."""
    rows = [{"id": 1, "name": "华强电子", "tax_number": other}]
    (pair,) = score_candidates({"name": "中兴贸易", "tax_number": one}, rows, customers())
    return next((reason.weight for reason in pair.reasons if reason.code == code), 0.0)


def test_a_mistyped_tax_number_speaks_for_a_pair_less_than_a_right_one_and_hardly_against_it() -> None:
    right, mistyped, other = "91440300708461136T", "91440300708461137T", "914403007084611370"
    assert weight_of("same_tax_number", right, right) > weight_of("same_tax_number", mistyped, mistyped) > 5
    assert weight_of("different_tax_number", right, mistyped) == 0
    assert weight_of("different_tax_number", right, "2208162517") < -4
    assert -2 < weight_of("different_tax_number", mistyped, other.replace("0", "8")[:17] + "X") <= 0


def test_any_of_several_addresses_may_be_the_one_they_share() -> None:
    given = {
        "id": ["a", "b", "c"],
        "name": ["华强电子", "华强电子有限公司", "中兴贸易"],
        "email": ["info@huaqiang.cn\nwang@qq.com", "WANG@qq.com; li@163.com", ""],
    }
    reasons = Matcher(customers()).fit(given).explain("a", "b")
    assert "same_email" in {reason.code for reason in reasons}
