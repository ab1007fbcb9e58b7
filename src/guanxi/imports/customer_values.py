"""From a row's values to a customer's columns and keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from guanxi.conditions.initials import initials
from guanxi.customers.calc import normalise_name, shown_phones
from guanxi.customers.keys import email_key, tax_key
from guanxi.customers.models import CustomerKind

PLAIN = (
    "name", "external_id", "email", "website", "tax_number", "industry", "size", "currency", "source",
    "birthday", "note",
)  # fmt: skip
KEY_COLUMNS = ("name_key", "name_initials", "phone_key", "email_key", "tax_key")
_CENT = Decimal("0.01")
_PERSONS = frozenset(
    "个人 個人 个人客户 个体 自然人 私人 散客 会员 业主 개인 개인고객 person individual private consumer b2c".split()  # noqa: SIM905
)
_COMPANIES = frozenset(
    "企业 企業 公司 单位 單位 机构 團體 团体 企业客户 법인 기업 회사 업체 company business organisation organization corporate b2b".split()  # noqa: SIM905, E501
)


def customer_values(values: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Return the columns of a customer that a row fills, keys included; what the row does not say is not there."""
    found = {name: values[name] for name in PLAIN if name in values}
    if "amount" in values:
        found["amount"] = values["amount"].quantize(_CENT)
    if "amount" not in found and "currency" in found:
        del found["currency"]
    if "tier" in values:
        found["grade"] = values["tier"]
    if kind := _kind(values.get("kind", "")):
        found["kind"] = kind
    if phones := values.get("phone"):
        found["phone"] = shown_phones(phones, region)
        found["phone_key"] = phones[0].e164[1:][:32]
    if "name" in found:
        found["name_key"] = normalise_name(found["name"])[:200]
        found["name_initials"] = initials(found["name"])
    if "email" in found:
        found["email_key"] = email_key(found["email"])
    if "tax_number" in found:
        found["tax_key"] = tax_key(found["tax_number"])
    return found


def _kind(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if folded in _PERSONS:
        return CustomerKind.PERSON.value
    return CustomerKind.COMPANY.value if folded in _COMPANIES else ""
