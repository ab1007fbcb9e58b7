"""What cells say: typed values, or a fault in one line."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.imports.calc.values import (
    Amount,
    Cell,
    Coordinates,
    Fault,
    parse_amount,
    parse_boolean,
    parse_coordinates,
    parse_date,
    parse_email,
    parse_emails,
    parse_latitude,
    parse_longitude,
    parse_phone,
    parse_phones,
    parse_size,
    parse_text,
)

TICK: Cell = True
NOTHING = [None, "", "  ", "-", "—", "/", "无", "暂无", "N/A", "없음", "\u3000", "\\"]


def code(value: object) -> str:
    assert isinstance(value, Fault)
    assert value.message.endswith(".")
    assert "\n" not in value.message
    return value.code


@pytest.mark.parametrize("cell", NOTHING)
def test_nothing_is_nothing(cell: Cell) -> None:
    for parse in (parse_amount, parse_coordinates, parse_date, parse_email, parse_emails, parse_latitude):
        assert parse(cell) is None  # type: ignore[operator]
    for parse in (parse_longitude, parse_phone, parse_phones, parse_size):
        assert parse(cell) is None  # type: ignore[operator]


@pytest.mark.parametrize(
    ("cell", "value", "currency"),
    [
        ("¥1,200", "1200", "CNY"),
        ("￥１，２００．５０", "1200.50", "CNY"),
        ("3.5万元", "35000", "CNY"),
        ("3萬", "30000", None),
        ("1.2亿", "120000000", None),
        ("3亿5000万", "350000000", None),
        ("1.2百万", "1200000", None),
        ("约50万左右", "500000", None),
        ("1억 2천만원", "120000000", "KRW"),
        ("500만원", "5000000", "KRW"),
        ("₩1,500,000", "1500000", "KRW"),
        ("1,500,000원 정도", "1500000", "KRW"),
        ("NT$ 3,000", "3000", "TWD"),
        ("新臺幣3,000元", "3000", "TWD"),
        ("HK$88", "88", "HKD"),
        ("US$ 12k", "12000", "USD"),
        ("$1,234.50", "1234.50", "USD"),
        ("1.5 million USD", "1500000", "USD"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("1'234.50 CHF", "1234.50", "CHF"),
        ("1.234.567 VND", "1234567", "VND"),
        ("12,5", "12.5", None),
        ("1,234", "1234", None),
        ("(1,200.50)", "-1200.50", None),
        ("-300元", "-300", "CNY"),
        ("△300", "-300", None),
        ("300-", "-300", None),
        ("1.2E+5", "120000", None),
        (120000, "120000", None),
        (86500.5, "86500.5", None),
        (-0.25, "-0.25", None),
        ("RMB 5000", "5000", "CNY"),
    ],
)
def test_amounts(cell: Cell, value: str, currency: str | None) -> None:
    assert parse_amount(cell) == Amount(Decimal(value), currency)


def test_the_list_says_what_a_bare_sign_means() -> None:
    assert parse_amount("$500", currency="TWD") == Amount(Decimal(500), "TWD")
    assert parse_amount("500元", currency="HKD") == Amount(Decimal(500), "HKD")
    assert parse_amount("¥500", currency="JPY") == Amount(Decimal(500), "JPY")
    assert parse_amount("¥500", currency="TWD") == Amount(Decimal(500), "CNY")
    assert parse_amount("500", currency="KRW") == Amount(Decimal(500), "KRW")


def test_the_unit_of_the_header_counts_unless_the_cell_has_its_own() -> None:
    assert parse_amount(35, unit="万元") == Amount(Decimal(350_000), "CNY")
    assert parse_amount("3.5亿", unit="万元") == Amount(Decimal(350_000_000), "CNY")
    assert parse_amount("52,000", unit="만원") == Amount(Decimal(520_000_000), "KRW")
    assert parse_amount("7", unit="백만원") == Amount(Decimal(7_000_000), "KRW")
    assert parse_amount("7", unit="USD") == Amount(Decimal(7), "USD")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("面议", "amount_invalid"),
        ("100-200万", "amount_is_range"),
        ("12,34,567", "amount_invalid"),
        ("5000万3亿", "amount_invalid"),
        ("100左边200", "amount_invalid"),
        ("12 apples", "amount_invalid"),
        (True, "amount_invalid"),
        (1e300, "amount_too_large"),
        ("99999999亿", "amount_too_large"),
    ],
)
def test_amounts_that_are_none(cell: Cell, expected: str) -> None:
    assert code(parse_amount(cell)) == expected


@given(st.decimals(-(10**12), 10**12, places=2))
def test_any_figure_comes_back(figure: Decimal) -> None:
    assert parse_amount(f"{figure:,}") == Amount(figure, None)
    assert parse_amount(f"{figure:,}元") == Amount(figure, "CNY")


@pytest.mark.parametrize(
    "cell",
    [
        date(2024, 3, 5),
        datetime(2024, 3, 5, 23, 59),  # noqa: DTZ001 - as a cell
        45356,
        45356.75,
        "45356",
        "2024-03-05",
        "2024/3/5",
        "2024.3.5",
        "2024. 3. 5.",
        "2024年3月5日",
        "２０２４年３月５日",
        "2024年3月5日 星期二",
        "2024.03.05(화)",
        "2024년 3월 5일",
        "20240305",
        20240305,
        "民國113年3月5日",
        "民国113.3.5",
        "5 Mar 2024",
        "5th March 2024",
        "March 5, 2024",
        "05-Mar-2024",
        "2024-03-05 10:30:00",
        "2024-03-05T10:30:00Z",
        "2024/3/5 下午 3:20",
    ],
)
def test_one_day_in_many_forms(cell: Cell) -> None:
    assert parse_date(cell) == date(2024, 3, 5)


def test_day_and_month_need_an_order_when_both_could_be_either() -> None:
    assert code(parse_date("03/05/2024")) == "date_ambiguous"
    assert parse_date("03/05/2024", order="dmy") == date(2024, 5, 3)
    assert parse_date("03/05/2024", order="mdy") == date(2024, 3, 5)
    assert parse_date("13/05/2024") == date(2024, 5, 13)
    assert parse_date("05/13/2024", order="dmy") == date(2024, 5, 13)
    assert parse_date("05/05/2024") == date(2024, 5, 5)
    assert code(parse_date("24.3.5")) == "date_ambiguous"
    assert parse_date("24.3.5", order="ymd") == date(2024, 3, 5)
    assert parse_date("3/5/71", order="mdy") == date(1971, 3, 5)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-02-30", "date_invalid"),
        ("31/11/2024", "date_invalid"),
        ("昨天", "date_invalid"),
        ("5 Foo 2024", "date_invalid"),
        ("March 2024", "date_incomplete"),
        ("5 March 5 2024", "date_incomplete"),
        ("2024年3月", "date_incomplete"),
        ("2024", "date_incomplete"),
        ("1024-03-05", "date_out_of_range"),
        (99999, "date_invalid"),
        (3, "date_invalid"),
        (True, "date_invalid"),
    ],
)
def test_days_that_are_none(cell: Cell, expected: str) -> None:
    assert code(parse_date(cell)) == expected


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_every_day_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms: list[Cell] = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
        serial,
    ]
    assert {parse_date(form) for form in forms} == {day}
    assert parse_date(day.strftime("%d/%m/%Y"), order="dmy") == day


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("wang@Example.CN", ("wang@example.cn",)),
        ("王建国 <wang@example.cn>", ("wang@example.cn",)),
        ("mailto:wang@example.cn", ("wang@example.cn",)),
        ("ｗａｎｇ＠example.cn", ("wang@example.cn",)),
        ("a@x.cn; b@y.co.kr、a@x.cn", ("a@x.cn", "b@y.co.kr")),
        ("a@x.cn/b@y.cn", ("a@x.cn", "b@y.cn")),
    ],
)
def test_emails(cell: str, expected: tuple[str, ...]) -> None:
    assert parse_emails(cell) == expected
    assert parse_email(cell) == expected[0]


@pytest.mark.parametrize(
    "cell", ["wang.example.cn", "wang@", "@example.cn", "a..b@x.cn", "x" * 260 + "@x.cn", "a@b", "a b@@c.cn"]
)
def test_emails_that_are_none(cell: str) -> None:
    assert code(parse_emails(cell)) == "email_invalid"
    assert code(parse_email(cell)) == "email_invalid"


@pytest.mark.parametrize(
    "cell",
    [
        "23.02, 113.75",
        "113.75,23.02",
        "(23.02，113.75)",
        "23°1'12\"N 113°45'0\"E",
        "113°45′E, 23°1.2′N",
        "北纬23.02 东经113.75",
        "东经113.75度，北纬23.02度",
        "lng: 113.75, lat: 23.02",
        "纬度：23.02 经度：113.75",
        "23.02 113.75",
        "23.02,113.75,",
    ],
)
def test_one_place_in_many_forms(cell: str) -> None:
    place = parse_coordinates(cell)
    assert isinstance(place, Coordinates)
    assert (place.latitude, place.longitude) == pytest.approx((23.02, 113.75))


def test_the_order_without_signs_is_the_plausible_one() -> None:
    assert parse_coordinates("87.6,43.8") == Coordinates(43.8, 87.6)
    assert parse_coordinates("40.7,-74.0") == Coordinates(40.7, -74.0)
    assert parse_coordinates("33.9 S, 151.2 E") == Coordinates(-33.9, 151.2)
    assert parse_coordinates("23.5 W, 14.9") == Coordinates(14.9, -23.5)
    assert parse_coordinates("14.9, 23.5 W") == Coordinates(14.9, -23.5)
    assert parse_coordinates("14.9 N, 23.5") == Coordinates(14.9, 23.5)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("99,200", "coordinates_out_of_range"),
        ("23.02, 213.75", "coordinates_out_of_range"),
        ("0,0", "coordinates_zero"),
        ("23.02", "coordinates_invalid"),
        ("1,2,3", "coordinates_invalid"),
        ("东莞", "coordinates_invalid"),
        ("23.02, x", "coordinates_invalid"),
    ],
)
def test_places_that_are_none(cell: str, expected: str) -> None:
    assert code(parse_coordinates(cell)) == expected


def test_degrees_in_columns_of_their_own() -> None:
    assert parse_latitude("23.02") == 23.02
    assert parse_latitude(23.02) == 23.02
    assert parse_longitude("113°45'") == 113.75
    assert parse_longitude("23.5W") == -23.5
    assert code(parse_latitude(123.4)) == "coordinates_out_of_range"
    assert code(parse_longitude("181")) == "coordinates_out_of_range"
    assert code(parse_longitude("east")) == "coordinates_invalid"
    assert code(parse_latitude("1, 2")) == "coordinates_invalid"
    assert code(parse_latitude(TICK)) == "coordinates_invalid"


@given(st.floats(-72, 72), st.floats(-179, 179))
def test_any_place_with_signs_comes_back(latitude: float, longitude: float) -> None:
    text = f"{longitude:.6f}E, {latitude:.6f}N"
    place = parse_coordinates(text)
    if round(latitude, 6) == 0 == round(longitude, 6):
        assert code(place) == "coordinates_zero"
    else:
        assert isinstance(place, Coordinates)
        assert (place.latitude, place.longitude) == (round(latitude, 6), round(longitude, 6))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (2000, 2000),
        ("2,000", 2000),
        ("约2000人", 2000),
        ("약 300명", 300),
        ("1.2万人", 12000),
        ("2000余人", 2000),
        ("850户", 850),
        ("１２０", 120),
        ("over 500 employees", 500),
        ("3k", 3000),
        ("200+", 200),
        (35.0, 35),
    ],
)
def test_sizes(cell: Cell, expected: int) -> None:
    assert parse_size(cell) == expected


def test_sizes_that_are_none() -> None:
    assert code(parse_size("50-100人")) == "size_invalid"
    assert code(parse_size("很多")) == "size_invalid"
    assert code(parse_size(TICK)) == "size_invalid"
    assert code(parse_size("99999999万")) == "size_too_large"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  许昌\u3000商贸\u200b ", "许昌 商贸"),
        ("ＡＢＣ１２３", "ABC123"),
        ("a\x00b\x07c\td", "abc d"),
        ("ㄱ（주）ｶ「許」", "ㄱ（주）ｶ「許」"),
        ("\u1112\u1161\u11ab\u1107\u1175\u11be", "한빛"),
        ("樂\uf914", "樂\uf914"),
        ("\u202eevil", "evil"),
        (13800138000.0, "13800138000"),
        (date(2024, 3, 5), "2024-03-05"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    ],
)
def test_text_is_cleaned_and_letters_stay(cell: Cell, expected: str) -> None:
    assert parse_text(cell) == expected


def test_text_keeps_lines_when_asked_and_has_a_length() -> None:
    assert parse_text("一\r\n 二 ", keep_lines=True) == "一\n二"
    assert parse_text("一\n二") == "一 二"
    assert parse_text("\x00") is None
    fault = parse_text("许" * 32_767, longest=200)
    assert code(fault) == "text_too_long"
    assert isinstance(fault, Fault)
    assert fault.parameters == {"length": 32_767, "longest": 200}


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = parse_text(text)
    assert not isinstance(once, Fault)
    assert parse_text(once) == once


@given(
    st.text(
        alphabet=st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF, categories=["Lo"]),
        min_size=1,
        max_size=20,
    )
)
def test_ideographs_are_never_changed(text: str) -> None:
    assert parse_text(text) == text


def test_yes_and_no() -> None:
    assert [parse_boolean(cell) for cell in ("是", "Yes", "예", True, 1, "√")] == [True] * 6
    assert [parse_boolean(cell) for cell in ("否", "no", "아니오", False, 0, "×")] == [False] * 6
    assert parse_boolean(" ") is None
    assert code(parse_boolean("也许")) == "boolean_invalid"


def test_phones_of_a_cell() -> None:
    phones = parse_phones("13800138000\n0374-2331234")
    assert isinstance(phones, tuple)
    assert [phone.e164 for phone in phones] == ["+8613800138000", "+863742331234"]
    for cell in (13800138000, 13800138000.0, "1.3800138e10"):
        phone = parse_phone(cell)
        assert not isinstance(phone, Fault)
        assert phone is not None
        assert phone.e164 == "+8613800138000"
    assert code(parse_phones("138****0001")) == "phone_masked"
    assert code(parse_phone("138****0001")) == "phone_masked"
    assert code(parse_phones("13800138000/12")) == "phone_invalid"
    partly = parse_phone("13800138000/12")
    assert not isinstance(partly, Fault)
