"""The page on which a team defines its fields: made, changed, ordered, taken away, and what is said meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.records.custom import define

from guanxi.records.custom.fields import custom_fields, definition_of
from guanxi.records.declaration import record_type
from guanxi.records.services.views import save_view

pytestmark = pytest.mark.django_db

ROOT = "/settings/fields/customers/"


def sent(browser: Client, address: str, form: dict[str, Any], status: int = 302) -> str:
    answer = browser.post(f"{ROOT}{address}", form)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def own() -> list[Any]:
    return [definition_of(row) for row in custom_fields("customer")]


def test_a_choice_is_made_changed_and_keeps_what_was_removed(cast: Cast) -> None:
    dana = cast.dana.browser
    form = {
        "label": "Intent",
        "kind": "choice",
        "choice_value": ["", "", ""],
        "choice_label": ["High", "Low", ""],
        "choice_colour": ["red", "blue", ""],
        "required": "on",
    }
    sent(dana, "new/", form)
    (made,) = own()
    assert [(choice.value, choice.colour) for choice in made.choices] == [("high", "red"), ("low", "blue")]
    assert made.required
    page = dana.get(f"{ROOT}own/intent/").content.decode()
    assert 'value="High"' in page
    form |= {"choice_value": ["low"], "choice_label": ["Little"], "choice_colour": [""], "version": "1"}
    sent(dana, "own/intent/", form)
    (changed,) = own()
    assert [(choice.label, choice.removed) for choice in changed.choices] == [
        ("Little", False),
        ("High", True),
    ]
    assert "Somebody else has changed it meanwhile" in sent(
        dana, "own/intent/", form | {"label": "Other"}, 409
    )


def test_a_fault_is_said_beside_its_part_and_what_was_typed_stays(cast: Cast) -> None:
    dana = cast.dana.browser
    page = sent(dana, "new/", {"label": "Left", "kind": "formula", "formula": "bugdet - 1"}, 422)
    assert "There is no field “bugdet”" in page
    assert "bugdet - 1</textarea>" in page
    assert own() == []
    page = sent(dana, "new/", {"label": "", "kind": "text", "help": "Why we ask"}, 422)
    assert 'value="Why we ask"' in page


def test_choices_are_put_in_order_before_anything_is_saved(cast: Cast) -> None:
    form = {
        "label": "Intent",
        "kind": "choice",
        "choice_value": ["", ""],
        "choice_label": ["High", "Low"],
        "choice_colour": ["red", ""],
    }
    page = sent(cast.dana.browser, "try/", form | {"move": "up:1"}, 200)
    assert page.index('value="Low"') < page.index('value="High"')
    page = sent(cast.dana.browser, "try/", form | {"move": "out:0"}, 200)
    assert 'value="High"' not in page
    assert own() == []


def test_a_formula_is_shown_on_records_before_it_is_saved(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    cast.alice.adds("customer", name="华强电子", seats=21)
    form = {"label": "Double", "kind": "formula", "formula": "seats * 2", "only": "preview"}
    page = sent(cast.dana.browser, "try/", form, 200)
    assert "华强电子" in page
    assert ">42<" in page
    assert "every night" not in page
    page = sent(cast.dana.browser, "try/", form | {"formula": "today()"}, 200)
    assert "every night" in page


def test_a_preview_never_shows_what_is_hidden_from_its_reader(cast: Cast) -> None:
    cast.charlie.adds("customer", name="Secret", phone="13800130001")
    form = {"label": "Tail", "kind": "formula", "formula": "right(phone, 4)", "only": "preview"}
    page = sent(cast.dana.browser, "try/", form, 200)
    assert "0001" not in page


@pytest.mark.parametrize(
    ("text", "offered", "fault"),
    [
        ("se", {"seats"}, True),
        ("rou", {"round("}, True),
        ("seats ", {"+", "*", "and"}, False),
        ("seats + ", {"name"}, True),
        ('"se', set(), True),
        ("预", {"预算"}, True),
    ],
)
def test_names_functions_and_signs_are_offered_while_it_is_written(
    cast: Cast, text: str, offered: set[str], fault: bool
) -> None:
    define(cast, "Seats", "integer")
    define(cast, "预算", "money")
    answer = cast.dana.browser.get(f"{ROOT}complete/", {"where": text, "at": len(text)}).json()
    items = {item["insert"] for item in answer["items"]}
    assert offered <= items if offered else not items
    assert (answer["fault"] is not None) is fault


def test_fields_are_moved_found_and_removed_with_what_speaks_of_them(cast: Cast) -> None:
    for label in ("Seats", "Rate", "Floors"):
        define(cast, label, "integer")
    define(cast, "Double", "formula", formula="seats * 2")
    dana = cast.dana.browser
    sent(dana, "own/floors/move/", {"by": "up"})
    assert [field.label for field in own()] == ["Seats", "Floors", "Rate", "Double"]
    found = dana.get(ROOT, {"q": "floo"}).content.decode()
    assert "own/floors/" in found
    assert "own/rate/" not in found
    known = record_type("customer")
    save_view(
        actor=cast.dana.actor,
        known=known,
        name="Many seats",
        where="seats > 9",
        columns=[],
        order="",
        shared=False,
    )
    page = dana.get(f"{ROOT}own/seats/remove/").content.decode()
    assert "Many seats" in page
    assert "Double" in page
    assert "2 things speak of this field" in page
    sent(dana, "own/seats/remove/", {})
    page = dana.get(ROOT).content.decode()
    assert "There is no field “seats”" in page
