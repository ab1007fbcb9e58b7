"""The key under which two spellings of one name meet."""

from __future__ import annotations

import re
import unicodedata

from guanxi.conditions.chinese import simplified

_CHINESE_FORMS = re.compile(
    r"(股份有限责任公司|股份有限公司|有限责任公司|责任有限公司|有限公司|股份公司|\(有限合伙\)|\(普通合伙\)|有限合伙企业|株式会社)"
)
_CHINESE_END = re.compile(r"(?<![分子])公司$")
_KOREAN_FORMS = re.compile(
    r"\((주|유|사|재|의|합)\)|주식회사|유한책임회사|유한회사|합자회사|합명회사|사단법인|재단법인|의료법인|농업회사법인"
)
_STRONG_FORMS = frozenset(
    "ltd limited inc incorporated llc gmbh corp corporation plc pte pty sdn bhd srl sarl".split()  # noqa: SIM905
)
_WEAK_FORMS = frozenset("co company sa ag ab as bv nv kk kg spa oy oyj aps sas lda cia ltda".split())  # noqa: SIM905
_TOKENS = re.compile(r"[^\W\u2e80-\uffff]+|[\u2e80-\uffff]+", re.UNICODE)


def normalise_name(name: str) -> str:
    """Return the matching key of a customer's name.

    Width, case, script (traditional becomes simplified), company forms (有限公司, 주식회사, Co., Ltd …), spaces and
    punctuation are taken away; branches (分公司, 지점, Branch) and groups (集团) stay apart. The key of a key is
    the key itself. A name that consists of nothing else keeps its letters; one without letters gives "".
    """
    key = _normalise_once(name)
    while len(shorter := _normalise_once(key)) < len(key):
        key = shorter
    return shorter


def _normalise_once(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = simplified(text)
    stripped = _without_forms(text)
    return _letters(stripped) or _letters(text)


def _without_forms(text: str) -> str:
    text = _KOREAN_FORMS.sub(" ", _CHINESE_FORMS.sub(" ", text)).strip()
    text = _CHINESE_END.sub("", text)
    text = text.replace("&", " and ")
    words = _TOKENS.findall(re.sub(r"[.'’·]", "", text))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    kept = [word for index, word in enumerate(words) if index == 0 or word not in _STRONG_FORMS]
    while len(kept) > 1 and kept[-1] in _WEAK_FORMS | {"and"}:
        kept.pop()
    return "".join(kept)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
