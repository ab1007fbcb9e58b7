"""A person's name that stands in two columns, as one, in the order of its language."""

from __future__ import annotations

import re
from typing import Any

_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_WIDE = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]")


def full_name(surname: str, given_name: str) -> str:
    """Return the name as people write it: surname first and unspaced in Chinese and Korean, else last.

    Where one of the two is written in another script (王 David), each keeps its place in its own: David 王.

    >>> full_name("王", "小明"), full_name("김", "민수"), full_name("Smith", "John"), full_name("欧阳", "")
    ('王小明', '김민수', 'John Smith', '欧阳')
    """
    if not surname or not given_name:
        return surname or given_name
    if _WIDE.search(surname) and _WIDE.search(given_name) and not _LATIN.search(surname + given_name):
        return surname + given_name
    return f"{given_name} {surname}"


def join_name(values: dict[str, Any]) -> None:
    """Put a contact's surname and given name together, in place; a name that stands in one column counts before."""
    surname, given_name = values.pop("surname", ""), values.pop("given_name", "")
    if (surname or given_name) and "contact_name" not in values:
        values["contact_name"] = full_name(surname, given_name)
