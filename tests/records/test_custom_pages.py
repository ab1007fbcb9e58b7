"""Custom fields on pages: form, list, a cell where it stands, filter, export, change of many."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from tests.cast import NOW, Cast
from tests.records.custom import GRADES, define, define_every_kind

from guanxi.conditions.tree import Everything
from guanxi.customers.models import Customer
from guanxi.jobs.services import run_job
from guanxi.records.declaration import record_type
from guanxi.records.services import undo_changeset
from guanxi.records.services.bulk import BulkChange, request_bulk
from guanxi.records.services.export import export_rows

pytestmark = pytest.mark.django_db


def test_the_form_begins_with_defaults_and_keeps_what_was_filled_in(cast: Cast) -> None:
    define_every_kind(cast)
    define(cast, "Stars", "integer", default=3)
    alice = cast.alice.browser
    page = alice.get("/customers/new/").content.decode()
    assert 'name="stars" value="3"' in page
    assert page.count('name="兴趣"') == 1 + len(GRADES)
    sent: dict[str, Any] = {
        "name": "Acme",
        "stars": "",
        "预算": "large",
        "兴趣": ["", "silver", "金牌"],
        "exclusive": "false",
        "last_audit": "2026-03-31T14:30",
        "adviser": str(cast.bob.user.pk),
        "ratio": "",
    }
    assert alice.post("/customers/new/", sent).status_code == 302
    row = Customer.objects.get()
    assert row.custom == {
        "预算": "large",
        "兴趣": ["金牌", "silver"],
        "exclusive": False,
        "last_audit": "2026-03-31T14:30:00+00:00",
        "adviser": cast.bob.user.pk,
    }
    page = alice.get(f"/customers/{row.pk}/edit/").content.decode()
    assert page.count("checked") == 2
    changed = {
        "version": "1",
        **{name: "金牌" if name == "兴趣" else "" for name in ("兴趣", "exclusive")},
        "initial.兴趣": "金牌,silver",
        "initial.exclusive": "false",
    }
    assert alice.post(f"/customers/{row.pk}/edit/", changed).status_code == 302
    row.refresh_from_db()
    assert (row.custom["兴趣"], "exclusive" in row.custom) == (["金牌"], False)


def test_a_fault_stands_beside_its_field(cast: Cast) -> None:
    define(cast, "Until", "date", required=True)
    answer = cast.alice.browser.post("/customers/new/", {"name": "Acme", "until": "2026-02-30"})
    assert answer.status_code == 422
    assert 'id="error_until"' in answer.content.decode()


def test_a_cell_is_changed_where_it_stands_and_tells_what_stands_there_meanwhile(cast: Cast) -> None:
    names = define_every_kind(cast)
    row = cast.alice.adds("customer", name="Acme")
    alice = cast.alice.browser
    version = 1
    for kind, value, shown in (
        ("integer", "1200", "1,200"),
        ("money", "9.5", "CN¥9.50"),
        ("choice", "silver", "Silver"),
        ("choices", "金牌, Silver", "Silver"),
        ("boolean", "true", "Yes"),
        ("reference", str(cast.bob.user.pk), "Bob"),
        ("date", "2026-05-01", "May 1, 2026"),
    ):
        url = f"/customers/{row.pk}/cell/{names[kind]}/?as=td"
        answer = alice.post(url, {"value": value}, headers={"If-Match": f'"{version}"'})
        assert answer.status_code == 200, answer.content
        assert f">{shown}<" in answer.content.decode()
        version += 1
    url = f"/customers/{row.pk}/cell/adviser/?as=td"
    stale = alice.post(url, {"value": ""}, headers={"If-Match": '"1"'})
    assert stale.json()["current"]["text"] == "Bob"


def test_lists_show_sort_and_filter_by_what_the_team_defined(cast: Cast) -> None:
    define(cast, "Seats", "integer", listed=True)
    define(cast, "Adviser", "reference", target="user")
    cast.alice.adds("customer", name="Small", seats=3, adviser=cast.bob.user.pk)
    cast.alice.adds("customer", name="Large", seats=30)
    alice = cast.alice.browser
    page = alice.get("/customers/", {"order": "-seats"}).content.decode()
    assert page.index("Large") < page.index("Small")
    assert "Seats" in page
    columns = alice.get("/customers/", {"columns": "name,adviser", "where": "seats < 10"}).content.decode()
    assert "Large" not in columns.partition("<tbody")[2]
    assert "Bob" in columns.partition("<tbody")[2]


def test_an_export_holds_names_labels_and_numbers(cast: Cast) -> None:
    names = define_every_kind(cast)
    mother = define(cast, "Mother", "reference", target="customer").name
    acme = cast.alice.adds("customer", name="Acme")
    cast.alice.adds(
        "customer",
        name="Child",
        seats=4,
        credit_limit="12.5",
        등급="silver",
        兴趣=["silver", "金牌"],
        adviser=cast.bob.user.pk,
        mother=acme.pk,
        last_audit="2026-03-31T14:30:00+08:00",
    )
    columns = [
        "name",
        *(names[kind] for kind in ("integer", "money", "choice", "choices", "reference")),
        mother,
    ]
    file = b"".join(
        export_rows(record_type("customer"), cast.alice.actor, Everything(), columns=columns, now=NOW)
    )
    lines = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert lines[0][-1] == "Mother"
    assert lines[2] == ["Child", "4", "12.50", "Silver", "金牌, Silver", "Bob", "Acme"]


def test_many_records_are_changed_by_a_job_and_undone_together(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    rows = [cast.alice.adds("customer", name=f"C{number}", seats=number) for number in range(3)]
    change = BulkChange(record_type("customer"), {"seats": 7}, where="seats >= 1")
    job = request_bulk(actor=cast.alice.actor, change=change, now=NOW)
    run_job(job.pk, worker="test", clock=lambda: NOW)
    assert [type(row).objects.get(pk=row.pk).custom for row in rows] == [
        {"seats": 0},
        {"seats": 7},
        {"seats": 7},
    ]
    job.refresh_from_db()
    assert job.result["changed"] == 2
    undo_changeset(actor=cast.alice.actor, changeset_id=job.changeset_id, now=NOW)
    assert [type(row).objects.get(pk=row.pk).custom["seats"] for row in rows] == [0, 1, 2]


def test_choices_are_marked_with_their_colours(cast: Cast) -> None:
    define_every_kind(cast)
    row = cast.alice.adds("customer", name="Acme", 등급="金牌", 兴趣=["金牌", "silver"])
    page = cast.bob.browser.get(f"/customers/{row.pk}/").content.decode()
    assert page.count('<span class="choice-mark choice-yellow">金牌</span>') == 2
    assert '<span class="choice-mark choice-none">Silver</span>' in page
