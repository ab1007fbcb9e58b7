"""Many rows at once: what is written reads back as if a model had written it; on both databases the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import NOW, Cast

from guanxi.access.models import ChangeVerb
from guanxi.access.services import open_changeset
from guanxi.customers.models import Customer
from guanxi.records.storing import insert_rows, reserve_ids, tell_planner, update_rows
from guanxi.records.values import plain

pytestmark = pytest.mark.django_db

NAMES = ("id", "name", "amount", "birthday", "size", "note", "custom")
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
AMOUNT = st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, places=2, allow_nan=False)
"""SQLite keeps fifteen digits."""


def known(number: int) -> tuple[Any, ...]:
    row = Customer.objects.get(pk=number)
    return tuple(getattr(row, name) for name in NAMES[1:6])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=TEXT,
    amount=st.none() | AMOUNT,
    birthday=st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    size=st.none() | st.integers(0, 2**31 - 1),
    note=TEXT,
)
def test_what_is_written_is_read_back(
    cast: Cast, name: str, amount: Decimal | None, birthday: date | None, size: int | None, note: str
) -> None:
    (number,) = reserve_ids(Customer, 1)
    values = (name, plain(amount), plain(birthday), size, note)
    insert_rows(Customer, NAMES, [(number, *values, "{}")], {"owner_id": cast.alice.user.pk})
    assert known(number) == (name, amount, birthday, size, note)
    update_rows(Customer, NAMES[1:6], {number: ("", None, None, None, "")})
    assert known(number) == ("", None, None, None, "")
    update_rows(Customer, NAMES[1:6], {number: values})
    assert known(number) == (name, amount, birthday, size, note)


def test_columns_nobody_names_are_as_a_model_makes_them(cast: Cast) -> None:
    changeset = open_changeset(actor=cast.alice.actor, verb=ChangeVerb.IMPORT, now=NOW)
    same = {"created_in_id": changeset.pk, "created_at": NOW, "updated_at": NOW}
    (number,) = reserve_ids(Customer, 1)
    insert_rows(Customer, ("id", "name"), [(number, "华强")], same)
    made = Customer.objects.create(name="华强", **same)
    columns = [field.attname for field in Customer._meta.concrete_fields if field.attname != "id"]
    written = Customer.objects.get(pk=number)
    made.refresh_from_db()
    assert {name: getattr(written, name) for name in columns} == {
        name: getattr(made, name) for name in columns
    }


def test_numbers_are_nobody_elses(cast: Cast) -> None:
    before = cast.alice.adds("customer", name="before").pk
    ids = reserve_ids(Customer, 3)
    insert_rows(Customer, ("id", "name"), [(number, "x") for number in ids])
    after = cast.alice.adds("customer", name="after").pk
    assert [before, *ids, after] == sorted({before, *ids, after})
    assert list(reserve_ids(Customer, 0)) == []


def test_a_column_that_is_not_there_is_refused_before_anything_is_written() -> None:
    with pytest.raises(KeyError):
        insert_rows(Customer, ("name; DROP TABLE customers_customer",), [("x",)])
    with pytest.raises(KeyError):
        update_rows(Customer, ("nothing",), {1: ("x",)})
    assert not Customer.objects.exists()


def test_any_number_of_values_is_looked_up_at_once(cast: Cast) -> None:
    wanted = [cast.alice.adds("customer", name=name).pk for name in ("华强", 'a "quoted" name')]
    cast.alice.adds("customer", name="other")
    texts = [*(f"nobody {number}" for number in range(40_000)), "华强", 'a "quoted" name']
    found = Customer.objects.filter(name__among=texts).order_by("pk")
    assert list(found.values_list("pk", flat=True)) == wanted
    assert Customer.objects.filter(pk__among=wanted).count() == 2
    assert not Customer.objects.filter(pk__among=[]).exists()


def test_the_planner_knows_of_many_new_rows(cast: Cast) -> None:
    changeset = open_changeset(verb=ChangeVerb.IMPORT, actor=cast.alice.actor, now=NOW)
    rows = [(f"客户第{number}号",) for number in range(500)]
    insert_rows(Customer, ("name",), rows, {"created_in_id": changeset.pk, "owner_id": cast.alice.actor.id})
    tell_planner([Customer])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Customer._meta.db_table])
            assert cursor.fetchone()[0] >= 500
    assert Customer.objects.filter(created_in=changeset).count() == 500
