"""Where a row of a list says its customer is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]
"""Parsed values of a row by field key, as `imports.calc.rows` gives them."""


def full_address(values: Values) -> str:
    """Return the address, with the columns of province, city and county before it where it does not name them."""
    address = str(values.get("address") or "")
    parts = [str(values[key]) for key in ("province", "city", "county") if values.get(key)]
    missing = [part for part in parts if part not in address]
    joint = " " if any(part.isascii() or _is_hangul(part) for part in missing) else ""
    return joint.join(filter(None, [*missing, address])).strip()


def city_hint(values: Values) -> str:
    """Return what the row says of its city, coarse to fine; empty when nothing."""
    return " ".join(str(values[key]) for key in ("country", "province", "city") if values.get(key))


def given_position(values: Values) -> tuple[float, float] | None:
    """Return latitude and longitude that the list itself has, WGS-84 degrees."""
    if values.get("latitude") is None or values.get("longitude") is None:
        return None
    return float(values["latitude"]), float(values["longitude"])


def has_place(values: Values) -> bool:
    """Whether the row says anything of a place."""
    return bool(full_address(values)) or given_position(values) is not None


def _is_hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)
