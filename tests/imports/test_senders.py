"""Lists of a sender who sent one before, rules for all cells of a column, and constants."""

from __future__ import annotations

import pytest

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from guanxi.customers.models import Customer
from guanxi.imports.models import Import, Sender
from guanxi.imports.services import (
    forget_sender,
    remember_sender,
    set_mapping,
    set_options,
    use_sender,
)
from tests.cast import NOW, Cast, Person
from tests.imports.bringing import bring, carry_out, receive

pytestmark = pytest.mark.django_db

MARCH = "单位,电话,合作,业态,区域\n华强电子,22345678,在合作,餐飲,东区\n百利五金,13800138000,停,酒店,西区\n"
APRIL = "区域,业态,合作,单位,电话,备注\n东区,餐飲,在合作,恒通商贸,22998877,新\n"
RULES = [
    {"column": 1, "action": "prefix", "fault": "phone_invalid", "text": "0769-"},
    {"column": 3, "action": "replace", "match": "餐飲", "text": "餐饮"},
]


def remembered(person: Person) -> Import:
    source = receive(person, MARCH)
    set_mapping(actor=person.actor, import_id=source.pk, mapping={0: "name", 1: "phone", 3: "industry"})
    options = {"rules": RULES, "constants": {"country": "中国"}, "on_fault": "blank"}
    set_options(actor=person.actor, import_id=source.pk, options=options)
    remember_sender(actor=person.actor, import_id=source.pk, name=" 华东  分公司 ", now=NOW)
    source.refresh_from_db()
    return source


def test_rules_mend_every_cell_of_a_column(cast: Cast) -> None:
    carry_out(cast.alice, remembered(cast.alice))
    found = dict(Customer.objects.values_list("name", "phone"))
    assert found == {"华强电子": "0769-22345678", "百利五金": "13800138000"}
    assert set(Customer.objects.values_list("industry", flat=True)) == {"餐饮", "酒店"}


def test_the_next_list_of_a_sender_is_read_like_the_last(cast: Cast) -> None:
    assert remembered(cast.alice).head["sender"]["name"] == "华东 分公司"
    source = receive(cast.bob, APRIL)
    assert source.head["sender"]["name"] == "华东 分公司"
    assert source.mapping == {"1": "industry", "3": "name", "4": "phone", "5": "note"}
    assert source.options["constants"] == {"country": "中国"}
    carry_out(cast.bob, source)
    hengtong = Customer.objects.get()
    assert (hengtong.phone, hengtong.industry, hengtong.note) == ("0769-22998877", "餐饮", "新")


def test_a_list_with_other_columns_is_nobody_s(cast: Cast) -> None:
    remembered(cast.alice)
    source = receive(cast.alice, "客户,电话,地址,邮箱\n华强,13800138000,深圳,a@b.cn\n")
    assert "sender" not in source.head
    use_sender(actor=cast.alice.actor, import_id=source.pk, name="华东 分公司")
    source.refresh_from_db()
    assert source.options["on_fault"] == "blank"
    assert source.options["rules"] == [{**RULES[0], "column": 1}], "the column 业态 is not here"


def test_the_same_sender_again_replaces_what_was_remembered(cast: Cast) -> None:
    remembered(cast.alice)
    source = receive(cast.bob, MARCH)
    set_mapping(actor=cast.bob.actor, import_id=source.pk, mapping={0: "name"})
    remember_sender(actor=cast.bob.actor, import_id=source.pk, name="华东 分公司", now=NOW)
    sender = Sender.objects.get()
    assert sender.remembered_by == cast.bob.user
    assert [name for name, field in sender.mapping.items() if field] == ["单位"]
    forget_sender(actor=cast.alice.actor, sender_id=sender.pk)
    assert "sender" not in receive(cast.alice, MARCH).head
    with pytest.raises(NotFoundError):
        forget_sender(actor=cast.alice.actor, sender_id=sender.pk)


def test_who_may_bring_nothing_in_changes_nothing(cast: Cast) -> None:
    source = remembered(cast.alice)
    with pytest.raises(NotFoundError):
        remember_sender(actor=cast.charlie.actor, import_id=source.pk, name="x", now=NOW)
    with pytest.raises(ForbiddenError):
        forget_sender(actor=cast.viola.actor, sender_id=Sender.objects.get().pk)


def test_what_cannot_be_is_refused_in_words(cast: Cast) -> None:
    source = receive(cast.alice, MARCH)
    for options, part in (
        ({"rules": [{"column": 9, "action": "blank", "match": "x"}]}, "rules"),
        ({"constants": {"shoe": "42"}}, "shoe"),
        ({"constants": {"email": "nobody"}}, "email"),
        ({"constants": "x"}, "constants"),
    ):
        with pytest.raises(InvalidError) as error:
            set_options(actor=cast.alice.actor, import_id=source.pk, options=options)
        assert list(error.value.errors) == [part]
    for name in ("", " ", "x" * 101):
        with pytest.raises(InvalidError):
            remember_sender(actor=cast.alice.actor, import_id=source.pk, name=name, now=NOW)
    with pytest.raises(InvalidError, match="nobody remembered"):
        use_sender(actor=cast.alice.actor, import_id=source.pk, name="华南")


def test_a_list_that_has_begun_keeps_its_reading(cast: Cast) -> None:
    remembered(cast.alice)
    bring(cast.alice, MARCH)
    begun = Import.objects.exclude(job=None).get()
    with pytest.raises(ConflictError):
        use_sender(actor=cast.alice.actor, import_id=begun.pk, name="华东 分公司")
