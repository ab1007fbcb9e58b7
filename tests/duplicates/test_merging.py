"""Merging: one customer out of several, with all that hangs on them, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from guanxi.access.models import ChangeVerb
from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.calc import Merging, Survivorship, groups_of, propose
from guanxi.duplicates.models import MergedCustomer, PossibleDuplicate
from guanxi.duplicates.queries import former_ids, survivor_of
from guanxi.duplicates.services import Group, merge_customers, merge_groups
from guanxi.records.declaration import record_type
from guanxi.records.references import record_references, undeclared_references
from guanxi.records.services import undo_changeset, update_record
from tests.cast import NOW, Cast

LATER = NOW + timedelta(days=1)


def kept(*ids: int) -> dict[int, dict[str, Any]]:
    """All columns of customers but for those that tell of the writing itself."""
    rows = Customer.objects.filter(pk__in=ids).values()
    return {row["id"]: {k: v for k, v in row.items() if k not in ("version", "updated_at")} for row in rows}


@pytest.mark.django_db
def test_the_survivor_has_what_each_said_and_all_that_hung_on_them(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="华强电子", phone="13800130001", external_id="K-1")
    second = cast.alice.adds("customer", name="深圳华强电子", email="a@hq.cn", amount="12.50", currency="CNY")
    wang = cast.alice.adds("contact", customer=second.pk, name="王芳")
    visit = cast.alice.adds("interaction", customer=second.pk, summary="来访")
    place = cast.alice.adds("place", customer=second.pk, address="许昌市七一路15号")
    merged = merge_customers(actor=cast.alice.actor, into=first.pk, others=[second.pk], now=LATER)
    row = Customer.objects.get(pk=first.pk)
    assert (row.name, row.phone, row.email, str(row.amount), row.currency) == (
        "华强电子",
        "13800130001",
        "a@hq.cn",
        "12.50",
        "CNY",
    )
    assert row.email_key == "a@hq.cn"
    for part in (wang, visit, place):
        part.refresh_from_db()
        assert part.customer_id == first.pk
    assert list(Customer.objects.visible_to(cast.alice.actor)) == [row]
    assert merged.changeset.verb == ChangeVerb.MERGE
    assert (survivor_of(second.pk), former_ids([first.pk])) == (first.pk, {second.pk: first.pk})


@pytest.mark.django_db
def test_a_choice_by_hand_goes_before_the_rule(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="A", phone="13800130001", external_id="K-1")
    second = cast.alice.adds("customer", name="B", phone="13800130002", external_id="K-2")
    choices = {"phone": second.pk, "external_id": second.pk}
    merge_customers(actor=cast.alice.actor, into=first.pk, others=[second.pk], choices=choices, now=LATER)
    row = Customer.objects.get(pk=first.pk)
    assert (row.name, row.phone, row.phone_key, row.external_id) == (
        "A",
        "13800130002",
        "8613800130002",
        "K-2",
    )


@pytest.mark.django_db
def test_undo_gives_back_both_as_they_were_and_their_parts(cast: Cast) -> None:
    first = cast.alice.adds("customer", name="A", external_id="K-1", birthday="1980-05-06")
    second = cast.alice.adds("customer", name="B", phone="13800130002", external_id="K-2", amount="3.00")
    old = cast.alice.adds("contact", customer=second.pk, name="旧")
    before = kept(first.pk, second.pk)
    choices = {"external_id": second.pk}
    merged = merge_customers(
        actor=cast.alice.actor, into=first.pk, others=[second.pk], choices=choices, now=LATER
    )
    new = cast.alice.adds("contact", customer=first.pk, name="新")
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=merged.changeset.pk, now=LATER)
    assert kept(first.pk, second.pk) == before
    assert not undone.kept
    assert {row.name: row.customer_id for row in Contact.objects.all()} == {"旧": second.pk, "新": first.pk}
    assert (survivor_of(second.pk), former_ids([first.pk])) == (None, {})
    assert old.pk
    assert new.pk


@pytest.mark.django_db
def test_a_part_edited_since_goes_back_with_its_edit(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    part = cast.alice.adds("contact", customer=second.pk, name="王")
    merged = merge_customers(actor=cast.alice.actor, into=first.pk, others=[second.pk], now=LATER)
    values = {"title": "经理"}
    known = record_type("contact")
    update_record(
        actor=cast.alice.actor, known=known, record_id=part.pk, values=values, version=None, now=LATER
    )
    undo_changeset(actor=cast.alice.actor, changeset_id=merged.changeset.pk, now=LATER)
    part.refresh_from_db()
    assert (part.customer_id, part.title) == (second.pk, "经理")


@pytest.mark.django_db
def test_a_chain_is_undone_the_later_merge_first(cast: Cast) -> None:
    rows = [cast.alice.adds("customer", name=name) for name in "ABC"]
    a, b, c = (row.pk for row in rows)
    part = cast.alice.adds("contact", customer=a, name="王")
    actor = cast.alice.actor
    one = merge_customers(actor=actor, into=b, others=[a], now=LATER).changeset.pk
    two = merge_customers(actor=actor, into=c, others=[b], now=LATER).changeset.pk
    assert survivor_of(a) == c
    with pytest.raises(ConflictError, match=str(two)):
        undo_changeset(actor=actor, changeset_id=one, now=LATER)
    undo_changeset(actor=actor, changeset_id=two, now=LATER)
    undo_changeset(actor=actor, changeset_id=one, now=LATER)
    part.refresh_from_db()
    assert part.customer_id == a
    assert Customer.objects.visible_to(actor).count() == 3


@pytest.mark.django_db
def test_nobody_merges_what_they_may_not_change_or_see(cast: Cast) -> None:
    hers = cast.alice.adds("customer", name="A")
    his = cast.bob.adds("customer", name="B")
    strange = cast.charlie.adds("customer", name="C")
    for others, error in (([his.pk], ForbiddenError), ([strange.pk], NotFoundError)):
        with pytest.raises(error):
            merge_customers(actor=cast.alice.actor, into=hers.pk, others=others, now=LATER)
    with pytest.raises(InvalidError):
        merge_customers(actor=cast.alice.actor, into=hers.pk, others=[hers.pk], now=LATER)
    assert Customer.objects.filter(deleted_in=None).count() == 3
    assert merge_customers(actor=cast.dana.actor, into=hers.pk, others=[his.pk], now=LATER).survivors


@pytest.mark.django_db
def test_who_comes_second_is_told_and_loses_nothing(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    merge_customers(actor=cast.alice.actor, into=first.pk, others=[second.pk], now=LATER)
    with pytest.raises(ConflictError):
        merge_customers(actor=cast.dana.actor, into=second.pk, others=[first.pk], now=LATER)
    assert MergedCustomer.objects.count() == 1


@pytest.mark.django_db
def test_many_groups_cost_as_many_statements_as_one(cast: Cast) -> None:
    rows = [cast.root.adds("customer", name=f"{number // 2}", note=str(number % 2)) for number in range(64)]
    for row in rows:
        cast.root.adds("contact", customer=row.pk, name="王")
    groups = [Group((left.pk, right.pk)) for left, right in zip(rows[::2], rows[1::2], strict=True)]
    actor, costs = cast.root.actor, []
    for part in (groups[:2], groups[2:]):
        with CaptureQueriesContext(connection) as asked:
            merged = merge_groups(actor=actor, groups=part, now=LATER)
        costs.append(len(asked))
        assert Contact.objects.filter(customer__in=merged.survivors).count() == 2 * len(part)
    assert costs[1] <= costs[0]


@pytest.mark.django_db
def test_nothing_that_points_to_a_customer_is_forgotten(cast: Cast) -> None:
    assert undeclared_references(Customer) == [], "say in records/references.py what a merge does with it"
    found = {(reference.part.name, reference.column) for reference in record_references(Customer)}
    assert found >= {
        ("contact", "customer"),
        ("interaction", "customer"),
        ("place", "customer"),
        ("order", "customer"),
    }


@pytest.mark.django_db
def test_a_pair_is_kept_once_and_in_order(cast: Cast) -> None:
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    PossibleDuplicate.objects.create(left=first, right=second)
    assert PossibleDuplicate.objects.bulk_create(
        [PossibleDuplicate(left=first, right=second)], ignore_conflicts=True
    )
    assert PossibleDuplicate.objects.count() == 1


texts = st.sampled_from(["", "甲", "乙乙", "丙丙丙"])
records = st.lists(
    st.tuples(st.integers(0, 5), texts, texts, st.sampled_from(["", "CNY", "KRW"])), min_size=2, max_size=4
).map(
    lambda rows: [
        Merging(number, NOW + timedelta(days=day), {"name": name, "amount": amount, "currency": currency})
        for number, (day, name, amount, currency) in enumerate(rows, start=1)
    ]
)


@given(records, st.sampled_from(list(Survivorship)))
def test_nothing_said_by_anybody_is_lost_to_an_empty_value(found: list[Merging], rule: Survivorship) -> None:
    proposal = propose(found, rule)
    by_id = {one.id: one for one in found}
    for name in ("name", "amount"):
        assert by_id[proposal.choices[name]].says(name) == any(one.says(name) for one in found)


@given(records, st.sampled_from(list(Survivorship)))
def test_an_amount_keeps_its_currency(found: list[Merging], rule: Survivorship) -> None:
    proposal = propose(found, rule, currencies={"amount": "currency"})
    by_id = {one.id: one for one in found}
    amount = by_id[proposal.choices["amount"]]
    if amount.says("amount"):
        assert by_id[proposal.choices["currency"]].values["currency"] == amount.values["currency"]


@pytest.mark.parametrize(
    ("rule", "source"), [(Survivorship.COMPLETE, 1), (Survivorship.NEWEST, 2), (Survivorship.LONGEST, 3)]
)
def test_each_rule_takes_its_own(rule: Survivorship, source: int) -> None:
    days = {1: 0, 2: 9, 3: 1}
    names = {1: "甲", 2: "乙", 3: "丙丙丙"}
    found = [
        Merging(key, NOW + timedelta(days=days[key]), {"name": names[key], "phone": "1" if key == 1 else ""})
        for key in names
    ]
    assert propose(found, rule).into == 1
    assert propose(found, rule).choices["name"] == source


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda pair: pair[0] != pair[1])))
def test_groups_hold_each_customer_once_and_every_pair_together(pairs: list[tuple[int, int]]) -> None:
    groups = groups_of(pairs)
    members = [key for group in groups for key in group]
    assert sorted(members) == sorted({key for pair in pairs for key in pair})
    assert all(any({left, right} <= set(group) for group in groups) for left, right in pairs)
