"""Writing records: permission, version and change set together."""

from __future__ import annotations

import pytest
from tests.cast import NOW, Cast

from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError, StaleError
from guanxi.access.queries import changes_of
from guanxi.records.declaration import record_type
from guanxi.records.services import create_record, delete_record, undo_changeset, update_record

pytestmark = pytest.mark.django_db


def test_whoever_adds_a_customer_owns_it_and_the_team_sees_it(cast: Cast) -> None:
    huaqiang = cast.alice.adds("customer", name="深圳市华强电子有限公司")
    assert (huaqiang.owner, huaqiang.team.name) == (cast.alice.user, "North")
    customers = record_type("customer").model.objects
    seen = {name: customers.visible_to(person.actor).exists() for name, person in cast.everyone().items()}
    assert seen == {"alice": True, "bob": True, "charlie": False, "dana": True, "viola": True, "root": True}


def test_teammate_may_not_change_and_stranger_does_not_even_learn_of_it(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="한빛상사")
    change = {
        "known": record_type("customer"),
        "record_id": row.pk,
        "values": {"note": "x"},
        "version": 1,
        "now": NOW,
    }
    with pytest.raises(ForbiddenError):
        update_record(actor=cast.bob.actor, **change)
    with pytest.raises(NotFoundError):
        update_record(actor=cast.charlie.actor, **change)


def test_stale_edit_is_refused_with_what_stands_now(cast: Cast) -> None:
    customer = record_type("customer")
    row = cast.alice.adds("customer", name="Acme Ltd")
    edit = {"known": customer, "record_id": row.pk, "now": NOW}
    update_record(actor=cast.alice.actor, values={"name": "Acme Limited"}, version=1, **edit)
    with pytest.raises(StaleError) as caught:
        update_record(actor=cast.dana.actor, values={"name": "ACME"}, version=1, **edit)
    assert (caught.value.version, caught.value.current["name"]) == (2, "Acme Limited")


def test_change_set_tells_who_and_what_it_was(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="Acme", size=20)
    written = update_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=row.pk,
        values={"size": "25"},
        version=1,
        now=NOW,
    )
    change = changes_of("customer", row.pk)[0]
    assert change.changeset == written.changeset
    assert change.changeset.actor == cast.alice.user
    assert change.rows == {str(row.pk): {"size": [20, 25]}}


def test_undo_of_a_change_puts_the_value_back(cast: Cast) -> None:
    customer = record_type("customer")
    row = cast.alice.adds("customer", name="Acme", amount="1200.50")
    written = update_record(
        actor=cast.alice.actor, known=customer, record_id=row.pk, values={"amount": "9"}, version=1, now=NOW
    )
    assert written.changeset is not None
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=written.changeset.pk, now=NOW)
    row.refresh_from_db()
    assert (str(row.amount), row.version, undone.taken_back) == ("1200.50", 3, {"customer": 1})


def test_undo_keeps_what_was_edited_since_and_says_so(cast: Cast) -> None:
    customer = record_type("customer")
    row = cast.alice.adds("customer", name="Acme")
    edit = {"actor": cast.alice.actor, "known": customer, "record_id": row.pk, "version": None, "now": NOW}
    first = update_record(values={"name": "Acme 2"}, **edit).changeset
    update_record(values={"name": "Acme 3"}, **edit)
    assert first is not None
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=first.pk, now=NOW)
    row.refresh_from_db()
    assert (row.name, undone.kept) == ("Acme 3", {"customer": [row.pk]})


def test_deleted_customer_takes_its_parts_along_and_undo_returns_them(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="Acme")
    cast.alice.adds("contact", name="王先生", customer=row.pk)
    contacts = record_type("contact").model.objects
    gone = delete_record(
        actor=cast.alice.actor, known=record_type("customer"), record_id=row.pk, version=1, now=NOW
    )
    assert not contacts.visible_to(cast.alice.actor).exists()
    undo_changeset(actor=cast.alice.actor, changeset_id=gone.pk, now=NOW)
    assert contacts.visible_to(cast.alice.actor).exists()


def test_undo_of_a_creation_keeps_a_customer_that_others_hung_things_on(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="Acme")
    cast.alice.adds("contact", name="김 과장", customer=row.pk)
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=row.created_in_id, now=NOW)
    assert undone.kept == {"customer": [row.pk]}


def test_every_fault_is_named_at_once(cast: Cast) -> None:
    with pytest.raises(InvalidError) as caught:
        create_record(
            actor=cast.alice.actor,
            known=record_type("customer"),
            values={"size": "many", "email": "no", "colour": "red", "kind": "tree"},
            now=NOW,
        )
    assert set(caught.value.errors) == {"name", "size", "email", "colour", "kind"}


def test_a_part_cannot_be_hung_on_a_customer_of_others(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="Acme")
    with pytest.raises(InvalidError):
        cast.charlie.adds("contact", name="Spy", customer=row.pk)
    with pytest.raises(ForbiddenError):
        cast.bob.adds("contact", name="Bob's friend", customer=row.pk)
