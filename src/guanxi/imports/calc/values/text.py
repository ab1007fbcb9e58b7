"""Text, numbers of people, and yes or no."""

from __future__ import annotations

import re
import unicodedata

from guanxi.imports.calc.values.fault import Cell, Fault, as_entry, as_plain_text, without_guard

_WIDE_LATIN = {
    code: code - 0xFEE0
    for block in (range(0xFF10, 0xFF1A), range(0xFF21, 0xFF3B), range(0xFF41, 0xFF5B))
    for code in block
} | {0x3000: 0x20}
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000]")
_JAMO = re.compile(r"[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+")
_MENDED = re.compile(rf"{_WIDE.pattern}|{_JAMO.pattern}")
_SIZE = re.compile(
    r"^(?:约|約|大约|近|超过|约有|약|총|about|approx\.?|around|ca\.?|over|~|≈|>)?\s*(\d[\d,]*(?:\.\d+)?)\s*(万|萬|만|千|천|k)?\s*\+?\s*"
    r"(?:余|多|여)?\s*(?:人|名|명|户|戶|家|组|組|套|세대|가구|people|persons?|employees?|staff|households?|pax)?\s*(?:左右|以上|上下|정도|이상|\+)?$",
    re.IGNORECASE,
)
_SIZE_FACTORS = {"万": 10_000, "萬": 10_000, "만": 10_000, "千": 1_000, "천": 1_000, "k": 1_000}
_LARGEST_SIZE = 2_000_000_000
_TRUE = frozenset("是 有 对 對 真 yes y true t 1 예 네 참 o ○ √ ✓ ✔ x√ 유".split())  # noqa: SIM905
_FALSE = frozenset("否 无 無 不是 没有 沒有 假 no n false f 0 아니오 아니요 거짓 x × ✗ 무".split())  # noqa: SIM905


def clean_text(text: str, *, keep_lines: bool = False) -> str:
    """Return the text without control signs and stray spaces; wide digits and Latin letters become narrow.

    Chinese and Korean letters are never changed, but for Korean ones taken apart into jamo, which are put
    together. `keep_lines` leaves line breaks standing.
    """
    text = without_guard(text)
    if text.isprintable() and not _MENDED.search(text):
        return " ".join(text.split())
    if _WIDE.search(text):
        text = text.translate(_WIDE_LATIN)
    text = _JAMO.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    lines = text.splitlines() if keep_lines else [text]
    cleaned = [" ".join(_without_control(line).split()) for line in lines]
    return "\n".join(cleaned).strip()


def _without_control(text: str) -> str:
    if text.isprintable():
        return text
    kept = []
    for letter in text:
        category = unicodedata.category(letter)
        if category == "Cc":
            kept.append(" " if letter in "\t\n\r\x0b\x0c\x85" else "")
        elif category not in {"Cf", "Cs"}:
            kept.append(letter)
    return "".join(kept)


def parse_text(value: Cell, *, longest: int = 200, keep_lines: bool = False) -> str | Fault | None:
    """Return the cell as clean text of at most `longest` characters, else a Fault text_too_long."""
    text = clean_text(value, keep_lines=keep_lines) if isinstance(value, str) else as_plain_text(value)
    if not text:
        return None
    if len(text) > longest:
        return Fault(
            "text_too_long",
            f"The text has {len(text)} characters, more than the {longest} allowed: shorten it.",
            {"length": len(text), "longest": longest},
        )
    return text


def parse_size(value: Cell) -> int | Fault | None:
    """Return a number of people, parties or households: 2000, "2,000", "约2000人", "약 300명", "1.2万人"."""
    text = as_entry(value)
    if not text:
        return None
    match = _SIZE.match(text)
    if not match or isinstance(value, bool):
        return Fault("size_invalid", "This is no number of people: write figures only, such as 2000.")
    number = float(match[1].replace(",", "")) * _SIZE_FACTORS.get((match[2] or "").lower(), 1)
    if number > _LARGEST_SIZE:
        return Fault("size_too_large", "The number is too large to be one of people.")
    return round(number)


def parse_boolean(value: Cell) -> bool | Fault | None:
    """Return yes or no in four languages and as a tick."""
    if isinstance(value, bool):
        return value
    text = as_plain_text(value).lower()
    if not text:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return Fault("boolean_invalid", "This is neither yes nor no: write one of them.")
