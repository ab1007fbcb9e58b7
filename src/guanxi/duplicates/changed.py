"""Which customers changed since a moment, and who shares a key with them: by indexes alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet

from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.addresses import address_models

OWN_KEYS = ("tax_key", "phone_key", "email_key", "name_key", "name_initials")
CONTACT_KEYS = ("phone_key", "email_key")
COMMON = 100
"""Holders of a key beyond which it says nothing: nobody is compared for its sake."""


def _changed(moment: datetime) -> Iterator[QuerySet[Any, int]]:
    living = Customer.objects.alive().order_by()
    yield living.filter(updated_at__gte=moment).values_list("pk", flat=True)
    for model in (Contact, *address_models()):
        parts = model.objects.filter(updated_at__gte=moment).order_by()
        yield parts.values_list("customer_id", flat=True)


def has_changed_since(moment: datetime) -> bool:
    """Whether a customer, or a part of one that is compared, was written since."""
    return any(rows.exists() for rows in _changed(moment))


def changed_since(moment: datetime, most: int) -> set[int] | None:
    """Return the customers that were written since, or whose contacts or addresses were; None for more than `most`."""
    found: set[int] = set()
    for rows in _changed(moment):
        found.update(islice(rows.distinct().iterator(chunk_size=10_000), most + 1))
        if len(found) > most:
            return None
    return found


def sharing_a_key_with(touched: Collection[int]) -> set[int]:
    """Return these customers and the living ones that share a phone, address, number, name or initials with them.

    Names that differ in their letters are found by a whole search only.
    """
    return {*touched, *_sharing(touched)}


def _sharing(touched: Collection[int]) -> Iterator[int]:
    everybody = Customer.objects.alive().order_by()
    mine = Customer.objects.filter(pk__among=list(touched)).order_by()
    of_mine = Contact.objects.filter(deleted_in=None, customer__id__among=list(touched)).order_by()
    contacts = Contact.objects.filter(deleted_in=None).order_by()
    for name in OWN_KEYS:
        keys = _keys(mine, name)
        if name in CONTACT_KEYS:
            keys |= _keys(of_mine, name)
            yield from _under(contacts, name, keys).values_list("customer_id", flat=True)
        yield from _under(everybody, name, keys).values_list("pk", flat=True)


def _keys(rows: QuerySet[Any], name: str) -> set[str]:
    return set(rows.exclude(**{name: ""}).values_list(name, flat=True))


def _under(rows: QuerySet[Any], name: str, keys: set[str]) -> QuerySet[Any]:
    """Rows under one of the keys that few share."""
    held = rows.filter(**{f"{name}__among": keys}).values(name).annotate(holders=Count("pk"))
    rare = set(held.filter(holders__lte=COMMON).values_list(name, flat=True))
    return rows.filter(**{f"{name}__among": rare})
