"""Fields that are formulas: computed at every write, kept in the record, never a wrong number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.cast import NOW, Cast
from tests.records.custom import define

from guanxi.access.errors import InvalidError
from guanxi.conditions.context import Context
from guanxi.customers.models import Customer
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import run_job
from guanxi.records.custom.fields import custom_field, definition_of
from guanxi.records.declaration import record_type
from guanxi.records.queries import matching, parse_where
from guanxi.records.services import undo_changeset, update_record
from guanxi.records.services.bulk import BulkChange, request_bulk
from guanxi.records.services.fields import change_field, remove_field
from guanxi.records.services.recomputing import RECOMPUTE, recompute_if_due

pytestmark = pytest.mark.django_db


def formula(cast: Cast, label: str, text: str, on: str = "customer") -> str:
    return define(cast, label, "formula", on, formula=text).name


def customer(cast: Cast, **values: Any) -> Customer:
    found: Customer = cast.alice.adds("customer", name="华东公司", **values)
    return found


def change(cast: Cast, row: Customer, **values: Any) -> Any:
    return update_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=row.pk,
        values=values,
        version=None,
        now=NOW,
    ).changeset


def kept(row: Customer, name: str) -> Any:
    return Customer.objects.get(pk=row.pk).custom.get(name)


def recompute() -> None:
    for job in Job.objects.filter(kind=RECOMPUTE, state=JobState.QUEUED):
        run_job(job.pk, worker="test", clock=lambda: NOW)


def test_a_formula_is_computed_when_a_record_is_written(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Rate", "number")
    double = formula(cast, "Double", "seats * 2")
    total = formula(cast, "Total", "double * rate")
    row = customer(cast, seats=4, rate="0.25")
    assert (kept(row, double), kept(row, total)) == (8, "2")
    change(cast, row, seats=5)
    assert (kept(row, double), kept(row, total)) == (10, "2.5")
    change(cast, row, rate=None)
    assert (kept(row, double), kept(row, total)) == (10, None)


def test_money_keeps_its_currency_and_different_ones_are_not_added(cast: Cast) -> None:
    define(cast, "Budget", "money", currency="CNY")
    define(cast, "Spent", "money", currency="CNY")
    left = formula(cast, "Left", "budget - spent")
    row = customer(cast, budget="1000", spent="250.5")
    assert (kept(row, left), kept(row, f"{left}_currency")) == ("749.50", "CNY")
    change(cast, row, spent_currency="USD")
    assert (kept(row, left), kept(row, f"{left}_currency")) == (None, None)


def test_what_a_formula_gives_can_be_filtered_and_sorted(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    formula(cast, "Double", "seats * 2")
    small, large = customer(cast, seats=1), customer(cast, seats=30)
    known = record_type("customer")
    found = matching(
        known,
        cast.alice.actor,
        parse_where("double > 10", known),
        Context(now=NOW, zone=cast.alice.actor.zone),
    )
    assert list(found.values_list("pk", flat=True)) == [large.pk]
    assert small.pk != large.pk


def test_records_that_are_there_already_are_computed_by_a_job(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    row = customer(cast, seats=4)
    name = formula(cast, "Double", "seats * 2")
    assert kept(row, name) is None
    recompute()
    assert kept(row, name) == 8
    before = definition_of(custom_field("customer", name))
    change_field(
        actor=cast.dana.actor,
        record_type="customer",
        name=name,
        definition=replace(before, formula="seats * 3"),
        now=NOW,
    )
    recompute()
    assert kept(row, name) == 12


def test_a_formula_of_a_field_that_was_removed_gives_nothing_until_it_is_back(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    row = customer(cast, seats=4)
    name = formula(cast, "Double", "seats * 2")
    further = formula(cast, "Further", "double + 1")
    recompute()
    removed = remove_field(actor=cast.dana.actor, record_type="customer", name="seats", now=NOW)
    recompute()
    assert (kept(row, name), kept(row, further)) == (None, None)
    undo_changeset(actor=cast.dana.actor, changeset_id=removed.pk, now=NOW)
    recompute()
    assert (kept(row, name), kept(row, further)) == (8, 9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seats +", "ends too early"),
        ("seets + 1", "Did you mean “seats”?"),
        ("seats + name", "At character 9"),
        ("owner", "which a field cannot keep"),
    ],
)
def test_a_formula_that_cannot_be_is_refused_and_says_where(cast: Cast, text: str, said: str) -> None:
    define(cast, "Seats", "integer")
    with pytest.raises(InvalidError) as raised:
        formula(cast, "Wrong", text)
    assert said in raised.value.errors["formula"][0]


def test_a_formula_cannot_come_to_refer_to_itself(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    first = formula(cast, "First", "seats + 1")
    formula(cast, "Second", "first * 2")
    for text in ("first", "second + 1"):
        definition = replace(definition_of(custom_field("customer", first)), formula=text)
        with pytest.raises(InvalidError) as raised:
            change_field(
                actor=cast.dana.actor, record_type="customer", name=first, definition=definition, now=NOW
            )
        assert "formula" in raised.value.errors


def test_a_formula_over_what_is_hidden_is_hidden(cast: Cast) -> None:
    define(cast, "Salary", "integer", sensitive=True)
    formula(cast, "Yearly", "salary * 12")
    formula(cast, "Shown", 'join(" ", name, yearly)')
    known = record_type("customer").by_name
    assert known["yearly"].sensitive
    assert known["shown"].sensitive


def test_history_tells_of_what_was_written_and_undo_computes_again(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Rate", "integer")
    name = formula(cast, "Product", "seats * rate")
    row = customer(cast, seats=2, rate=3)
    first = change(cast, row, seats=5)
    change(cast, row, rate=7)
    told = first.changes.get().rows[str(row.pk)]
    assert set(told) == {"custom.seats"}
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=first.pk, now=NOW)
    assert undone.taken_back["customer"] == 1
    assert kept(row, name) == 14


def test_a_bulk_change_of_a_plain_field_computes_too(cast: Cast) -> None:
    name = formula(cast, "Sign", 'name & "!"')
    row = customer(cast)
    job = request_bulk(
        actor=cast.alice.actor,
        change=BulkChange(record_type("customer"), {"name": "华南公司"}, ids=[row.pk]),
        now=NOW,
    )
    run_job(job.pk, worker="test", clock=lambda: NOW)
    assert kept(row, name) == "华南公司!"


def test_what_follows_the_day_is_computed_once_a_day(cast: Cast) -> None:
    define(cast, "Since", "date")
    formula(cast, "Days", "today() - since")
    Job.objects.all().delete()
    for hours in (0, 1, 24, 25):
        recompute_if_due(NOW + timedelta(hours=hours))
    assert Job.objects.filter(kind=RECOMPUTE).count() == 2


def test_numbers_are_exact(cast: Cast) -> None:
    define(cast, "Rate", "number")
    name = formula(cast, "Tenth", "rate / 10")
    row = customer(cast, rate=Decimal("0.3"))
    assert kept(row, name) == "0.03"
