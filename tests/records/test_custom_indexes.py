"""An indexed custom field is found and sorted by its index, on both databases, without a lock and without a trace."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, Cast
from tests.records.custom import define

from guanxi.conditions.context import Context
from guanxi.customers.models import Customer
from guanxi.jobs.models import Job, JobState
from guanxi.records.custom.definition import Choice
from guanxi.records.declaration import record_type
from guanxi.records.queries import list_page, parse_where
from guanxi.records.services import undo_changeset
from guanxi.records.services.fields import remove_field
from guanxi.records.services.indexes import KIND, PREFIX, match_indexes, restore_indexes, standing_indexes

pytestmark = pytest.mark.django_db

VALUES: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({"label": "名称"}, lambda number: f"text {number % 997}"),
    "integer": ({"label": "Seats"}, lambda number: number % 997),
    "number": ({"label": "Ratio"}, lambda number: f"{number % 997}.5"),
    "money": ({"label": "Budget"}, lambda number: f"{number % 997}.50"),
    "date": ({"label": "Until"}, lambda number: f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}"),
    "datetime": (
        {"label": "Audit"},
        lambda number: f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}T{number % 24:02d}:30:00+00:00",
    ),
    "reference": ({"label": "Adviser", "target": "user"}, lambda number: number),
    "choices": (
        {"label": "兴趣", "choices": tuple(Choice("", f"类{number}") for number in range(100))},
        lambda number: [f"类{number % 97}", f"类{number % 89}"],
    ),
    "file": (
        {"label": "Proof"},
        lambda number: {"key": "x", "name": f"file {number % 997}.pdf", "size": 1, "type": "x"},
    ),
}
UNSORTED = ("choices", "file")
ASKED = {
    "text": '名称 = "text 5"',
    "integer": "seats = 5",
    "number": "ratio = 5.5",
    "money": "budget between 5 and 5.5",
    "date": "until = 2026-03-03",
    "datetime": "audit = 2026-03-03",
    "reference": "adviser = 5",
    "choices": '兴趣 = "类5"',
    "file": 'proof = "file 5.pdf"',
}


def plans(cast: Cast, **asked: Any) -> str:
    """How the database reads a page of the list: the plans of all queries on customers."""
    known = record_type("customer")
    context = Context(now=NOW, zone=cast.root.actor.zone)
    with CaptureQueriesContext(connection) as captured:
        list_page(known, cast.root.actor, context=context, **asked)
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            if "customers_customer" in query["sql"]:
                cursor.execute(f"{explain} {query['sql'].replace('%', '%%')}")
                found += [str(line) for line in cursor.fetchall()]
    return "\n".join(found)


def test_lists_filter_and_sort_by_the_index_of_every_kind(cast: Cast) -> None:
    fields = {kind: define(cast, kind=kind, indexed=True, **more) for kind, (more, _of) in VALUES.items()}
    names = {kind: field.name for kind, field in fields.items()}
    Customer.objects.bulk_create(
        Customer(
            name=f"C{number}",
            custom={names[kind]: of(number) for kind, (_more, of) in VALUES.items()} if number % 2 else {},
        )
        for number in range(4_000)
    )
    connection.check_constraints()
    assert match_indexes() == {"made": len(VALUES), "dropped": 0}
    assert match_indexes() == {"made": 0, "dropped": 0}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    known = record_type("customer")
    standing = standing_indexes(known)
    indexes = {
        kind: next(name for name in standing if name.startswith(f"{PREFIX}{field.pk}_"))
        for kind, field in fields.items()
    }
    for kind, name in names.items():
        assert indexes[kind] in plans(cast, where=parse_where(ASKED[kind], known), order="name"), kind
        for order in (name, f"-{name}") if kind not in UNSORTED else ():
            first = list_page(
                known,
                cast.root.actor,
                context=Context(now=NOW, zone=cast.root.actor.zone),
                order=order,
                limit=20,
            )
            assert indexes[kind] in plans(cast, order=order, limit=20, after=first.next), order


@pytest.mark.django_db(transaction=True)
def test_an_index_goes_with_its_field_and_returns_with_it(cast: Cast) -> None:
    known = record_type("customer")
    define(cast, "Seats", "integer", indexed=True)
    assert Job.objects.filter(kind=KIND, state=JobState.QUEUED).count() == 1
    restore_indexes()
    (name,) = standing_indexes(known)
    removed = remove_field(actor=cast.dana.actor, record_type="customer", name="seats", now=NOW)
    assert match_indexes() == {"made": 0, "dropped": 1}
    undo_changeset(actor=cast.dana.actor, changeset_id=removed.pk, now=NOW)
    match_indexes()
    assert standing_indexes(known) == {name}


@pytest.mark.parametrize("indexed", [False, True])
def test_several_choices_are_found_alike_with_an_index_and_without(cast: Cast, indexed: bool) -> None:
    choices = tuple(Choice("", label) for label in ("金牌", "金", "gold", "old"))
    name = define(cast, "兴趣", "choices", choices=choices, indexed=indexed).name
    match_indexes()
    held: tuple[list[str] | None, ...] = (["金牌"], ["金"], ["gold", "old"], ["gold"], ["金牌", "old"], None)
    for number, values in enumerate(held):
        cast.alice.adds("customer", name=f"C{number}", **({name: values} if values else {}))
    asked = {
        '= "金"': "C1",
        '= "old"': "C2 C4",
        '!= "old"': "C0 C1 C3 C5",
        'in ("金牌", "gold")': "C0 C2 C3 C4",
        "is empty": "C5",
    }
    known = record_type("customer")
    for test, expected in asked.items():
        page = list_page(
            known,
            cast.alice.actor,
            context=Context(now=NOW, zone=cast.alice.actor.zone),
            where=parse_where(f"{name} {test}", known),
            order="name",
        )
        assert " ".join(row.name for row in page.rows) == expected, test
