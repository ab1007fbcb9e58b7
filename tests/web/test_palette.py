"""The command palette: what it offers, to whom."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from tests.cast import Cast, Person

from guanxi.records.declaration import record_type
from guanxi.records.services.views import save_view

pytestmark = pytest.mark.django_db


def offered(person: Person, text: str = "", client: Client | None = None) -> list[str]:
    answer = (client or person.browser).get("/palette/", {"q": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    names = re.findall(r'<span class="palette-name">(.*?)</span>', answer.content.decode())
    return [strip_tags(name) for name in names]


def test_records_of_every_type_are_offered_by_sound_and_script_the_likest_first(cast: Cast) -> None:
    company = cast.alice.adds("customer", name="上海华东公司")
    cast.alice.adds("customer", name="华东")
    cast.alice.adds("contact", name="华东明", customer=company.pk)
    cast.alice.adds("place", address="华东路 5 号", customer=company.pk)
    cast.alice.adds("customer", name="화동 상사")
    assert offered(cast.alice, "华东") == ["华东", "上海华东公司", "华东明", "华东路 5 号"]
    assert offered(cast.alice, "hdgs") == ["上海华东公司"]
    assert offered(cast.alice, "ㅎㄷ") == ["화동 상사"]
    assert offered(cast.bob, "hdgs") == ["上海华东公司"]
    assert offered(cast.charlie, "华东") == []


def test_a_masked_number_finds_nobody(cast: Cast) -> None:
    cast.alice.adds("customer", name="华东", phone="13800138000")
    assert offered(cast.alice, "8000") == ["华东"]
    assert offered(cast.bob, "8000") == []


def test_only_what_one_may_do_is_offered(cast: Cast) -> None:
    assert "New: Customer" in offered(cast.alice, "customer")
    assert "New: Customer" not in offered(cast.viola, "customer")
    assert "New: Product" in offered(cast.dana, "product")
    assert "New: Product" not in offered(cast.alice, "product")
    assert "People" in offered(cast.root, "peop")
    assert "People" not in offered(cast.alice, "peop")
    assert "Import a spreadsheet" not in offered(cast.viola, "import")


def test_pages_settings_and_actions_are_found_by_their_names_in_the_page_s_language(cast: Cast) -> None:
    assert "Imports" in offered(cast.alice, "impo")
    assert "API keys" in offered(cast.alice, "settings")
    browser = cast.alice.browser
    browser.post(reverse("set_language"), {"language": "zh-hans"})
    assert "客户" in offered(cast.alice, "kehu", browser)
    assert "English" in offered(cast.alice, "eng", browser)


def test_views_are_offered_to_whom_they_are_shared(cast: Cast) -> None:
    view = {
        "actor": cast.alice.actor,
        "known": record_type("customer"),
        "where": "",
        "columns": [],
        "order": "",
    }
    save_view(name="Harbour only mine", **view)
    save_view(name="Harbour for all", shared=True, **view)
    assert offered(cast.alice, "harbour") == ["Harbour for all", "Harbour only mine"]
    assert offered(cast.bob, "harbour") == ["Harbour for all"]
    assert offered(cast.charlie, "harbour") == []


def test_an_empty_palette_begins_with_what_one_worked_on_last(cast: Cast) -> None:
    cast.alice.adds("customer", name="First")
    cast.alice.adds("customer", name="Second")
    cast.bob.adds("customer", name="Bob's")
    assert offered(cast.alice)[:2] == ["Second", "First"]
    assert "Bob's" not in offered(cast.alice)
    assert "Second" not in offered(cast.charlie)


def test_the_last_change_is_undone_from_the_palette(cast: Cast) -> None:
    cast.alice.adds("customer", name="First")
    browser = cast.alice.browser
    page = browser.get("/palette/", {"q": "undo"}).content.decode()
    address = re.search(r'action="(/changes/\d+/undo/)"', page)
    assert address
    browser.post(address[1], {"next": "/"})
    assert offered(cast.alice, "first") == []
    assert "Undo my last change" not in offered(cast.alice, "undo")


def test_what_is_typed_is_shown_as_text(cast: Cast) -> None:
    answer = cast.alice.browser.get("/palette/", {"q": "<script>x"}).content.decode()
    assert "<script>" not in answer
    assert "&lt;script&gt;x" in answer


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    cast: Cast, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(12):
        row = cast.alice.adds("customer", name=f"华东{number}")
        cast.alice.adds("contact", name=f"华东人{number}", customer=row.pk)
    browser = cast.alice.browser
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        assert len(offered(cast.alice, "华东", browser)) == 10
