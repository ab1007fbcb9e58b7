"""Which encoding a text file has: decided on its bytes, by what the letters would be.

GB18030, Big5 and EUC-KR share their byte ranges, so nearly every file decodes in each of them. What tells
them apart is which letters come out: the tables put the common ones (level 1 of GB 2312, of Big5, the
2,350 syllables of KS X 1001) in one block, and a wrong reading lands outside it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from guanxi.imports.calc.header_words import frequent_words

_PIECE = 1 << 20
_SAMPLE_BYTES = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("gb18030", "big5hkscs", "cp949", "cp932", "cp1252")
_CERTAIN = 0.6
_HOPELESS = 1_000
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ]")
_WESTERN_MARKS = "€£©®°–—‘’“”•…ºª«»¿¡§·"


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding by its Python name; `is_certain` is False when another one is nearly as likely."""

    name: str
    is_certain: bool = True


def detect_encoding(path: Path) -> Encoding | None:
    """Return the encoding of the text file at `path`, None when no reading makes sense."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if wide := _utf16_without_mark(head):
        return Encoding(wide)
    good, bad = _count_utf8(path)
    if bad == 0 or (good >= 8 and bad * 20 <= good):
        return Encoding("utf-8")
    return _detect_legacy(_lines_beyond_ascii(path))


def _utf16_without_mark(head: bytes) -> str | None:
    """Recognise UTF-16 by its line ends and separators, whose other byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(2, len(head) // 100) or min(even, odd) * 20 > max(even, odd):
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = head[: len(head) // 2 * 2].decode(name)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return None
        text = head[: error.start].decode(name)
    letters = [letter for letter in text if letter > "\x7f"]
    known = sum(1 for letter in letters if _is_known_script(letter))
    return name if known >= 0.7 * len(letters) else None


def _is_known_script(letter: str) -> bool:
    return (
        "\u4e00" <= letter <= "\u9fff"
        or "\uac00" <= letter <= "\ud7a3"
        or "\u3000" <= letter <= "\u30ff"
        or "\uff00" <= letter <= "\uffef"
        or "\u00a0" <= letter <= "\u024f"
        or "\u2010" <= letter <= "\u2030"
    )


def _count_utf8(path: Path) -> tuple[int, int]:
    """Return how many letters beyond ASCII read well as UTF-8, and how many places do not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if piece.isascii():
                continue
            text = decoder.decode(piece)
            replaced = text.count("\ufffd")
            good += len(text) - len(text.encode("ascii", "ignore")) - replaced
            bad += replaced
            if bad > _HOPELESS and bad > good:
                break
    return good, bad + len(decoder.decode(b"", final=True))


def _lines_beyond_ascii(path: Path) -> bytes:
    """Return whole lines that hold letters beyond ASCII, from all of the file, up to the sample size."""
    sample = bytearray()
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                sample += line[:_SAMPLE_BYTES]
                if len(sample) >= _SAMPLE_BYTES:
                    break
    return bytes(sample)


def _detect_legacy(sample: bytes) -> Encoding | None:
    scores = sorted(((_plausibility(sample, name), name) for name in _LEGACY), reverse=True)
    best, second = scores[0], scores[1]
    if best[0] >= _CERTAIN:
        return Encoding(best[1], best[0] - second[0] >= 0.1)
    return _ask_statistics(sample)


def _ask_statistics(sample: bytes) -> Encoding | None:
    """Ask charset-normalizer for the encodings of other scripts (Cyrillic, Greek, Turkish, Thai …)."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed, 50 ms to load

    best = from_bytes(sample).best()
    return Encoding(best.encoding, is_certain=False) if best is not None else None


def _plausibility(sample: bytes, name: str) -> float:
    """Return how much the sample, read as `name`, looks like a list somebody keeps; about 0 to 1."""
    text = sample.decode(name, "replace")
    letters = re.findall(r"[^\x00-\x7f]", text)
    if not letters:
        return 0.0
    weigh = _WEIGHTS[name]
    total = sum(weigh(letter) for letter in letters)
    if name == "cp1252":
        total -= 2 * sum(len(run) for run in re.findall(r"[À-ÿ]{3,}", text))
    words = sum(1 for word in frequent_words(_SCRIPTS[name]) if word in text)
    isolated = _isolated_share(text) if name != "cp1252" else 0.0
    return total / len(letters) + min(words, 6) * 0.05 - isolated


def _isolated_share(text: str) -> float:
    """Return the share of ideographs or syllables wedged between Latin letters, as "caf茅s" has them."""
    wide = re.findall(r"[\u3400-\u9fff\uac00-\ud7a3\uff61-\uff9f]+", text)
    wedged = re.findall(r"(?<=[a-z])[\u3400-\u9fff\uac00-\ud7a3\uff61-\uff9f](?=[a-z ,.])", text)
    return len(wedged) / len(wide) if wide else 0.0


def _block(letter: str, codec: str) -> bytes:
    try:
        return letter.encode(codec)
    except UnicodeEncodeError:
        return b""


@lru_cache(maxsize=32_768)
def _simplified_weight(letter: str) -> float:
    code = _block(letter, "gb2312")
    if len(code) < 2:
        return -1.0 if letter == "\ufffd" or not _is_known_script(letter) else -0.2
    row = code[0] - 0xA0
    if 16 <= row <= 55:
        return 1.0
    return 0.5 if row in {1, 3} or row >= 56 else 0.0


@lru_cache(maxsize=32_768)
def _traditional_weight(letter: str) -> float:
    code = _block(letter, "big5")
    if len(code) < 2:
        return -1.0 if letter == "\ufffd" or not _is_known_script(letter) else 0.0
    if 0xA4 <= code[0] <= 0xC6:
        return 1.0
    return 0.6 if code[0] in {0xA1, 0xA2, 0xA3} else 0.1


@lru_cache(maxsize=32_768)
def _korean_weight(letter: str) -> float:
    code = _block(letter, "euc_kr")
    if "\uac00" <= letter <= "\ud7a3":
        return 1.05 if len(code) == 2 else 0.0
    if len(code) < 2:
        return -1.0
    return 0.4 if code[0] in {0xA1, 0xA2, 0xA3} else -0.6


@lru_cache(maxsize=32_768)
def _japanese_weight(letter: str) -> float:
    if "\u3040" <= letter <= "\u30ff":
        return 1.1
    code = _block(letter, "shift_jis")
    if len(code) < 2:
        return -1.0
    return 0.6 if 0x88 <= code[0] <= 0x97 else 0.0


def _western_weight(letter: str) -> float:
    if _WESTERN.match(letter):
        return 0.75
    return 0.5 if letter in _WESTERN_MARKS else -1.0


_WEIGHTS: dict[str, Callable[[str], float]] = {
    "gb18030": _simplified_weight,
    "big5hkscs": _traditional_weight,
    "cp949": _korean_weight,
    "cp932": _japanese_weight,
    "cp1252": _western_weight,
}
_SCRIPTS = {
    "gb18030": "simplified",
    "big5hkscs": "traditional",
    "cp949": "korean",
    "cp932": "japanese",
    "cp1252": "western",
}
