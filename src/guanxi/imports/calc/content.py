"""What a value looks like when nobody says what it is."""

from __future__ import annotations

import re
from datetime import date

Value = str | int | float | bool | date | None
"""A cell as a file has it."""

_EMAIL = re.compile(r"^[^\s@,;]+@[^\s@,;]+\.[a-zA-Z]{2,}$")
_URL = re.compile(
    r"^(https?://|www\.)\S+$|^[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|cn|net|org|kr|tw|hk|de|io|co)(/\S*)?$",
    re.IGNORECASE,
)
_PHONE_SHAPE = re.compile(
    r"^\+?[\d\s\-()（）./~～–]{7,24}(\s*(转|轉|내선|ext\.?|#|x)\s*\d{1,6})?$", re.IGNORECASE
)
_CHINESE_MOBILE = re.compile(r"^(\+?86)?1[3-9]\d{9}$")
_KOREAN_PHONE = re.compile(r"^(\+?82|0)(1[016789]\d{7,8}|2\d{7,8}|[3-6]\d\d{7,8}|70\d{8}|50\d{9,10})$")
_KOREAN_SERVICE = re.compile(r"^1[5-9]\d\d-?\d{4}$")
_CHINESE_LANDLINE = re.compile(r"^(\+?86)?0\d{9,11}$")
_TAIWAN_PHONE = re.compile(r"^(\+?886|0)(9\d{8}|[2-8]\d{7,8})$")
_TAX = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$|^\d{3}-\d{2}-\d{5}$")
_PAIR = re.compile(r"^\(?\s*-?\d{1,3}\.\d{2,}\s*[,，;\s]\s*-?\d{1,3}\.\d{2,}\s*\)?$")
_DATE = re.compile(
    r"^(19|20)\d\d\s*([-/.]|年)\s*\d{1,2}\s*([-/.]|月)\s*\d{1,2}\s*[.日]?(\s+\d{1,2}:\d\d(:\d\d)?)?$"
    r"|^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$|^\d{1,2}[-/.]\d{1,2}[-/.](19|20)\d\d$|^民[國国]\d{2,3}年"
)
_MONEY = re.compile(
    r"^[(（-]?\s*(¥|￥|₩|\$|€|£|NT\$|US\$|HK\$|RMB|CNY|USD|KRW|EUR)?\s*-?[\d,，]+(\.\d+)?\s*(元|万元?|萬元?|亿元?|億元?|원|만원|억원?|억|만)?[)）]?$",
    re.IGNORECASE,
)
_MONEY_MARK = re.compile(r"[¥￥₩$€£元万萬亿億원만억]|RMB|CNY|USD|KRW|EUR", re.IGNORECASE)
_CHINESE_ADDRESS = re.compile(
    r"(省|自治区|自治區|市|州|盟|[\u4e00-\u9fff]{2}[县縣区區旗]).{0,30}?(路|街|道|巷|弄|村|镇|鎮|乡|鄉|号|號|大厦|大廈|广场|廣場|园|園|小区|栋|段|里|县|区|區)"
    r"|[\u4e00-\u9fff]{2,}(路|街|大道|巷|胡同)\s*[\d一二三四五六七八九十]+\s*(号|號|弄|段)"
)
_KOREAN_ADDRESS = re.compile(
    r"(특별시|광역시|특별자치시|[가-힣]도|[가-힣]{1,4}시|서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주)"
    r"\s+.*?[가-힣\d]+(구|군|시|읍|면|동|로|길|가|리)(\s|\d|$)|[가-힣\d]+(로|길)\s*\d+(-\d+)?(\s|$|,|번길)"
)
_WESTERN_ADDRESS = re.compile(
    r"\b\d{1,5}[a-z]?,?\s+([\w.'’\-]+\s+){0,4}(street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|boulevard|blvd|square|"
    r"place|court|highway|hwy|parkway|terrace|close|quay)\b"
    r"|\b(calle|rua|av\.|avenida|via|rue|plaza|piazza|ul\.|jalan|jl\.|soi|calzada|carrera)\s+\S+.*\d"
    r"|\w+(stra(ß|ss)e|str\.|straat|weg|gasse|platz|laan|gatan|vej)\s*\d+",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(公司|集团|集團|企业|企業|工厂|工廠|厂|廠|商行|店|超市|酒店|医院|醫院|学校|學校|银行|銀行|合作社|事务所|事務所|工作室|中心|商店|经营部|批发部)"
    r"|주식회사|\(주\)|㈜|유한회사|상사|산업|무역|물산|유통|병원|식당|마트|상회|공업"
    r"|\b(co\.?|ltd\.?|inc\.?|llc|gmbh|corp\.?|limited|company|s\.?a\.?|s\.?r\.?l\.?|pty|plc|bv|b\.v\.|ag|kk|oy|ab|as|group|trading|"
    r"imports?|exports?|industries|enterprises?)\b\.?$",
    re.IGNORECASE,
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鍾譚鄒"
)
_CHINESE_PERSON = re.compile(rf"^[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}(先生|女士|小姐|总|總|经理|經理|老师)?$")
_KOREAN_PERSON = re.compile(
    r"^[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제]"
    r"[가-힣]{2}(\s?(대표|과장|부장|차장|대리|사장|팀장|이사|님))?$"
)
_TIER = re.compile(r"^([A-E][+-]?|[A-D]级|[A-D]級|[A-D]등급|VIP|vip|★{1,5})$")


def _digits(text: str) -> str:
    return re.sub(r"[^\d+]", "", text)


def is_phone(text: str) -> bool:
    """Tell whether a text is very likely a telephone number of China, Korea or Taiwan, or an international one."""
    if _KOREAN_SERVICE.match(text):
        return True
    if not _PHONE_SHAPE.match(text) or _DATE.match(text) or _TAX.match(text):
        return False
    digits = _digits(re.split(r"转|轉|내선|ext|#|x", text, maxsplit=1, flags=re.IGNORECASE)[0])
    if digits.startswith("+"):
        return 9 <= len(digits) <= 16
    return any(
        shape.match(digits) for shape in (_CHINESE_MOBILE, _KOREAN_PHONE, _CHINESE_LANDLINE, _TAIWAN_PHONE)
    )


def is_email(text: str) -> bool:
    """Tell whether a text is an e-mail address by its shape."""
    return _EMAIL.match(text) is not None


def is_url(text: str) -> bool:
    """Tell whether a text is a web address."""
    return _URL.match(text) is not None


def is_coordinate_pair(text: str) -> bool:
    """Tell whether a text holds two decimal degrees."""
    return _PAIR.match(text) is not None


def is_date(text: str) -> bool:
    """Tell whether a text is a calendar date."""
    return _DATE.match(text) is not None


def is_tax_number(text: str) -> bool:
    """Tell whether a text has the shape of a Chinese (18 signs) or Korean (000-00-00000) tax number."""
    return _TAX.match(text) is not None


def is_money(text: str) -> bool:
    """Tell whether a text is a figure with a sign of money."""
    return _MONEY.match(text) is not None and _MONEY_MARK.search(text) is not None


def is_address(text: str) -> bool:
    """Tell whether a text reads like a postal address in Chinese, Korean or a Western language."""
    if len(text) > 300:
        return False
    return any(pattern.search(text) for pattern in (_CHINESE_ADDRESS, _KOREAN_ADDRESS, _WESTERN_ADDRESS))


def is_company(text: str) -> bool:
    """Tell whether a text reads like the name of a company or institution."""
    return len(text) <= 120 and _COMPANY.search(text) is not None


def is_person(text: str) -> bool:
    """Tell whether a text reads like a Chinese or Korean person's name."""
    return any(pattern.match(text) for pattern in (_CHINESE_PERSON, _KOREAN_PERSON))


def is_tier(text: str) -> bool:
    """Tell whether a text is a class such as A, B+ or VIP."""
    return _TIER.match(text) is not None


CONTENT_TESTS = (
    ("email", is_email),
    ("tax_number", is_tax_number),
    ("phone", is_phone),
    ("coordinates", is_coordinate_pair),
    ("date", is_date),
    ("website", is_url),
    ("address", is_address),
    ("name", is_company),
    ("contact_name", is_person),
    ("tier", is_tier),
    ("amount", is_money),
)
"""Field and test, the surest first."""


def as_text(value: Value) -> str:
    """Return a cell as the text a person sees; a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def kind_of(value: Value) -> str | None:
    """Return the field a single value speaks for, None when it could be anything."""
    if isinstance(value, date):
        return "date"
    text = as_text(value)
    if not text:
        return None
    return next((field for field, test in CONTENT_TESTS if test(text)), None)


def looks_like_data(value: Value) -> bool:
    """Tell whether a cell is a value and not the name of a column."""
    if value is None or isinstance(value, bool | int | float | date):
        return value is not None
    text = value.strip()
    if re.fullmatch(r"[\d.,%\-+()\s]+", text):
        return bool(text)
    return kind_of(text) in {
        "email",
        "tax_number",
        "phone",
        "coordinates",
        "date",
        "address",
        "amount",
        "website",
    }
