"""What cannot be is refused with a clear answer, in the browser and over the API; nothing is lost by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.client import program_of
from tests.cast import NOW, Cast
from tests.records.custom import define, define_every_kind

from guanxi.customers.models import Customer
from guanxi.records.custom.definition import CustomKind, Definition
from guanxi.records.custom.fields import custom_field, custom_fields
from guanxi.records.models import CustomField
from guanxi.records.run_time import fields_changed
from guanxi.records.services.fields import FIELD_LIMIT, remove_field
from guanxi.records.services.indexes import match_indexes

pytestmark = pytest.mark.django_db
ROOT = "/settings/fields/customers/"


def refused(cast: Cast, address: str, **form: Any) -> str:
    """What the editor of a field says to what it does not take."""
    sent = {"kind": "formula", **form}
    answer = cast.dana.browser.post(f"{ROOT}{address}", sent)
    assert answer.status_code == 422
    page: str = answer.content.decode()
    return page


def test_a_formula_that_would_refer_to_itself_is_told_the_way(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "First", "formula", formula="seats + 1")
    define(cast, "Second", "formula", formula="first * 2")
    define(cast, "Third", "formula", formula="second + 1")
    for text, way in (("third - 1", "first → third → second → first"), ("second", "first → second → first")):
        page = refused(cast, "own/first/", label="First", formula=text)
        assert f"The formula refers to itself: {way}." in page, text
    page = refused(cast, "own/first/", label="First", formula="first + 1")
    assert "There is no field “first”" in page
    assert custom_field("customer", "first").definition["formula"] == "seats + 1"


@pytest.mark.parametrize("text", ["customer.seats * 2", "seats_of_orders + 1", "orders"])
def test_a_formula_reads_its_own_record_only(cast: Cast, text: str) -> None:
    define(cast, "Seats of orders", "integer", on="order")
    assert 'class="field-error"' in refused(cast, "new/", label="Across", formula=text)
    assert not custom_fields("customer")


def test_nothing_is_divided_by_zero(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Share", "formula", formula="10 / seats")
    alice = program_of(cast.alice)
    made = alice("POST", "/customers", {"name": "华东", "seats": 0})
    assert (made.status_code, made.json()["share"]) == (201, None)
    patched = alice("PATCH", f"/customers/{made.json()['id']}", {"seats": 4}, if_match="*")
    assert patched.json()["share"] == "2.5"
    assert cast.alice.browser.get("/customers/?columns=name,share").status_code == 200


def test_what_a_formula_computes_is_not_given(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Double", "formula", formula="seats * 2")
    answer = program_of(cast.alice)("POST", "/customers", {"name": "华东", "double": 3})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["double"]


def test_a_field_that_was_removed_is_named_to_who_asks_for_it(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Double", "formula", formula="seats * 2")
    alice = program_of(cast.alice)
    made = alice("POST", "/customers", {"name": "华东", "seats": 3}).json()
    remove_field(actor=cast.dana.actor, record_type="customer", name="seats", now=NOW)
    asked = alice.get("/customers", where="seats > 1")
    assert asked.status_code == 422
    assert "seats" in asked.content.decode()
    assert alice.get("/customers", order="seats").status_code == 422
    assert alice.get("/customers", fields="seats").status_code == 422
    changed = alice("PATCH", f"/customers/{made['id']}", {"seats": 4}, if_match="*")
    assert [fault["field"] for fault in changed.json()["errors"]] == ["seats"]
    page = cast.alice.browser.get("/customers/?where=seats > 1")
    assert page.status_code in (200, 422)
    assert "There is no field “seats”" in page.content.decode()
    assert alice("PATCH", f"/customers/{made['id']}", {"note": "x"}, if_match="*").json()["double"] is None
    assert Customer.objects.get(pk=made["id"]).custom["seats"] == 3


@pytest.mark.parametrize(
    ("kind", "longest"), [("text", 500), ("long_text", 100_000), ("phone", 200), ("email", 254), ("url", 500)]
)
def test_a_text_that_is_too_long_is_refused_with_the_number(cast: Cast, kind: str, longest: int) -> None:
    name = define_every_kind(cast)[kind]
    ends = {"email": "@example.com", "url": ""}.get(kind, "")
    begins = "https://example.com/" if kind == "url" else ""
    text = f"{begins}{'字' if not (ends or begins) else 'a'}{'a' * longest}{ends}"
    alice = program_of(cast.alice)
    answer = alice("POST", "/customers", {"name": "华东", name: text})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["field"] == name
    page = cast.alice.browser.post("/customers/new/", {"name": "华东", name: text})
    assert page.status_code == 422
    if not ends:
        assert str(longest) in fault["message"]
        assert f"{longest}" in page.content.decode()
    assert not Customer.objects.exists()


def test_an_index_holds_whatever_a_formula_gives(cast: Cast) -> None:
    """An index of PostgreSQL takes 2,704 bytes: a text of a formula ends where one that is written does."""
    define(cast, "Story", "long_text")
    define(cast, "Told", "formula", formula='join("", story, "")', indexed=True)
    match_indexes()
    alice = program_of(cast.alice)
    for length, kept in ((500, True), (501, False), (900, False)):
        story = "".join(chr(0x4E00 + number * 37 % 20_000) for number in range(length))
        made = alice("POST", "/customers", {"name": "华东", "story": story})
        assert made.status_code == 201, made.content
        assert made.json()["told"] == (story if kept else None)


def test_five_hundred_fields_are_shown_asked_for_and_told_and_one_more_is_refused(cast: Cast) -> None:
    CustomField.objects.bulk_create(
        CustomField(record_type="customer", name=name, definition=definition.to_json())
        for name, definition in (
            (f"f{number}", Definition(f"F {number}", CustomKind.TEXT, f"f{number}", position=number))
            for number in range(FIELD_LIMIT)
        )
    )
    fields_changed()
    alice = program_of(cast.alice)
    given = {f"f{number}": f"v{number}" for number in range(FIELD_LIMIT)}
    made = alice("POST", "/customers", {"name": "华东", **given})
    assert made.status_code == 201
    assert {name: made.json()[name] for name in given} == given
    found = alice.get("/customers", where=" and ".join(f'f{number} = "v{number}"' for number in range(100)))
    assert len(found.json()["items"]) == 1
    with CaptureQueriesContext(connection) as captured:
        page = cast.alice.browser.get(f"/customers/{made.json()['id']}/").content.decode()
    assert "F 499" in page
    assert len(captured) < 60
    assert 'name="f499"' in cast.alice.browser.get("/customers/new/").content.decode()
    assert "f499" in alice.get("/openapi.json").content.decode()
    assert f"at most {FIELD_LIMIT} fields" in refused(cast, "new/", label="One more", kind="text")
