# ruff: noqa: E501 - tables of cases read best in long lines
"""Columns are understood by their names in four scripts, and by what stands below them."""

from __future__ import annotations

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.imports.calc.content import is_address, is_company, is_person, is_phone, kind_of, looks_like_data
from guanxi.imports.calc.header_words import FIELDS, MULTIPLE_FIELDS, WORD_FIELDS, fold, is_traditional
from guanxi.imports.calc.headers import guess_content, guess_mapping, header_unit, known_field
from guanxi.imports.calc.orders import ORDER_WORDS
from guanxi.imports.reading import read_table
from tests.imports.files import DATA

KNOWN = {
    "name": "客户名称 客戶名稱 单位名称 單位名稱 公司名称 企业名称 姓名 고객명 업체명 상호 거래처명 회사명 Customer Company Account 客户（单位）名称",
    "contact_name": "联系人 聯絡人 담당자 대표자 Contact",
    "key_person": "关键人 關鍵人 决策人 키맨",
    "phone": "电话 電話 手机 手機 联系电话 聯絡電話 手机号码 전화번호 휴대폰 연락처 Phone Mobile Tel 电话1 联系电话(必填) Tel. 手机3 手机号* Telephone",
    "email": "邮箱 電子郵件 이메일 E-mail email 电子邮箱",
    "address": "地址 详细地址 詳細地址 주소 소재지 Address 通讯地址",
    "country": "国家 국가 Country",
    "province": "省份 省 시도 Province",
    "city": "城市 市 도시 City",
    "county": "区县 區縣 行政区 구 District",
    "latitude": "纬度 緯度 위도 Latitude lat",
    "longitude": "经度 經度 경도 Longitude lng",
    "coordinates": "坐标 經緯度 좌표 Coordinates",
    "tax_number": "税号 稅號 统一社会信用代码 統一編號 사업자등록번호 VAT",
    "external_id": "客户编号 客戶編號 고객번호 거래처코드 ID 编号",
    "tier": "级别 等级 等級 등급 客户等级 Tier Grade",
    "amount": "金额 成交金额 年销售额 매출액 Amount Revenue 金额(万元) 연매출액(만원)",
    "currency": "币种 幣別 통화 Currency",
    "size": "规模 人数 規模 인원 Employees",
    "industry": "行业 行業 업종 Industry",
    "kind": "类型 客户类型 유형 Type",
    "source": "来源 來源 渠道 유입경로 Source",
    "note": "备注 備註 비고 Remarks 메모",
    "birthday": "生日 出生日期 생년월일 Birthday",
    "date": "日期 登记日期 최근거래일 Date",
    "website": "网址 網站 홈페이지 Website",
    "ignore": "序号 序號 순번 No.",
}


@pytest.mark.parametrize(
    ("field", "header"), [(field, word) for field, words in KNOWN.items() for word in words.split()]
)
def test_names_of_columns(field: str, header: str) -> None:
    assert known_field(header) == field
    assert guess_mapping([header], [])[0].field == field


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("客户联系电话（手机优先）", "phone"),
        ("公司详细地址及楼层", "address"),
        ("Customer Company Name", "name"),
        ("customerPhone", "phone"),
        ("Primary Email", "email"),
        ("거래처 담당자 이메일", "email"),
        ("2025年销售额", "amount"),
    ],
)
def test_parts_of_names_count_for_less(header: str, field: str) -> None:
    guess = guess_mapping([header], [])[0]
    assert (guess.field, guess.reason) == (field, "header_part")
    assert 0.4 < guess.confidence < 0.8
    assert known_field(header) is None


@pytest.mark.parametrize(
    "header", ["朋友圈", "Xylophone colour", "순위표", "x" * 60, "", "(C)", "contactless"]
)
def test_unknown_names_stay_unknown(header: str) -> None:
    assert guess_mapping([header], [])[0].field is None


def test_every_word_leads_to_a_known_field_and_folds_to_itself() -> None:
    assert set(WORD_FIELDS.values()) | set(ORDER_WORDS) == set(FIELDS)
    assert all(fold(word) == word for word in WORD_FIELDS)


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("金额(万元)", "万元"),
        ("金额（元）", "元"),
        ("Amount (USD)", "USD"),
        ("매출액[천원]", "천원"),
        ("销售额/万元", "万元"),
        ("金额", None),
        ("金额(含税)", None),
    ],
)
def test_units_in_names(header: str, unit: str | None) -> None:
    assert header_unit(header) == unit


CONTENT = {
    "phone": [
        "13800138000",
        "0374-2331234",
        "010-2345-6789",
        "+1 310 555 2368",
        "1588-1234",
        "02-312-3456",
        13800138000,
    ],
    "email": ["a@x.cn", "b.c@y.co.kr"],
    "address": [
        "许昌市魏都区七一路15号",
        "东莞市茶山镇横江村",
        "서울특별시 강남구 테헤란로 152",
        "12 Collins Street",
        "台北市信義區信義路五段7號",
    ],
    "tax_number": ["91411000MA45678901", "408-13-92780"],
    "coordinates": ["23.02, 113.75", "113.7512,23.0231"],
    "date": ["2024-03-05", "2024年3月5日", "20240305", "13/05/2024"],
    "website": ["https://example.cn/a", "www.example.com"],
    "name": ["许昌鑫源商贸有限公司", "(주)한빛유통", "Acme Trading LLC", "莲城烟酒店"],
    "contact_name": ["王建国", "李女士", "김민준", "이서연 과장"],
    "tier": ["A", "B+", "VIP"],
    "amount": ["¥1,200", "3.5万元", "500만원"],
}


@pytest.mark.parametrize(("field", "values"), CONTENT.items())
def test_columns_without_a_name_are_known_by_content(field: str, values: list[object]) -> None:
    rows = [[value] for value in values]
    guess = guess_mapping(["(A)"], rows)[0]  # type: ignore[arg-type]
    assert (guess.field, guess.reason) == (field, "content")
    assert guess.confidence >= 0.5
    assert [kind_of(value) for value in values] == [field] * len(values)  # type: ignore[arg-type]


def test_degrees_are_known_by_their_range() -> None:
    rows = [["113.7512", 23.0231], [114.0571, "22.5431"]]
    assert [guess.field for guess in guess_mapping(["x", "y"], rows)] == ["longitude", "latitude"]
    assert guess_content(["1.2345", "99.123"]) is None
    assert guess_content(["abc"]) is None
    assert guess_content([]) is None
    assert guess_content([None, " "]) is None
    assert guess_content(["13800138000", "x", "y"]) is None


def test_one_field_goes_to_the_surest_column_and_phones_are_ranked() -> None:
    header = ["客户", "公司名称", "手机", "联系人手机号码", "办公电话", "地址", "收货地址", "备注"]
    guesses = guess_mapping(header, [])
    assert [guess.field for guess in guesses] == [
        "name",
        None,
        "phone",
        "phone",
        "phone",
        "address",
        "address",
        "note",
    ]
    assert guesses[1].reason == "conflict"
    assert sorted(guess.rank for guess in guesses if guess.field == "phone") == [1, 2, 3]
    assert guesses[5].rank == 1


def test_a_person_beside_a_company_is_its_contact() -> None:
    assert [guess.field for guess in guess_mapping(["公司名称", "姓名", "电话"], [])] == [
        "name",
        "contact_name",
        "phone",
    ]
    assert [guess.field for guess in guess_mapping(["姓名", "电话"], [])] == ["name", "phone"]
    with_contact = guess_mapping(["公司名称", "姓名", "联系人"], [])
    assert [guess.field for guess in with_contact] == ["name", None, "contact_name"]


def test_content_overrules_a_wrong_name() -> None:
    rows = [["a@x.cn", "许昌市七一路1号"], ["b@y.cn", "许昌市八一路2号"]]
    assert guess_mapping(["电话", "地址"], rows)[0].field == "email"
    assert guess_mapping(["Primary contact info", "地址"], rows)[0].field == "email"
    assert guess_mapping(["来源", "地址"], rows)[0].field == "source"


def test_mixed_content_leaves_the_name_to_decide() -> None:
    rows = [["13800138000"], ["没有"], ["待补充"], ["x"]]
    guess = guess_mapping(["联系方式"], rows)[0]
    assert (guess.field, guess.reason) == ("phone", "header")
    assert guess_mapping(["奇怪"], [["待"], ["补"]])[0].reason == "unknown"
    assert guess_mapping(["(B)"], [[], [None]])[0].reason == "empty"


@given(
    st.lists(st.sampled_from([*KNOWN["phone"].split(), *KNOWN["name"].split(), "备注", "x", ""]), max_size=12)
)
def test_a_field_is_given_once_unless_it_may_be_several(header: list[str]) -> None:
    guesses = guess_mapping(header, [])
    assert [guess.column for guess in guesses] == list(range(len(header)))
    fields = [guess.field for guess in guesses if guess.field is not None]
    assert all(fields.count(field) == 1 or field in MULTIPLE_FIELDS for field in fields)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("许昌拓客客户名单.csv", "ignore name kind key_person phone address size tier source date note"),
        (
            "거래처목록.xlsx",
            "province external_id name contact_name tax_number industry phone phone address tier amount date note",
        ),
        (
            "buyers 2026.csv",
            "external_id name contact_name email phone address city country industry date amount tier note",
        ),
    ],
)
def test_the_lists_of_three_trades_are_understood(name: str, expected: str) -> None:
    with read_table(DATA / name) as table:
        guesses = guess_mapping(table.header, [row.values for row in table.sample(50)])
    assert [guess.field for guess in guesses] == expected.split()


def test_shapes_of_values() -> None:
    assert not is_phone("2024-03-05")
    assert not is_phone("408-13-92780")
    assert not is_phone("12345678")
    assert not is_phone("+1234567")
    assert is_phone("0374-2331234转801")
    assert not is_address("许昌市七一路1号" * 60)
    assert not is_address("王建国")
    assert not is_company("王建国")
    assert not is_person("许昌鑫源商贸有限公司")
    assert kind_of("") is None
    assert kind_of(3.0) is None
    assert [looks_like_data(value) for value in (None, 5, "5", "", "客户名称", "13800138000")] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]


IN_TRADITIONAL = [opencc.OpenCC(variant) for variant in ("s2t", "s2tw", "s2hk")]


def test_every_chinese_word_is_known_in_traditional_characters_too() -> None:
    for word, field in WORD_FIELDS.items():
        for script in IN_TRADITIONAL:
            assert known_field(script.convert(word)) == field, script.convert(word)


def test_the_script_of_a_list_is_told_by_its_letters() -> None:
    assert is_traditional("客戶名稱 大同電器 新北市板橋區")
    assert is_traditional("客戶名稱 聯絡電話 鴻海五金行 上海分公司业务")
    assert not is_traditional("客户名称 张記茶行 东莞市厚街镇")
    assert not is_traditional("Customer 고객 三井物産")
    assert not is_traditional("")


def test_words_of_taiwan_are_known() -> None:
    said = "公司名稱 連絡人 行動電話 連絡電話 電子信箱 縣市 鄉鎮市區 統一編號 客編 產業別 年營收 座標 幣種 建檔日期"
    fields = "name contact_name phone phone email city county tax_number external_id industry amount coordinates currency date"
    assert [known_field(word) for word in said.split()] == fields.split()
