"""A key under which two spellings of one address meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def address_key(address: str) -> str:
    """Return the letters and digits of an address, width and case folded; `''` when there are none.

    >>> address_key("东莞市 茶山镇，横江村（环城路）１２号")
    '东莞市茶山镇横江村环城路12号'
    """
    return _SIGNS.sub("", unicodedata.normalize("NFKC", address).casefold())
