"""Blocks of cells pasted into a list: what is kept, what is refused and why, and that nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, Person

from guanxi.access.models import ChangeSet
from guanxi.records.declaration import record_type
from guanxi.records.services import update_record

pytestmark = pytest.mark.django_db


def paste(browser: Client, names: list[str], *lines: tuple[Any, list[str]], **more: Any) -> HttpResponse:
    """Paste texts on rows as they stood when they were read."""
    rows = [{"id": row.pk, "version": row.version, "texts": texts} for row, texts in lines]
    body = {"names": names, "rows": rows, "columns": ",".join(names), **more}
    return browser.post("/customers/paste/", json.dumps(body), content_type="application/json")


def told(answer: HttpResponse) -> Any:
    """What the browser gets."""
    assert answer.status_code == 200, answer.content
    return answer.json()


def add(person: Person, count: int) -> list[Any]:
    """Customers of a person."""
    return [person.adds("customer", name=f"客户{number}") for number in range(count)]


def test_a_block_is_one_change_set_and_one_undo(cast: Cast) -> None:
    one, two, three = add(cast.alice, 3)
    before = ChangeSet.objects.count()
    answer = told(
        paste(
            cast.alice.browser,
            ["industry", "size"],
            (one, ["电子", "1,200"]),
            (two, ["식품", "３０"]),
            (three, ["", ""]),
        )
    )
    assert answer["message"] == "4 cells were written."
    assert ChangeSet.objects.count() == before + 1
    for row in (one, two):
        row.refresh_from_db()
    assert (one.industry, one.size, two.industry, two.size) == ("电子", 1200, "식품", 30)
    cast.alice.browser.post(answer["undoUrl"], headers={"Accept": "application/json"})
    one.refresh_from_db()
    assert (one.industry, one.size) == ("", None)


def test_texts_are_read_as_people_write_them_in_a_spreadsheet(cast: Cast) -> None:
    (row,) = add(cast.alice, 1)
    names = ["kind", "amount", "birthday", "owner"]
    label = str(dict(record_type("customer").by_name["kind"].choices)["person"])
    answer = told(paste(cast.alice.browser, names, (row, [label, "￥1,234.50", "1988年3月5日", "Bob"])))
    assert answer["refused"] == []
    row.refresh_from_db()
    assert (row.kind, str(row.amount), str(row.birthday), row.owner_id) == (
        "person",
        "1234.50",
        "1988-03-05",
        cast.bob.user.pk,
    )


def test_a_cell_that_does_not_fit_is_told_with_its_reason_and_the_rest_is_kept(cast: Cast) -> None:
    one, two = add(cast.alice, 2)
    names = ["size", "industry", "owner", "updated_at"]
    answer = told(
        paste(
            cast.alice.browser,
            names,
            (one, ["many", "茶", "Charlie", "2026-01-01"]),
            (two, ["5", "茶", "", "2026-01-01"]),
        )
    )
    refused = {(found["record_id"], found["name"]): found["reason"] for found in answer["refused"]}
    assert set(refused) == {
        (one.pk, "size"),
        (one.pk, "owner"),
        (one.pk, "updated_at"),
        (two.pk, "updated_at"),
    }
    assert "Charlie" in refused[one.pk, "owner"]
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.industry, one.size, two.industry, two.size) == ("茶", None, "茶", 5)


def test_who_may_not_change_a_row_writes_nothing_on_it_and_strangers_learn_nothing(cast: Cast) -> None:
    (row,) = add(cast.alice, 1)
    seen = told(paste(cast.bob.browser, ["industry"], (row, ["茶"])))
    assert seen["refused"][0]["reason"] == "You may see this, but not change it."
    hidden = told(paste(cast.charlie.browser, ["industry"], (row, ["茶"])))
    assert hidden["refused"][0]["reason"] == "It is not there any more."
    assert hidden["rows"] == []
    assert paste(cast.viola.browser, ["industry"], (row, ["茶"])).status_code == 403
    row.refresh_from_db()
    assert (row.industry, row.version) == ("", 1)


def test_masked_text_is_not_written_over_what_it_hides(cast: Cast) -> None:
    """Bob sees Alice's phone masked; copied from his list and pasted on his own customer it would be lost data."""
    one = cast.alice.adds("customer", name="华强", phone="13800130001", email="wang@example.com")
    own = cast.bob.adds("customer", name="华北", phone="13911112222", email="li@example.com")
    seen = cast.bob.browser.get("/customers/?columns=phone,email").content.decode()
    assert "138****0001" in seen
    assert "13800130001" not in seen
    names = ["phone", "email", "industry", "note"]
    answer = told(
        paste(cast.bob.browser, names, (own, ["138****0001", "w***@example.com", "***", "138****0001"]))
    )
    refused = {found["name"]: found["reason"] for found in answer["refused"]}
    assert set(refused) == {"phone", "email", "note"}
    assert all(reason.startswith("This is masked text") for reason in refused.values())
    own.refresh_from_db()
    assert (own.phone, own.email, own.industry) == ("13911112222", "li@example.com", "***")
    typed = cast.bob.browser.post(
        f"/customers/{own.pk}/cell/phone/", {"value": "138****0001"}, headers={"If-Match": str(own.version)}
    )
    assert typed.status_code == 422
    assert "masked" in typed.json()["detail"]
    one.refresh_from_db()
    own.refresh_from_db()
    assert (one.phone, own.phone) == ("13800130001", "13911112222")


def test_a_row_changed_meanwhile_keeps_what_stands_and_shows_both(cast: Cast) -> None:
    one, two = add(cast.alice, 2)
    update_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=one.pk,
        values={"industry": "식품"},
        version=1,
        now=one.updated_at,
    )
    answer = told(paste(cast.alice.browser, ["industry"], (one, ["茶"]), (two, ["茶"])))
    (stale,) = answer["refused"]
    assert (stale["is_stale"], stale["text"], stale["current"]) == (True, "茶", "식품")
    assert {row["id"]: row["version"] for row in answer["rows"]} == {one.pk: 2, two.pk: 2}
    two.refresh_from_db()
    assert two.industry == "茶"


def test_a_block_larger_than_the_list_is_told_in_rows_and_columns(cast: Cast) -> None:
    (row,) = add(cast.alice, 1)
    answer = told(paste(cast.alice.browser, ["industry"], (row, ["茶"]), left_out={"rows": 3, "columns": 1}))
    assert answer["message"] == (
        "1 cell was written. 3 rows did not fit below the last row. "
        "1 column did not fit beside the last column."
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"names": [], "rows": []}',
        '{"names": ["size"], "rows": [{"id": 1, "version": 1, "texts": []}]}',
        '{"names": ["size"], "rows": [{"id": 99999999999999999999, "version": 1, "texts": ["1"]}]}',
        '{"names": ["size", "size"], "rows": [{"id": 1, "version": 1, "texts": ["1", "2"]}]}',
    ],
)
def test_what_is_no_block_is_refused_in_a_sentence(cast: Cast, body: str) -> None:
    answer = cast.alice.browser.post("/customers/paste/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_paste_takes_as_many_queries_for_many_rows_as_for_few(cast: Cast) -> None:
    browser, counts = cast.alice.browser, []
    for size in (2, 3, 12):
        rows = add(cast.alice, size)
        with CaptureQueriesContext(connection) as captured:
            told(paste(browser, ["industry", "owner"], *((row, ["茶", "Bob"]) for row in rows)))
        counts.append(len(captured))
    assert counts[1] == counts[2]
