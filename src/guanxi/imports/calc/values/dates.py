"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal

from guanxi.imports.calc.values.fault import Cell, Fault, as_entry

Order = Literal["dmy", "mdy", "ymd"]

_TIME = re.compile(r"[\sT]+(上午|下午|오전|오후|am|pm)?\s*\d{1,2}[:时시]\d{1,2}.*$", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"\s*[(（]?(周|星期|礼拜|禮拜|[월화수목금토일]요일)?[一二三四五六日天월화수목금토일月火水木金土]?[)）]?$"
)
_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})\s*[.日号號일]?")
_COMPACT = re.compile(r"^(19|20)(\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])$")
_REPUBLIC = re.compile(r"^(?:民[國国])\s*(\d{1,3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
_INCOMPLETE = re.compile(r"^(19|20)\d\d\s*([-/.年년]\s*(\d{1,2})?\s*[月월]?)?$")
_THREE_PARTS = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{1,2})\.?$")
_NAMED_MONTH = re.compile(
    r"^(?:(\d{1,2})(?:st|nd|rd|th)?[\s\-.]+)?([A-Za-z]{3,9})\.?[\s\-]*(?:(\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+)?,?\s*(\d{4})$"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 80_000
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1880, 2200


def parse_date(value: Cell, *, order: Order | None = None) -> date | Fault | None:
    """Return the calendar day of a cell; the time of day is left off.

    Understood: dates, serial numbers of the 1900 system (10,000 to 80,000: 1927 to 2119), 2024-03-05, 2024年3月5日,
    2024. 3. 5., 2024년 3월 5일, 20240305, 民國113年3月5日, 5 Mar 2024, 13/03/2024. 03/05/2024 needs `order`, else
    it is a Fault date_ambiguous. Other faults: date_invalid, date_incomplete, date_out_of_range.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_entry(value)
    if not text:
        return None
    if isinstance(value, bool):
        return _invalid()
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_serial(int(float(text)))
    return _from_text(_TIME.sub("", text).strip(), order)


def _invalid() -> Fault:
    return Fault("date_invalid", "This is no date: write it as 2024-03-05.")


def _from_serial(serial: int) -> date | Fault:
    if _FIRST_SERIAL <= serial <= _LAST_SERIAL:
        return _SERIAL_ZERO + timedelta(days=serial)
    return _invalid()


def _from_text(text: str, order: Order | None) -> date | Fault:
    if match := _THREE_PARTS.match(text):
        return _from_three_parts(match, order)
    if match := _NAMED_MONTH.match(text):
        return _from_named_month(match)
    numbers = _year_month_day(text)
    if numbers is not None:
        return _day(*numbers)
    if _INCOMPLETE.match(text):
        return _incomplete()
    return _invalid()


def _incomplete() -> Fault:
    return Fault("date_incomplete", "The date lacks its day: write it as 2024-03-05.")


def _year_month_day(text: str) -> tuple[int, int, int] | None:
    if match := _COMPACT.match(text):
        return int(match[1] + match[2]), int(match[3]), int(match[4])
    if match := _REPUBLIC.match(text):
        return int(match[1]) + 1911, int(match[2]), int(match[3])
    if (match := _YEAR_FIRST.match(text)) and _WEEKDAY.fullmatch(text[match.end() :]):
        return int(match[1]), int(match[2]), int(match[3])
    return None


def _from_named_month(match: re.Match[str]) -> date | Fault:
    day, month = match[1] or match[3], match[2][:3].lower()
    if month not in _MONTHS:
        return _invalid()
    if day is None or (match[1] and match[3]):
        return _incomplete()
    return _day(int(match[4]), _MONTHS.index(month) + 1, int(day))


def _from_three_parts(match: re.Match[str], order: Order | None) -> date | Fault:
    first, second, third = int(match[1]), int(match[2]), int(match[3])
    if len(match[3]) < 4:
        if order is None:
            return _ambiguous()
        if order == "ymd":
            return _day(_century(first), second, third)
        third = _century(third)
    if first <= 12 and second <= 12 and first != second and order not in {"dmy", "mdy"}:
        return _ambiguous()
    day_first = first > 12 or (second <= 12 and order != "mdy")
    return _day(third, second, first) if day_first else _day(third, first, second)


def _century(year: int) -> int:
    """Return the full year of two digits: 69 is 2069, 70 is 1970."""
    return 2000 + year if year < 70 else 1900 + year


def _ambiguous() -> Fault:
    return Fault(
        "date_ambiguous", "Day and month cannot be told apart: choose the order, or write 2024-03-05."
    )


def _day(year: int, month: int, day: int) -> date | Fault:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return Fault("date_out_of_range", f"The year {year} cannot be right.", {"year": year})
    try:
        return date(year, month, day)
    except ValueError:
        return Fault("date_invalid", "There is no such day in the calendar.")
