"""Two people merge the same pair at once: one does, the other is told, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError
from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.models import MergedCustomer
from guanxi.duplicates.services import merge_customers
from tests.cast import NOW, make_cast


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_merges_and_the_other_is_told() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time; the test of who comes second covers it")
    cast = make_cast()
    first, second = (cast.alice.adds("customer", name=name) for name in "AB")
    for row in (first, second):
        cast.alice.adds("contact", customer=row.pk, name="王")
    ready = Barrier(2)

    def merge(actor: Actor, into: int, other: int) -> bool:
        try:
            ready.wait(10)
            merge_customers(actor=actor, into=into, others=[other], now=NOW + timedelta(days=1))
        except ConflictError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as people:
        asked = (
            people.submit(merge, cast.alice.actor, first.pk, second.pk),
            people.submit(merge, cast.dana.actor, second.pk, first.pk),
        )
        assert sorted(each.result(30) for each in asked) == [False, True]
    survivor = Customer.objects.get(deleted_in=None)
    assert Contact.objects.filter(customer=survivor).count() == 2
    assert MergedCustomer.objects.count() == 1
