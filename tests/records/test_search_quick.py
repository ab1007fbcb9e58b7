"""Quick search in lists: four scripts, sounds, numbers, and who may find what. Asked of the database in use."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from tests.cast import NOW, Cast

from guanxi.access.calc import Actor
from guanxi.access.models import ChangeSet
from guanxi.conditions.context import Context
from guanxi.records.custom.definition import CustomKind, Definition
from guanxi.records.declaration import record_type
from guanxi.records.queries import list_page
from guanxi.records.search import feed, queries
from guanxi.records.search.commands import check_search, reindex
from guanxi.records.search.models import SearchEntry, SearchPending
from guanxi.records.services import delete_record, undo_changeset, update_record
from guanxi.records.services.fields import change_field, define_field, remove_field
from guanxi.records.services.selected import delete_selected

pytestmark = pytest.mark.django_db


def found(actor: Actor, text: str, type_name: str = "customer") -> list[str]:
    """The names a list shows for a quick search; what it counts is what it shows."""
    known, moment = record_type(type_name), Context(now=NOW, zone=actor.zone)
    page = list_page(known, actor, context=moment, text=text)
    assert page.count == len(page.rows)
    return sorted(str(row) for row in page.rows)


NAMES = (
    "上海华东公司",
    "華強電子",
    "삼성 전자",
    "화동 상사",
    "Café Trading Ltd.",
    "重庆银行",
    "ＡＣＭＥ　１２３",
    "绿色食品",
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("华东", "上海华东公司"),
        ("華東", "上海华东公司"),
        ("hdgs", "上海华东公司"),
        ("huadong", "上海华东公司"),
        ("huado", "上海华东公司"),
        ("HuaDong gongsi", "上海华东公司"),
        ("shanghai", "上海华东公司"),
        ("上", "上海华东公司"),
        ("华强", "華強電子"),
        ("hq", "華強電子"),
        ("삼성", "삼성 전자"),
        ("삼성전자", "삼성 전자"),
        ("삼ㅅ", "삼성 전자"),
        ("성저", "삼성 전자"),
        ("ㅅㅅㅈㅈ", "삼성 전자"),
        ("ㅎㄷ", "화동 상사"),
        ("ㅎ", "화동 상사"),
        ("cafe", "Café Trading Ltd."),
        ("radi", "Café Trading Ltd."),
        ("tr", "Café Trading Ltd."),
        ("cafetrading", "Café Trading Ltd."),
        ("cqyh", "重庆银行"),
        ("chongqing", "重庆银行"),
        ("acme123", "ＡＣＭＥ　１２３"),
        ("lvse", "绿色食品"),
    ],
)
def test_a_name_is_found_as_people_type_it(cast: Cast, text: str, name: str) -> None:
    for each in NAMES:
        cast.alice.adds("customer", name=each)
    assert found(cast.alice.actor, text) == [name]


@pytest.mark.parametrize("text", ["hang", "东", "&", "%", "_", "上海 重庆", "zzz", "7", '"', "' OR 1=1"])
def test_what_meets_no_name_finds_nothing(cast: Cast, text: str) -> None:
    for each in NAMES:
        cast.alice.adds("customer", name=each)
    assert found(cast.alice.actor, text) == []


@pytest.mark.parametrize("text", ["8000", "0138000", "138 0013 8000", "+86 138-0013-8000", "１３８００"])
def test_a_number_is_found_by_any_part(cast: Cast, text: str) -> None:
    cast.alice.adds("customer", name="A", phone="138-0013-8000")
    cast.alice.adds("customer", name="B", phone="139-1111-2222", external_id="C-77")
    assert found(cast.alice.actor, text) == ["A"]


def test_a_customer_number_and_a_part_of_an_address_of_mail_are_found(cast: Cast) -> None:
    cast.alice.adds("customer", name="A", external_id="C-00077", email="wang@example.com")
    cast.alice.adds("customer", name="B", external_id="C-00078", email="li@example.org")
    assert found(cast.alice.actor, "c00077") == ["A"]
    assert found(cast.alice.actor, "example.c") == ["A"]


def test_a_masked_number_is_not_found_by_who_sees_it_masked(cast: Cast) -> None:
    cast.alice.adds("customer", name="华东", phone="13800138000", email="wang@example.com")
    for text in ("8000", "wang@", "华东 8000"):
        assert found(cast.alice.actor, text) == found(cast.dana.actor, text) == ["华东"]
        assert found(cast.root.actor, text) == ["华东"]
        assert found(cast.bob.actor, text) == found(cast.viola.actor, text) == []
    assert found(cast.bob.actor, "华东") == ["华东"]
    assert found(cast.charlie.actor, "华东") == []


def test_the_index_follows_every_write(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    known, actor = record_type("customer"), cast.alice.actor
    update_record(actor=actor, known=known, record_id=row.pk, values={"name": "삼성"}, version=None, now=NOW)
    assert (found(actor, "华东"), found(actor, "삼성")) == ([], ["삼성"])
    undo_changeset(actor=actor, changeset_id=ChangeSet.objects.latest("id").pk, now=NOW)
    assert (found(actor, "华东"), found(actor, "삼성")) == (["华东"], [])
    gone = delete_record(actor=actor, known=known, record_id=row.pk, version=None, now=NOW)
    assert found(actor, "华东") == []
    undo_changeset(actor=actor, changeset_id=gone.pk, now=NOW)
    assert found(actor, "华东") == ["华东"]
    gone = delete_selected(actor=actor, known=known, ids=[row.pk], now=NOW).changeset
    assert (found(actor, "华东"), SearchEntry.objects.count()) == ([], 0)
    undo_changeset(actor=actor, changeset_id=gone.pk, now=NOW)
    assert found(actor, "华东") == ["华东"]


def test_an_edit_of_what_is_not_searched_leaves_the_entry_alone(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    before = SearchEntry.objects.get().pk
    known = record_type("customer")
    update_record(
        actor=cast.alice.actor, known=known, record_id=row.pk, values={"size": 5}, version=None, now=NOW
    )
    assert SearchEntry.objects.get().pk == before


def test_records_that_wait_for_the_index_are_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = cast.alice.adds("customer", name="上海华东公司", phone="13800138000")
    known = record_type("customer")
    feed.forget_rows(known, [row.pk])
    feed.rows_created(known, row.pk, row.pk)
    assert found(cast.alice.actor, "hdgs") == found(cast.alice.actor, "8000") == ["上海华东公司"]
    assert found(cast.bob.actor, "8000") == found(cast.charlie.actor, "hdgs") == []
    monkeypatch.setattr(queries, "SCANNED", 0)  # very many wait: as typed at least
    assert found(cast.alice.actor, "华东") == ["上海华东公司"]
    assert found(cast.bob.actor, "8000") == found(cast.charlie.actor, "华东") == []
    while feed.index_next()[1]:
        pass
    assert not SearchPending.objects.exists()
    assert found(cast.alice.actor, "hdgs") == found(cast.alice.actor, "8000") == ["上海华东公司"]
    assert feed.missing_rows() == {}


def test_an_index_that_lacks_records_says_so_and_is_built_anew(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    cast.alice.adds("contact", name="李", customer=row.pk)
    SearchEntry.objects.filter(record_type="customer").update(record_id=row.pk + 1000)
    assert feed.missing_rows() == {"customer": 2}
    SearchEntry.objects.all().delete()
    SearchPending.objects.create()
    assert found(cast.alice.actor, "huadong") == ["华东"]
    while feed.index_next()[1]:
        pass
    assert feed.missing_rows() == {}
    assert found(cast.alice.actor, "li", "contact") == ["李"]


def test_many_and_few_are_counted_and_shown_alike(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        cast.alice.adds("customer", name=f"华东{number}", phone=f"1380000{number:04}") for number in range(8)
    ]
    cast.alice.adds("customer", name="别的")
    few = {text: found(cast.alice.actor, text) for text in ("华东", "1380000", "hd", "ang")}
    monkeypatch.setattr(queries, "FEW", 3)
    assert {text: found(cast.alice.actor, text) for text in few} == few
    assert len(few["华东"]) == len(few["1380000"]) == len(rows)
    assert found(cast.bob.actor, "1380000") == found(cast.charlie.actor, "华东") == []
    assert len(found(cast.bob.actor, "华东")) == len(rows)


def test_the_likest_come_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("华东", "华东公司", "大 华东", "新华东", "别的"):
        cast.alice.adds("customer", name=name)
    known, actor = record_type("customer"), cast.alice.actor

    def likest() -> list[str]:
        search = queries.search_records(known, actor, "华东")
        assert search
        keys = queries.ranked(search, known.model.objects.visible_to(actor), 10)
        names = dict(known.model.objects.visible_to(actor).values_list("pk", "name"))
        return [names[key] for key in keys]

    assert likest() == ["华东", "华东公司", "大 华东", "新华东"]
    monkeypatch.setattr(queries, "FEW", 1)
    monkeypatch.setattr(queries, "LATEST", 2)  # the oldest, and still first: their names begin so
    assert likest()[:2] == ["华东", "华东公司"]


def test_a_field_of_the_team_s_own_is_searched_and_no_longer_for_everybody_once_it_is_sensitive(
    cast: Cast,
) -> None:
    wish = Definition(label="Plate", kind=CustomKind.TEXT)
    asked = {"actor": cast.dana.actor, "record_type": "customer", "now": NOW}
    define_field(definition=wish, **asked)
    cast.alice.adds("customer", name="A", plate="沪A·88888")
    assert found(cast.bob.actor, "a88888") == found(cast.alice.actor, "沪a") == ["A"]
    change_field(name="plate", definition=replace(wish, name="plate", sensitive=True), **asked)
    assert found(cast.bob.actor, "a88888") == []
    assert found(cast.alice.actor, "a88888") == ["A"]
    while feed.index_next()[1]:
        pass
    assert found(cast.bob.actor, "a88888") == []
    assert found(cast.alice.actor, "a88888") == ["A"]
    gone = remove_field(name="plate", **asked)
    assert found(cast.alice.actor, "a88888") == []
    undo_changeset(actor=cast.dana.actor, changeset_id=gone.pk, now=NOW)
    assert found(cast.alice.actor, "a88888") == ["A"]


def test_the_check_of_an_installation_tells_and_the_command_mends(cast: Cast) -> None:
    cast.alice.adds("customer", name="华东")
    assert check_search() == ""
    SearchEntry.objects.all().delete()
    assert "guanxi reindex" in check_search()
    told = CliRunner().invoke(reindex, ["--json", "--missing"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output) == {"records": 1}
    assert check_search() == ""
    assert found(cast.alice.actor, "huadong") == ["华东"]
