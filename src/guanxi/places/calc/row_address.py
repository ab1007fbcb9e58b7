"""Where a row of a list says its customer is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]
"""Parsed values of a row by field key, as `imports.calc.rows` gives them."""


def full_address(values: Values) -> str:
    """Return the address with what the columns of county, city, province and country add to it.

    In the order of its script: coarse to fine and without spaces in Chinese, with spaces in Korean; fine to coarse,
    with commas, in Latin letters.

    >>> full_address({"address": "茶山镇横江村", "city": "东莞市"})
    '东莞市茶山镇横江村'
    >>> full_address({"address": "613 Deansgate", "city": "Manchester", "country": "United Kingdom"})
    '613 Deansgate, Manchester, United Kingdom'
    """
    address = str(values.get("address") or "").strip()
    parts = [str(values[key]).strip() for key in ("country", "province", "city", "county") if values.get(key)]
    missing = [part for part in parts if part and part not in address]
    if not missing:
        return address
    whole = "".join([*missing, address])
    if any(_is_hangul(letter) for letter in whole):
        return " ".join(filter(None, [*missing, address]))
    if any(_is_han(letter) for letter in whole):
        return "".join([*missing, address])
    return ", ".join(filter(None, [address, *reversed(missing)]))


def city_hint(values: Values) -> str:
    """Return what the row says of its city, coarse to fine; empty when nothing."""
    return " ".join(str(values[key]) for key in ("country", "province", "city") if values.get(key))


def given_position(values: Values) -> tuple[float, float] | None:
    """Return latitude and longitude that the list itself has, WGS-84 degrees."""
    if values.get("latitude") is None or values.get("longitude") is None:
        return None
    return float(values["latitude"]), float(values["longitude"])


def _is_hangul(letter: str) -> bool:
    return "가" <= letter <= "힣"


def _is_han(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"
