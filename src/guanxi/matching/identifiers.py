"""E-mail addresses, websites and tax numbers as keys."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FREE_MAIL = frozenset(
    [
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "gmail.com",
        "hotmail.com",
        "outlook.com",
        "yahoo.com",
        "foxmail.com",
        "aliyun.com",
        "naver.com",
        "daum.net",
        "hanmail.net",
        "nate.com",
        "kakao.com",
        "icloud.com",
        "yeah.net",
        "139.com",
        "189.cn",
        "live.com",
    ]
)
SHORTEST_TAX_NUMBER = 6
_SIGNS = re.compile(r"[^0-9A-Z]")
_HOST = re.compile(r"^(?:[a-z]+://)?(?:www\d?\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)


def email_key(text: str) -> str:
    """Return an address in lower case and one width, without what a plus adds; "" when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    person, at, host = plain.rpartition("@")
    if not at or not person or "." not in host or " " in plain:
        return ""
    return f"{person.split('+')[0]}@{host}"


def domain_key(website: str, email: str = "") -> str:
    """Return the host of a website, else that of an address of the firm's own; "" for free mail."""
    plain = unicodedata.normalize("NFKC", website).strip()
    if found := _HOST.match(plain):
        return found[1].lower()
    host = email_key(email).rpartition("@")[2]
    return "" if host in _FREE_MAIL else host


@lru_cache(maxsize=65_536)
def tax_key(text: str) -> str:
    """Return a tax number in capitals and digits alone; "" when it is too short to be one."""
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", text).upper())
    return plain if len(plain) >= SHORTEST_TAX_NUMBER else ""


@lru_cache(maxsize=65_536)
def has_right_check(key: str) -> bool:
    """Return whether the check digit of a `tax_key` is right; True where the kind of number has none we know.

    Checked: the unified social credit code of China (18 signs, GB 32100-2015) and the Korean registration number
    (10 digits).
    """
    from stdnum.cn import uscc  # noqa: PLC0415 - heavy

    if len(key) == 18 and not key.isdigit():
        return bool(uscc.is_valid(key))
    return _has_korean_check(key) if len(key) == 10 and key.isdigit() else True


def _has_korean_check(digits: str) -> bool:
    """Whether the last digit is that of the National Tax Service's sum; python-stdnum asks the network for it."""
    weighed = sum(
        int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False)
    )
    return (weighed + int(digits[8]) * 5 // 10 + int(digits[9])) % 10 == 0
