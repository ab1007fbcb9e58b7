"""Lists of other records than customers: contacts, interactions, orders, each row beside a customer who is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from guanxi.imports.calc.header_words import fold, words_of
from guanxi.imports.calc.headers import Guess, without_brackets
from guanxi.imports.calc.orders import ORDER_WORDS

CUSTOMER = "customer"
TARGETS = (CUSTOMER, "contact", "interaction", "order")
"""What the rows of a list may be."""
WHOSE = ("name", "external_id")
"""By what a row names its customer."""
FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    "contact": ("contact_name", "surname", "given_name", "key_person"),
    "interaction": (),
    "order": ("order_number", "order_date", "order_amount", "currency"),
}
"""The fields of a customer's list that such a list has, too, beside `WHOSE`."""
SUBJECTS: Mapping[str, tuple[frozenset[str], ...]] = {
    "contact": (frozenset({"contact_name", "key_person"}),),
    "interaction": (frozenset({"interaction.summary", "interaction.note"}),),
    "order": (frozenset({"order_date"}), frozenset({"order_amount"})),
}
"""What a row must say: of each set of fields at least one."""

_MEANS: Mapping[str, Mapping[str, str]] = {
    "contact": {"phone": "contact.phone", "email": "contact.email", "note": "contact.note"},
    "interaction": {
        "date": "interaction.happened_at",
        "order_date": "interaction.happened_at",
        "kind": "interaction.kind",
        "note": "interaction.note",
    },
    "order": {"date": "order_date", "amount": "order_amount", "note": "order.note"},
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "contact_name": """姓名 名字 联系人 联系人姓名 이름 성명 담당자 담당자명
            name|full name|contact|contact name|contact person""",
        "contact.title": """职务 职位 头衔 职称 岗位 직위 직책 직함 title|job title|position|role""",
    },
    "interaction": {
        "interaction.happened_at": """时间 跟进时间 跟进日期 拜访日期 拜访时间 联系时间 联系日期 沟通时间
            일시 상담일 방문일 방문일시 when|time|date and time|date|visited on|called on""",
        "interaction.kind": """方式 跟进方式 联系方式 沟通方式 形式 방법 상담방법 구분 how|kind|type|channel""",
        "interaction.summary": """主题 摘要 标题 事由 概要 제목 요약 summary|subject|topic|title""",
        "interaction.note": """内容 跟进内容 沟通内容 拜访内容 跟进记录 详情 내용 상담내용
            text|content|details|notes""",
    },
}
_FIELD_OF_WORD: Mapping[str, Mapping[str, str]] = {
    target: {fold(word): field for field, block in fields.items() for word in words_of(block)}
    for target, fields in _WORDS.items()
} | {"order": {word: field for field, words in ORDER_WORDS.items() for word in words}}


def as_target(target: str, header: Sequence[str], guesses: Sequence[Guess]) -> list[Guess]:
    """Return what the columns of a list of such records mean, from what they would mean in one of customers.

    Each field is taken once, by the column that names it outright before others; what such a record does not have is
    left out.
    """
    if target == CUSTOMER:
        return list(guesses)
    outright = {
        guess.column: _FIELD_OF_WORD[target].get(fold(without_brackets(header[guess.column])))
        for guess in guesses
    }
    taken: set[str] = {field for field in outright.values() if field}
    seen: set[str] = set()
    found = []
    for guess in guesses:
        field = outright[guess.column] or _meant(target, guess.field or "", taken)
        is_free = field is not None and field not in seen
        seen |= {field} if field else set()
        found.append(replace(guess, field=field if is_free else None))
    return found


def _meant(target: str, field: str, taken: set[str]) -> str | None:
    meant = _MEANS[target].get(field, field)
    is_known = meant != field or field in (*WHOSE, *FIELDS_OF[target])
    return meant if is_known and meant not in taken else None
