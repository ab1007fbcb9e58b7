"""Road, number and building in what stands behind the administrative names."""

import re
from dataclasses import dataclass

_HAN_STREET = re.compile(
    r"(?P<street>[\u3400-\u9fff]{1,12}?(?:大道|大街|公路|街(?!道)|路|道|巷|胡同|里)"
    r"(?:[一二三四五六七八九十\d]+段)?(?:\d+巷|[一二三四五六七八九十\d]+弄)*)"
    r"(?P<number>[甲乙丙]?\d+(?:[-之]\d+)*(?:号|弄\d+号)?)?"
)
_HAN_NUMBER = re.compile(r"(?P<number>\d+(?:[-之]\d+)*号)")
_HANGUL_ROAD = re.compile(
    r"(?P<street>[\uac00-\ud7a3\d]{1,15}?(?:대로|로|길)(?:\d+[가나다라]?길)?)(?P<number>(?:지하)?\d+(?:-\d+)?)?"
)
_HANGUL_LOT = re.compile(r"(?P<number>산?\d+(?:-\d+)?)(?:번지)?")


_SITE = re.compile(
    r"[村园区厦楼座栋号镇乡屯寨庄城场店厂站港湾桥]|[동리읍면로길층호]|(?i:road|street|st\b|ave|lane)"
)


def looks_like_road(text: str) -> bool:
    """Does a text that names no unit still name a road, number or site, so that it can be an address at all?

    '建国路87号' does, '客户自提' and '待补充' do not.
    """
    parts = split_parts(text)
    return bool(parts.street or (parts.number and not text.isascii()) or _SITE.search(text))


@dataclass(frozen=True, slots=True)
class Parts:
    """Empty text where the address says nothing."""

    street: str = ""
    number: str = ""
    extra: str = ""


def split_parts(rest: str) -> Parts:
    """Split '建国路87号华贸中心2座' into road 建国路, number 87号 and 华贸中心2座. Never raises."""
    if not rest:
        return Parts()
    if re.search("[\uac00-\ud7a3]", rest):
        match = _HANGUL_ROAD.match(rest) or _HANGUL_LOT.match(rest)
    else:
        match = _HAN_STREET.search(rest) or _HAN_NUMBER.search(rest)
    if match is None:
        return Parts(extra=rest)
    found = match.groupdict()
    extra = rest[: match.start()] + rest[match.end() :]
    return Parts(found.get("street") or "", found.get("number") or "", extra)
