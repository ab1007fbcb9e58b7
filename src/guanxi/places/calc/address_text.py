"""Cleaning of one address as people type it, before anything in it is recognised."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 400
"""Letters read of one address; what follows is a story, not an address."""
_PHONE = re.compile(
    r"(?:\+?86[- ]?)?(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<!\d)(?:\+?82[- ]?)?0\d{1,3}[-) ]\d{3,4}[- ]\d{4}(?!\d)"
    r"|(?<!\d)\(?0\d{2,3}\)?-\d{7,8}(?!\d)"
    r"|(?<!\d)\+\d{2,3}[- ]\d[\d -]{6,13}\d(?!\d)"
)
_LABEL = re.compile(
    r"(?:(?:通讯|联系|收货|详细|公司|单位|办公|注册|家庭|邮寄|工厂)?(?:地址|住址)|收货人|联系人|电话|手机|联系电话|邮编"
    r"|주소|전화|연락처|우편번호|address|addr|tel|phone|mobile|zip)\s*[:.;]\s*",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<![\dA-Za-z-])[(\[]?\d{5,6}[)\]]?(?=\s*[\u3400-\u9fff\uac00-\ud7a3])")
_DIRECTION = re.compile(
    r"(?:(?:向|往|朝)[东南西北]{1,2}[侧边]?约?\d+米)(?:路[东南西北][侧边]?(?=\W|$))?"
    r"|(?<=[米口号旁])路[东南西北][侧边]?(?=\W|$)"
)
"""How to walk from a crossing: '向东150米路北' is no 路北区."""
_LONG_NUMBER = re.compile(r"\d{3}[\d -]*\d")
SEPARATORS = re.compile(r"[\s,;|/·・、。，；:()\[\]{}<>\"'“”‘’_*#~—]+")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class CleanText:
    """An address ready for reading.

    `folded` has half-width letters and keeps its script; `squeezed` has no white space or
    punctuation and is in simplified script; `breaks` are the positions in it
    where a space or mark stood.
    """

    folded: str
    squeezed: str
    breaks: frozenset[int]
    is_traditional: bool
    has_hangul: bool
    has_han: bool


def clean(text: str, simplified: Mapping[int, int]) -> CleanText:
    """Fold widths and scripts, take out telephone numbers, labels and postcodes.

    `simplified` maps code points of traditional characters to simplified ones. Never raises.
    """
    folded = unicodedata.normalize("NFKC", text[:LONGEST])
    if _LONG_NUMBER.search(folded):
        folded = _POSTCODE.sub(" ", _PHONE.sub(" ", folded))
    if ":" in folded or ";" in folded:
        folded = _LABEL.sub(" ", folded)
    script = folded if folded.isascii() else folded.translate(simplified)
    plain = _DIRECTION.sub(" ", script)
    pieces = [piece for piece in SEPARATORS.split(plain) if piece]
    breaks, position = [], 0
    for piece in pieces:
        breaks.append(position)
        position += len(piece)
    breaks.append(position)
    return CleanText(
        folded=folded.strip(),
        squeezed="".join(pieces),
        breaks=frozenset(breaks),
        is_traditional=script != folded,
        has_hangul=bool(_HANGUL.search(plain)),
        has_han=bool(_HAN.search(plain)),
    )
