"""Which record survives, and whose value of each field."""

from __future__ import annotations

from datetime import timedelta

from guanxi.duplicates.calc import Merging, Survivorship, propose
from tests.cast import NOW

CURRENCIES = {"amount": "currency", "demand": "currency"}


def test_two_amounts_in_one_currency_field_come_from_records_that_agree_on_it() -> None:
    """A number taken from another record would change its meaning with the currency that stands beside it."""
    chinese = Merging(1, NOW, {"amount": 100, "demand": None, "currency": "CNY"})
    korean = Merging(2, NOW, {"amount": None, "demand": 9, "currency": "KRW"})
    found = propose([chinese, korean], Survivorship.COMPLETE, currencies=CURRENCIES)
    assert found.into == 1
    assert (found.choices["amount"], found.choices["demand"], found.choices["currency"]) == (1, 1, 1)


def test_amounts_of_records_that_agree_are_taken_from_both() -> None:
    first = Merging(1, NOW, {"amount": 100, "demand": None, "currency": "CNY"})
    second = Merging(2, NOW, {"amount": None, "demand": 9, "currency": "CNY"})
    found = propose([first, second], Survivorship.COMPLETE, currencies=CURRENCIES)
    assert (found.choices["amount"], found.choices["demand"]) == (1, 2)


def test_each_rule_takes_what_it_says() -> None:
    old = Merging(1, NOW, {"name": "深圳市华强电子有限公司", "phone": "1", "note": ""})
    new = Merging(2, NOW + timedelta(days=1), {"name": "华强", "phone": "2", "note": "x"})
    by_rule = {rule: dict(propose([old, new], rule, into=1).choices) for rule in Survivorship}
    assert by_rule[Survivorship.COMPLETE] == {"name": 1, "phone": 1, "note": 2}
    assert by_rule[Survivorship.NEWEST] == {"name": 2, "phone": 2, "note": 2}
    assert by_rule[Survivorship.LONGEST] == {"name": 1, "phone": 1, "note": 2}
