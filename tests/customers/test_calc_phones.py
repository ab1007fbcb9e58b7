"""Telephone numbers the way lists have them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.calc import phone_key, read_phones, shown_phones

READ = [
    ("13800138000", "CN", [("+8613800138000", "")]),
    ("138 0013 8000", "CN", [("+8613800138000", "")]),
    ("138-0013-8000", "CN", [("+8613800138000", "")]),
    ("１３８００１３８０００", "CN", [("+8613800138000", "")]),
    ("+86 138 0013 8000", "CN", [("+8613800138000", "")]),
    ("86-13800138000", "CN", [("+8613800138000", "")]),
    ("0374-2331234", "CN", [("+863742331234", "")]),
    ("（0374）2331234", "CN", [("+863742331234", "")]),
    ("0374-2331234转801", "CN", [("+863742331234", "801")]),
    ("021-62345678轉12", "CN", [("+862162345678", "12")]),
    ("021-62345678-801", "CN", [("+862162345678", "801")]),
    ("0374-2331234/2331235", "CN", [("+863742331234", ""), ("+863742331235", "")]),
    ("王总 13800138000、办公室0374-2331234", "CN", [("+8613800138000", ""), ("+863742331234", "")]),
    ("13800138000 13900139000", "CN", [("+8613800138000", ""), ("+8613900139000", "")]),
    ("13800138000\n13800138000", "CN", [("+8613800138000", "")]),
    ("4008001234", "CN", [("+864008001234", "")]),
    ("1.3800138E+10", "CN", [("+8613800138000", "")]),
    ("+82 10-2345-6789", "CN", [("+821023456789", "")]),
    ("010-2345-6789", "KR", [("+821023456789", "")]),
    ("1023456789", "KR", [("+821023456789", "")]),
    ("02)312-3456", "KR", [("+8223123456", "")]),
    ("1588-1234", "KR", [("+8215881234", "")]),
    ("02-312-3456 내선 12", "KR", [("+8223123456", "12")]),
    ("0912-345-678", "TW", [("+886912345678", "")]),
    ("(02)2345-6789#123", "TW", [("+886223456789", "123")]),
    ("886-2-2345-6789", "TW", [("+886223456789", "")]),
    ("2345 6789", "HK", [("+85223456789", "")]),
    ("+1 310 555 2368 ext. 12", "CN", [("+13105552368", "12")]),
]


@pytest.mark.parametrize(("text", "region", "expected"), READ)
def test_numbers_are_read(text: str, region: str, expected: list[tuple[str, str]]) -> None:
    reading = read_phones(text, region)
    assert [(phone.e164, phone.extension) for phone in reading.phones] == expected
    assert reading.problem is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("138****0001", "phone_masked"),
        ("1.38001E+10", "phone_rounded"),
        ("1.38001380001E+9", "phone_rounded"),
        ("1.2345678E+12", "phone_invalid"),
        ("没有电话", "phone_invalid"),
        ("12345", "phone_invalid"),
        ("9", "phone_invalid"),
        ("+999 1234567", "phone_invalid"),
        ("转801", "phone_invalid"),
    ],
)
def test_what_is_no_number_is_told(text: str, problem: str) -> None:
    reading = read_phones(text)
    assert (reading.phones, reading.problem) == ((), problem)
    assert phone_key(text) == ""


def test_a_good_number_beside_a_bad_one_is_kept_and_the_bad_one_told() -> None:
    reading = read_phones("13800138000/123")
    assert [phone.e164 for phone in reading.phones] == ["+8613800138000"]
    assert reading.problem == "phone_invalid"


def test_the_national_form_is_that_of_the_country() -> None:
    assert read_phones("010-2345-6789", "KR").phones[0].national == "010-2345-6789"
    assert read_phones("13800138000").phones[0].national == "138 0013 8000"


def test_the_key_is_the_same_for_every_spelling() -> None:
    spellings = ["13800138000", "138-0013-8000", "+8613800138000", "86 138 0013 8000", "13800138000转5"]
    assert {phone_key(text) for text in spellings} == {"8613800138000"}


@given(st.sampled_from(["130", "138", "158", "166", "189", "199"]), st.integers(0, 10**8 - 1))
def test_the_quick_way_for_chinese_mobiles_agrees_with_the_library(prefix: str, rest: int) -> None:
    number = f"{prefix}{rest:08d}"
    parsed = phonenumbers.parse(number, "CN")
    phone = read_phones(number, "CN").phones[0]
    assert phone.e164 == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert phone.national == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


@given(st.integers(2 * 10**7, 10**8 - 1))
def test_the_quick_way_for_korean_mobiles_agrees_with_the_library(rest: int) -> None:
    number = f"010{rest:08d}"
    parsed = phonenumbers.parse(number, "KR")
    phone = read_phones(number, "KR").phones[0]
    assert phone.e164 == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert phone.national == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


@given(
    st.sampled_from(["+86 13", "+86 18", "+82 10"]),
    st.integers(2 * 10**8, 10**9 - 1),
    st.sampled_from(["CN", "KR", "US"]),
)
def test_the_quick_way_behind_a_country_code_agrees_with_the_library(
    start: str, rest: int, region: str
) -> None:
    number = start + str(rest)[: 9 if start.startswith("+86") else 8]
    parsed = phonenumbers.parse(number)
    (phone,) = read_phones(number, region).phones
    assert phone.e164 == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert phone.national == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


@given(st.text(max_size=40))
def test_no_text_breaks_it_and_a_key_finds_itself(text: str) -> None:
    reading = read_phones(text)
    assert reading.phones or reading.problem
    for phone in reading.phones:
        assert phone_key(phone.e164) == phone.e164[1:]


@pytest.mark.parametrize(
    ("text", "region", "shown"),
    [
        ("13800138000", "CN", "13800138000"),
        ("(0755) 8322 1234转801", "CN", "0755-83221234#801"),
        ("02-2345-6789", "TW", "02-23456789"),
        ("010-2345-6789", "KR", "010-2345-6789"),
        ("13800138000 / +82 10-2345-6789", "CN", "13800138000, +821023456789"),
        ("+44 20 7946 0958", "GB", "+442079460958"),
        ("", "CN", ""),
    ],
)
def test_numbers_are_shown_as_the_region_writes_them(text: str, region: str, shown: str) -> None:
    assert shown_phones(read_phones(text, region).phones, region) == shown


def test_a_long_row_of_numbers_ends_at_a_whole_one() -> None:
    many = read_phones(" / ".join(f"139{number:08d}" for number in range(40)), "CN").phones
    shown = shown_phones(many, "CN")
    assert len(many) == 40
    assert len(shown) <= 200 < len(shown) + len(", 13900000000")
