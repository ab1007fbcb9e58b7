"""Undoing merges: both records as they were, parts with whom they belong to, whatever happened in between."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.access.errors import ConflictError
from guanxi.access.models import ChangeSet
from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.services import merge_customers
from guanxi.records.declaration import record_type
from guanxi.records.services import delete_record, undo_changeset, update_record
from tests.cast import NOW, Cast

LATER = NOW + timedelta(days=1)
TELLS_OF_WRITING = {"version", "updated_at"}


def everything(model: type[Any]) -> dict[int, dict[str, Any]]:
    """All columns of all rows but for those that tell of the writing itself."""
    return {
        row["id"]: {name: value for name, value in row.items() if name not in TELLS_OF_WRITING}
        for row in model.objects.values()
    }


def edits(cast: Cast, name: str, key: int, **values: object) -> None:
    """Alice changes a record."""
    update_record(
        actor=cast.alice.actor, known=record_type(name), record_id=key, values=values, version=None, now=LATER
    )


def merges(cast: Cast, into: int, *others: int, **choices: int) -> int:
    """Alice merges; returns the change set."""
    done = merge_customers(actor=cast.alice.actor, into=into, others=others, choices=choices, now=LATER)
    return done.changeset.pk


@pytest.mark.django_db
def test_a_field_edited_since_stays_and_is_named_the_others_go_back(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="A")
    second = cast.alice.adds("customer", name="B", phone="13800130002", industry="五金")
    done = merges(cast, first.pk, second.pk)
    edits(cast, "customer", first.pk, phone="13800139999")
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=done, now=LATER)
    first.refresh_from_db()
    assert (first.phone, first.phone_key, first.industry) == ("13800139999", "8613800139999", "")
    assert undone.kept == {"customer": [first.pk]}


@pytest.mark.django_db
def test_a_currency_stays_with_the_amount_that_was_edited_since(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="A")
    second = cast.alice.adds("customer", name="B", amount="12.00", currency="KRW")
    done = merges(cast, first.pk, second.pk)
    edits(cast, "customer", first.pk, amount="99.00")
    undo_changeset(actor=cast.alice.actor, changeset_id=done, now=LATER)
    first.refresh_from_db()
    assert (str(first.amount), first.currency) == ("99.00", "KRW")


@pytest.mark.django_db
def test_a_part_deleted_since_is_found_where_it_belongs_when_it_comes_back(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    part = cast.alice.adds("contact", customer=second.pk, name="王")
    done = merges(cast, first.pk, second.pk)
    actor, known = cast.alice.actor, record_type("contact")
    gone = delete_record(actor=actor, known=known, record_id=part.pk, version=None, now=LATER)
    undo_changeset(actor=actor, changeset_id=done, now=LATER)
    undo_changeset(actor=actor, changeset_id=gone.pk, now=LATER)
    assert list(Contact.objects.visible_to(actor).values_list("customer", flat=True)) == [second.pk]


@pytest.mark.django_db
def test_a_part_deleted_before_comes_back_at_the_survivor(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    part = cast.alice.adds("contact", customer=second.pk, name="王")
    actor, known = cast.alice.actor, record_type("contact")
    gone = delete_record(actor=actor, known=known, record_id=part.pk, version=None, now=LATER)
    merges(cast, first.pk, second.pk)
    undo_changeset(actor=actor, changeset_id=gone.pk, now=LATER)
    assert list(Contact.objects.visible_to(actor).values_list("customer", flat=True)) == [first.pk]


@pytest.mark.django_db
def test_two_merges_into_one_are_undone_in_any_order_unless_they_gave_the_same_field(cast: Cast) -> None:
    into = cast.alice.adds("customer", name="A")
    second = cast.alice.adds("customer", name="B", phone="13800130002")
    third = cast.alice.adds("customer", name="C", phone="13800130003", email="c@hq.cn")
    before, actor = everything(Customer), cast.alice.actor
    one = merges(cast, into.pk, second.pk)
    two = merges(cast, into.pk, third.pk)
    undo_changeset(actor=actor, changeset_id=one, now=LATER)
    undo_changeset(actor=actor, changeset_id=two, now=LATER)
    assert everything(Customer) == before
    one = merges(cast, into.pk, second.pk)
    two = merges(cast, into.pk, third.pk, phone=third.pk)
    with pytest.raises(ConflictError, match=str(two)):
        undo_changeset(actor=actor, changeset_id=one, now=LATER)


@pytest.mark.django_db
def test_what_made_a_merged_customer_and_a_merges_undo_are_not_undone(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    done = merges(cast, first.pk, second.pk)
    actor = cast.alice.actor
    with pytest.raises(ConflictError, match=str(done)):
        undo_changeset(actor=actor, changeset_id=second.created_in_id, now=LATER)
    back = undo_changeset(actor=actor, changeset_id=done, now=LATER).changeset.pk
    with pytest.raises(ConflictError):
        undo_changeset(actor=actor, changeset_id=back, now=LATER)
    assert Customer.objects.visible_to(actor).count() == 2


TEXTS = st.sampled_from(["", "1", "2"])
CUSTOMERS = st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 2)), min_size=4, max_size=4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just(0)),
    ),
    min_size=2,
    max_size=6,
)


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CUSTOMERS, STEPS)
def test_when_all_merges_are_undone_everything_is_as_before(
    cast: Cast, drawn: list[tuple[str, str, int]], steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        _merge_and_undo(cast, drawn, steps)
        transaction.set_rollback(True)


def _merge_and_undo(cast: Cast, drawn: list[tuple[str, str, int]], steps: list[tuple[str, int, int]]) -> None:
    actor = cast.alice.actor
    rows = [
        cast.alice.adds("customer", name=f"N{number}", industry=industry, note=note)
        for number, (industry, note, _parts) in enumerate(drawn)
    ]
    for row, (_industry, _note, parts) in zip(rows, drawn, strict=True):
        for number in range(parts):
            cast.alice.adds("contact", customer=row.pk, name=f"王{number}")
    before = everything(Customer), everything(Contact)
    done: list[int] = []
    for step, one, other in steps:
        if step == "merge" and _are_one_each(rows[one].pk, rows[other].pk):
            done.append(merges(cast, rows[one].pk, rows[other].pk))
        elif step == "undo" and one < len(done):
            _undo_or_be_told(cast, done, done[one])
    for changeset in reversed(done):
        if not ChangeSet.objects.filter(pk=changeset, undone_by__isnull=False).exists():
            assert not undo_changeset(actor=actor, changeset_id=changeset, now=LATER).kept
    assert (everything(Customer), everything(Contact)) == before


def _are_one_each(one: int, other: int) -> bool:
    return one != other and Customer.objects.alive().filter(pk__in=(one, other)).count() == 2


def _undo_or_be_told(cast: Cast, done: list[int], changeset: int) -> None:
    """Undo a merge; a refusal names a later one that still holds, or says that it was undone."""
    undone = set(ChangeSet.objects.filter(pk__in=done, undone_by__isnull=False).values_list("pk", flat=True))
    try:
        found = undo_changeset(actor=cast.alice.actor, changeset_id=changeset, now=LATER)
    except ConflictError as refusal:
        named = {int(number) for number in re.findall(r"change (\d+)", str(refusal))}
        if changeset not in undone:
            assert named <= set(done) - undone
            assert min(named) > changeset
    else:
        assert not found.kept
