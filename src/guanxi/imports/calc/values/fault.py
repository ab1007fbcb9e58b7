"""What is wrong with a cell."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

Cell = str | int | float | bool | date | None
"""A cell as a file has it; `date` includes `datetime`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken as it is.

    `code` is stable; `message` is one English line; `parameters` are the figures in it, for a translated text.
    """

    code: str
    message: str
    parameters: dict[str, str | int] = field(default_factory=dict, hash=False)


_NOTHING = frozenset(
    "- -- --- — —— – / . n/a na none null nil tbd 无 無 暂无 暫無 没有 沒有 不详 不詳 未知 空 "  # noqa: SIM905
    "없음 해당없음 미상 모름".split()
) | {"\\"}


DANGEROUS = tuple("=+-@\t\r＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula."""


def without_guard(text: str) -> str:
    """Return a text without the apostrophe that keeps spreadsheets from taking it for a formula.

    >>> without_guard("'=1+1")
    '=1+1'
    >>> without_guard("'s-Hertogenbosch")
    "'s-Hertogenbosch"
    """
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(DANGEROUS) else text


def as_plain_text(value: Cell) -> str:
    """Return a cell as one line in compatibility form (full width becomes half width), whole floats without point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = without_guard(str(value))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.replace("\x00", "").split())


def as_entry(value: Cell) -> str:
    """Return a cell as plain text, "" when it says in one of the usual ways that there is nothing: -, N/A, 无, 없음."""
    text = as_plain_text(value)
    return "" if text.lower() in _NOTHING else text
