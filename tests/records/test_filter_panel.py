"""The panel in which a list is narrowed: the whole language as rows and groups, or as text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.cast import Cast
from tests.web.reading import body, titles

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


class FormReader(HTMLParser):
    """What a browser would send of the first form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.select = self.textarea = ""
        self.options: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self.select, self.options = name, []
        elif tag == "option":
            self.options.append((value, "selected" in given))
        elif tag == "textarea":
            self.textarea = name
            self.sent.setdefault(name, []).append("")
        elif tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.sent.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.options:
            chosen = [value for value, selected in self.options if selected]
            self.sent.setdefault(self.select, []).append(chosen[0] if chosen else self.options[0][0])
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.sent[self.textarea][-1] += data


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Alice, with a small and a large customer."""
    cast.alice.adds("customer", name="Acme Trading Ltd", size=30)
    cast.alice.adds("customer", name="臺北茶行", size=3)
    return cast.alice.browser


def panel(browser: Client, **asked: object) -> HttpResponse:
    """The panel as htmx asks for it."""
    return browser.get("/customers/filter/", asked, headers=HTMX)  # type: ignore[return-value]


def where_of(answer: HttpResponse, browser: Client) -> str:
    """The condition of the list an applied filter goes to."""
    assert answer.status_code == 204, body(answer)
    return str(browser.get(answer["HX-Redirect"]).context["asked"].where)


@pytest.mark.parametrize(
    "where",
    [
        'name contains "Acme" and size > 5',
        'size > 5 or (size < 2 and kind in ("company", "person"))',
        "not (size > 5 and amount < 2)",
        'any contacts where (is_key_person = true and name contains "王") and birthday within 7 days',
        "orders where total > 5000 count >= 2 in last 12 months",
        "none interactions in this month",
        "within 2 km of 31.2304,121.4737",
        "updated_at in last 30 days and created_at not between 2026-01-01 and today - 30d",
        'name matches "hwkj" and name not in ("甲", "乙")',
        'size > 1 and (size > 2 or (size > 3 and (size > 4 or (size > 5 and name != "x"))))',
        'note contains "a,b" and industry = "电子 & <五金>"',
    ],
)
def test_what_the_panel_shows_sent_back_is_the_same_filter(browser: Client, where: str) -> None:
    shown = panel(browser, where=where)
    assert shown.status_code == 200
    sent = FormReader(body(shown)).sent
    assert "part" in sent
    assert where_of(panel(browser, **sent, apply="1"), browser) == where


def test_rows_narrow_the_list_and_keep_the_search(browser: Client) -> None:
    sent = FormReader(body(panel(browser, where="size > 5"))).sent
    answer = panel(browser, **sent, apply="1", q="x")
    assert "q=x" in answer["HX-Redirect"]
    page = browser.get(answer["HX-Redirect"].replace("q=x", "q="))
    assert titles(page) == ["Acme Trading Ltd"]


def test_parts_are_added_and_removed(browser: Client) -> None:
    sent = FormReader(body(panel(browser, where="size > 5"))).sent
    more = body(panel(browser, **sent, add="0 related orders"))
    assert 'value="0-1 related"' in more
    nested = FormReader(more).sent
    inner = body(panel(browser, **nested, add="0-1-0 field"))
    assert 'value="0-1-0-0 field"' in inner
    fewer = body(panel(browser, **FormReader(inner).sent, remove="0-1"))
    assert "related" not in "".join(FormReader(fewer).sent["part"])
    assert body(panel(browser, **sent, remove="0-0")).count('class="filter-row"') == 0


def test_a_field_of_another_type_begins_anew(browser: Client) -> None:
    sent = FormReader(body(panel(browser, where="size > 5"))).sent
    changed = FormReader(body(panel(browser, **{**sent, "0-0-field": ["birthday"]}))).sent
    assert changed["0-0-operator"] == ["during"]


def test_rows_and_text_are_two_faces_of_one_filter(browser: Client) -> None:
    sent = FormReader(body(panel(browser, where="size > 5 or size < 2"))).sent
    text = FormReader(body(panel(browser, **sent, as_text="1"))).sent
    assert text["where"] == ["size > 5 or size < 2"]
    again = panel(browser, where=text["where"][0])
    assert FormReader(body(again)).sent["0-joined"] == ["any"]


def test_faults_stand_beside_what_was_written(browser: Client) -> None:
    written = panel(browser, as_text="1", where="size >", apply="1")
    assert written.status_code == 422
    assert "size &gt;" in body(written)
    assert "At character" in body(written)
    sent = FormReader(body(panel(browser, where="size > 5 and amount < 3"))).sent
    refused = panel(browser, **{**sent, "0-0-value": ["many"]}, apply="1")
    assert refused.status_code == 422
    assert body(refused).count("field-error") == 1
    assert FormReader(body(refused)).sent["0-0-value"] == ["many"]


def test_a_form_that_was_tampered_with_is_read_as_far_as_it_makes_sense(browser: Client) -> None:
    odd = {
        "part": ["0 group", "0-0 field", "0-1 related", "0-2 spaceship", "0-x field", "9 group"],
        "0-joined": "some",
        "0-0-field": "password",
        "0-1-relation": "enemies",
    }
    assert panel(browser, **odd).status_code == 200
    assert where_of(panel(browser, **odd, apply="1"), browser) == ""


def test_a_filter_of_too_many_parts_says_so_and_keeps_them_all(browser: Client) -> None:
    parts = {f"0-{number}-field": "size" for number in range(200)}
    values = {f"0-{number}-value": "5" for number in range(200)}
    many = {"part": ["0 group", *(f"0-{number} field" for number in range(200))], **parts, **values}
    refused = panel(browser, **many, apply="1")
    assert refused.status_code == 422
    assert "at most 200 parts" in body(refused)
    assert len(FormReader(body(refused)).sent["part"]) == 201
    fewer = panel(browser, **many, remove="0-7")
    assert "at most 200 parts" not in body(fewer)
    assert len(FormReader(body(fewer)).sent["part"]) == 200
