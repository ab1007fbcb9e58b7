"""Money as people write it, with signs, units and brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from guanxi.imports.calc.values.fault import Cell, Fault, as_entry, as_plain_text


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in whole units of its currency (ISO 4217), which is None when nothing says it."""

    value: Decimal
    currency: str | None


_MARKS = (
    (r"NT\$|NTD|TWD|新台币|新臺幣|台币|臺幣|대만달러", "TWD"),
    (r"HK\$|HKD|港币|港幣|港元|홍콩달러", "HKD"),
    (r"US\$|USD|美元|美金|미국달러|달러|dollars?", "USD"),
    (r"MOP\$?|澳门元|澳門元", "MOP"),
    (r"€|EUR|欧元|歐元|유로|euros?", "EUR"),
    (r"£|GBP|英镑|英鎊|파운드", "GBP"),
    (r"JPY|日元|日圆|日圓|円|엔화?", "JPY"),
    (r"RMB|CNY|CNH|人民币|人民幣|위안화?|yuan|元人民币", "CNY"),
    (r"₩|KRW|韩元|韓元|韓圓|원|won", "KRW"),
    (r"SGD|S\$", "SGD"),
    (r"AUD|A\$", "AUD"),
    (r"CAD|C\$", "CAD"),
    (r"INR|₹", "INR"),
    (r"VND|₫", "VND"),
    (r"THB|฿", "THB"),
    (
        r"(?<![A-Z])(AED|BRL|CHF|CLP|CZK|DKK|EGP|HUF|IDR|ILS|KZT|MXN|MYR|NGN|NOK|NZD|PEN|PHP|PKR|PLN|RUB|SAR|SEK|TRY|UAH|ZAR)(?![A-Z])",
        "",
    ),
)
_CURRENCIES = tuple((re.compile(pattern, re.IGNORECASE), code) for pattern, code in _MARKS)
_YUAN = re.compile(r"[¥元圆圓块塊]")
_APPROXIMATE = re.compile(
    r"^(?:约|約|大约|近|약|about|approx\.?|around|ca\.?|~|≈)\s*|\s*(?:左右|上下|정도|整|정)$", re.IGNORECASE
)
_FACTORS = {
    "亿": 10**8, "億": 10**8, "억": 10**8, "万": 10**4, "萬": 10**4, "만": 10**4, "千": 10**3, "천": 10**3,
    "百": 10**2, "백": 10**2, "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mio": 10**6, "million": 10**6,
    "bn": 10**9, "billion": 10**9,
}  # fmt: skip
_TERM = re.compile(
    r"(\d[\d.,'\s]*\d|\d)\s*((?:[百千백천]?[亿億억万萬만]|[百千백천]|thousand|million|billion|mio|bn|mn|k|m(?![a-z]))?)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d+)?", re.ASCII)
_LARGEST = Decimal(10) ** 15


def parse_amount(
    value: Cell, *, currency: str | None = None, unit: str | None = None
) -> Amount | Fault | None:
    """Return the amount a cell says: "¥1,200", "3.5万元", "1억 2천만원", "(1,200.50)", "US$ 12k", 1200.5.

    `currency` is what the list is in when the cell does not say (it also decides what "$" and "元" mean); `unit`
    is the unit of the column's header ("万元", "천원"), used when the cell has none of its own. Faults:
    amount_invalid, amount_is_range, amount_too_large.
    """
    if isinstance(value, bool):
        return _invalid()
    text = as_entry(value)
    if not text:
        return None
    header_currency, header_factor = _read_unit(unit, currency)
    own, number = _read_amount(text, currency)
    if isinstance(number, Fault):
        return number
    figure, has_unit = number
    if not has_unit:
        figure *= header_factor
    if abs(figure) >= _LARGEST:
        return Fault("amount_too_large", "The amount is larger than any that is kept: check its zeros.")
    return Amount(figure, own or header_currency or currency)


def _read_amount(text: str, usual: str | None) -> tuple[str | None, tuple[Decimal, bool] | Fault]:
    """Return the currency a text names and its figure; plain figures, the most of all, take the short way."""
    if _PLAIN.fullmatch(text):
        return None, (Decimal(text), False)
    own, rest = _take_currency(text, usual)
    return own, _read_number(rest)


def _invalid() -> Fault:
    return Fault("amount_invalid", "This is no amount: write figures, such as 1200.50 or 3.5万元.")


def _take_currency(text: str, usual: str | None) -> tuple[str | None, str]:
    """Return the currency a text names and the text without its sign."""
    for pattern, code in _CURRENCIES:
        if match := pattern.search(text):
            return code or match[0].upper(), _YUAN.sub(" ", pattern.sub(" ", text))
    if "$" in text:
        return usual if usual in {"TWD", "HKD", "SGD", "AUD", "CAD", "MOP"} else "USD", text.replace("$", " ")
    if _YUAN.search(text):
        is_yen = "¥" in text and usual == "JPY"
        is_local = "¥" not in text and usual in {"TWD", "HKD", "MOP"}
        return usual if is_yen or is_local else "CNY", _YUAN.sub(" ", text)
    return None, text


@lru_cache(maxsize=256)
def _read_unit(unit: str | None, usual: str | None) -> tuple[str | None, int]:
    """Read a header's unit: 万元 is CNY and ten thousand, 천원 is KRW and a thousand."""
    if not unit:
        return None, 1
    currency, rest = _take_currency(as_plain_text(unit), usual)
    factor = 1
    for sign in re.findall(r"[亿億억万萬만千천百백]", rest):
        factor *= _FACTORS[sign]
    return currency, factor


def _read_number(text: str) -> tuple[Decimal, bool] | Fault:
    """Return the figure and whether it had a unit of its own."""
    text = _APPROXIMATE.sub("", text.strip()).strip()
    negative = False
    if match := re.fullmatch(r"\((.*)\)", text):
        negative, text = True, match[1].strip()
    if text[:1] in {"-", "−", "–", "△", "▲"}:
        negative, text = True, text[1:].strip()
    elif text.endswith("-"):
        negative, text = True, text[:-1].strip()
    text = text.lstrip("+: ")
    if re.search(r"\d\s*[-~–—至到]\s*\d", text) and not re.fullmatch(r"[\d.]+e[+-]?\d+", text, re.IGNORECASE):
        return Fault("amount_is_range", "This is a range, not one amount: write one figure.")
    figure = _sum_terms(text)
    if figure is None:
        return _invalid()
    return (-figure[0] if negative else figure[0]), figure[1]


def _sum_terms(text: str) -> tuple[Decimal, bool] | None:
    if re.fullmatch(r"\d+(\.\d+)?e[+-]?\d{1,3}", text, re.IGNORECASE):
        return Decimal(text), False
    total, has_unit, position, last = Decimal(0), False, 0, None
    for match in _TERM.finditer(text):
        figure = plain_decimal(match[1])
        if text[position : match.start()].strip() or figure is None:
            return None
        factor = 1
        for sign in _unit_signs(match[2].lower()):
            factor *= _FACTORS[sign]
        if last is not None and factor >= last:
            return None
        total, last, position = total + figure * factor, factor, match.end()
        has_unit = has_unit or factor > 1
    if last is None or text[position:].strip():
        return None
    return total, has_unit


def _unit_signs(unit: str) -> list[str]:
    return [unit] if unit in _FACTORS else list(unit)


def plain_decimal(text: str) -> Decimal | None:
    """Return "1,234.5", "1.234,5", "1'234" or "1 234" as a number; None when the marks make no sense.

    With one kind of mark only, a comma before three last digits groups thousands and a point is decimal.
    """
    compact = re.sub(r"[\s']", "", text)
    if "," in compact and "." in compact:
        decimal, group = (",", ".") if compact.rfind(",") > compact.rfind(".") else (".", ",")
        compact = compact.replace(group, "").replace(decimal, ".")
    elif "," in compact:
        grouped = re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,4}(,\d{4})+", compact)
        compact = compact.replace(",", "") if grouped else compact.replace(",", ".")
    elif compact.count(".") > 1 and re.fullmatch(r"\d{1,3}(\.\d{3})+", compact):
        compact = compact.replace(".", "")
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None
