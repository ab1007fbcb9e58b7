"""The computed columns of a customer: under what it is found again."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from guanxi.conditions.initials import initials
from guanxi.customers.calc import normalise_name, phone_key

_REGION_OF_PREFIX = {"86": "CN", "82": "KR", "886": "TW", "852": "HK", "853": "MO"}
_REGION_OF_LANGUAGE = {"ko": "KR", "zh-hant": "TW"}
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_NOT_IN_NUMBER = re.compile(r"[^0-9A-Z]")


def home_region() -> str:
    """Return the region whose numbers people here write without a country code."""
    return _REGION_OF_LANGUAGE.get(settings.LANGUAGE_CODE, "CN")


def derive_keys(row: Any) -> None:
    """Fill the matching keys and the initials of a customer from what people see."""
    row.name_key = normalise_name(row.name)[:200]
    row.name_initials = initials(row.name)
    row.phone_key = _phone_key(row) if row.phone else ""
    row.email_key = email_key(row.email)
    row.tax_key = tax_key(row.tax_number)


def derive_contact_keys(row: Any) -> None:
    """Fill the keys under which a contact is found again by phone and e-mail address."""
    row.phone_key = _phone_key(row) if row.phone else ""
    row.email_key = email_key(row.email)


def email_key(email: str) -> str:
    """Return the key of an address: lower case throughout."""
    return email.strip().lower()


def tax_key(number: str) -> str:
    """Return the key of a tax number: its letters and digits."""
    return _NOT_IN_NUMBER.sub("", number.upper())[:40]


def _phone_key(row: Any) -> str:
    """Read the phone as its owner's country writes it: the key it had, the script of the name, then this home's."""
    had = next(
        (region for prefix, region in _REGION_OF_PREFIX.items() if row.phone_key.startswith(prefix)), ""
    )
    spoken = "KR" if _HANGUL.search(row.name) else ""
    regions = dict.fromkeys(filter(None, (had, spoken, home_region(), "CN", "KR", "TW")))
    return next((key for region in regions if (key := phone_key(row.phone, region))), "")[:32]
