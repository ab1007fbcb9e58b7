"""A merge moves what custom fields point to, and its undo brings it back."""

from __future__ import annotations

import pytest

from guanxi.duplicates.services import merge_customers
from guanxi.records.services import undo_changeset
from tests.cast import NOW, Cast
from tests.records.custom import define

pytestmark = pytest.mark.django_db


def test_references_of_custom_fields_follow_a_merge_and_come_back_with_its_undo(cast: Cast) -> None:
    define(cast, "Mother", "reference", target="customer")
    define(cast, "Sent by", "reference", on="contact", target="customer")
    one, other = (cast.alice.adds("customer", name=name) for name in ("Acme", "Acme Ltd"))
    child = cast.alice.adds("customer", name="Child", mother=other.pk)
    contact = cast.alice.adds("contact", name="王先生", customer=child.pk, sent_by=other.pk)
    merged = merge_customers(actor=cast.alice.actor, into=one.pk, others=[other.pk], now=NOW)
    for row in (child, contact):
        row.refresh_from_db()
    assert (child.custom, contact.custom) == ({"mother": one.pk}, {"sent_by": one.pk})
    undo_changeset(actor=cast.alice.actor, changeset_id=merged.changeset.pk, now=NOW)
    for row in (child, contact):
        row.refresh_from_db()
    assert (child.custom, contact.custom) == ({"mother": other.pk}, {"sent_by": other.pk})
