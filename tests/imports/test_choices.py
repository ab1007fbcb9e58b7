"""Words nobody knows in a column with choices: translated to one that is there, or added as a new one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ChangeSet
from guanxi.customers.models import Customer
from guanxi.imports.models import Import
from guanxi.imports.pages.running import begin_check
from guanxi.imports.services import NEW, settle_words
from guanxi.records.custom.fields import definition_of
from guanxi.records.declaration import record_type
from guanxi.records.models import CustomField
from guanxi.records.services import undo_changeset
from guanxi.records.services.fields import change_field
from tests.cast import NOW, Cast, Person
from tests.imports.bringing import carry_out, receive
from tests.records.custom import GRADES, define

pytestmark = pytest.mark.django_db

LIST = """客户名称,Rank,Likes
甲厂,金牌,金牌、铜牌
乙厂,铜牌,白金/铜牌
丙厂,Au,Silver
丁厂,铜牌,Au；白金
"""


def checked(cast: Cast, person: Person) -> Import:
    """A list with words that are no choices, looked through."""
    define(cast, "Rank", "choice", choices=GRADES)
    define(cast, "Likes", "choices", choices=GRADES)
    source = receive(person, LIST)
    begin_check(person.actor, source.pk, now=NOW)
    source.refresh_from_db()
    return source


def words_of(source: Import) -> dict[int, dict[str, int]]:
    assert source.checked is not None
    return {kind["column"]: kind["words"] for kind in source.checked["kinds"]}


def test_every_unknown_word_is_told_with_how_often_it_stands_there(cast: Cast) -> None:
    source = checked(cast, cast.alice)
    assert words_of(source) == {1: {"铜牌": 2, "Au": 1}, 2: {"铜牌": 2, "白金": 2, "Au": 1}}


def test_words_become_choices_new_and_old(cast: Cast) -> None:
    source = checked(cast, cast.dana)
    browser = cast.dana.browser
    page = browser.get(f"/imports/{source.pk}/check/").content.decode()
    assert "+ a new choice" in page
    answer = browser.post(
        f"/imports/{source.pk}/choices/", {"column": "1", "word": ["铜牌", "Au"], "becomes": [NEW, "金牌"]}
    )
    assert answer.status_code == 302
    browser.post(
        f"/imports/{source.pk}/choices/",
        {"column": "2", "word": ["铜牌", "白金", "Au"], "becomes": ["", "", "金牌"], "all-new": "1"},
    )
    source.refresh_from_db()
    assert source.checked is not None
    assert source.checked["faulty"] == 0
    carry_out(cast.dana, source)
    held = {row.name: (row.custom["rank"], row.custom["likes"]) for row in Customer.objects.all()}
    assert held == {
        "甲厂": ("金牌", ["金牌", "铜牌"]),
        "乙厂": ("铜牌", ["铜牌", "白金"]),
        "丙厂": ("金牌", ["silver"]),
        "丁厂": ("铜牌", ["金牌", "白金"]),
    }
    labels = [str(label) for _value, label in record_type("customer").by_name["rank"].choices]
    assert labels == ["金牌", "Silver", "동메달", "铜牌"]


def test_a_new_choice_can_be_undone(cast: Cast) -> None:
    source = checked(cast, cast.dana)
    settle_words(actor=cast.dana.actor, import_id=source.pk, column=1, words={"铜牌": NEW}, now=NOW)
    last = ChangeSet.objects.order_by("-pk").first()
    assert last is not None
    undo_changeset(actor=cast.dana.actor, changeset_id=last.pk, now=NOW)
    assert len(record_type("customer").by_name["rank"].choices) == 3


def test_who_may_define_no_fields_translates_only(cast: Cast) -> None:
    source = checked(cast, cast.alice)
    page = cast.alice.browser.get(f"/imports/{source.pk}/check/").content.decode()
    assert "+ a new choice" not in page
    assert '<option value="金牌">' in page
    with pytest.raises(ForbiddenError):
        settle_words(actor=cast.alice.actor, import_id=source.pk, column=1, words={"铜牌": NEW}, now=NOW)
    before = CustomField.objects.get(name="rank").definition
    answer = cast.alice.browser.post(
        f"/imports/{source.pk}/choices/", {"column": "1", "word": "铜牌", "becomes": NEW}
    )
    assert answer.status_code == 403
    assert CustomField.objects.get(name="rank").definition == before
    settle_words(
        actor=cast.alice.actor, import_id=source.pk, column=1, words={"铜牌": "동메달", "Au": ""}, now=NOW
    )
    begin_check(cast.alice.actor, source.pk, now=NOW)
    source.refresh_from_db()
    assert words_of(source)[1] == {"Au": 1}


@pytest.mark.parametrize(("column", "words"), [(0, {"甲厂": NEW}), (9, {}), (-1, {}), (1, {"铜牌": "Tin"})])
def test_what_cannot_be_is_refused(cast: Cast, column: int, words: dict[str, str]) -> None:
    source = checked(cast, cast.dana)
    with pytest.raises(InvalidError):
        settle_words(actor=cast.dana.actor, import_id=source.pk, column=column, words=words, now=NOW)


def test_a_choice_that_was_removed_can_be_brought_back(cast: Cast) -> None:
    source = checked(cast, cast.dana)
    settle_words(actor=cast.dana.actor, import_id=source.pk, column=1, words={"铜牌": NEW}, now=NOW)
    rank = definition_of(CustomField.objects.get(name="rank"))
    fewer = replace(rank, choices=rank.choices[:3])
    change_field(actor=cast.dana.actor, record_type="customer", name="rank", definition=fewer, now=NOW)
    settle_words(actor=cast.dana.actor, import_id=source.pk, column=1, words={"铜牌": NEW}, now=NOW)
    choices = record_type("customer").by_name["rank"].choices
    assert [str(label) for _value, label in choices] == ["金牌", "Silver", "동메달", "铜牌"]
