"""Reads of customers that other rooms rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from guanxi.access.calc import Actor
from guanxi.customers.models import Customer
from guanxi.records.values import shows_sensitive

BATCH = 900


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that shares a key with a row. `is_open`: the actor may change it, hence see all of it."""

    customer: Customer
    is_open: bool


def candidates(
    actor: Actor,
    *,
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    tax_numbers: Iterable[str] = (),
    external_ids: Iterable[str] = (),
) -> list[Candidate]:
    """Return the customers found under any of these keys, oldest first: one query a key, however many rows.

    Phones, e-mail addresses and tax numbers are masked for whoever may not change a customer; by those such a
    customer is not found, or asking would unmask them.
    """
    rows = Customer.objects
    found: dict[int, Customer] = {}
    for column, keys, allowed in (
        ("phone_key", phones, rows.changeable_by),
        ("email_key", emails, rows.changeable_by),
        ("tax_key", tax_numbers, rows.changeable_by),
        ("name_key", names, rows.visible_to),
        ("external_id", external_ids, rows.visible_to),
    ):
        for customer in _under(column, keys, allowed, actor):
            found.setdefault(customer.pk, customer)
    return [Candidate(found[key], shows_sensitive(found[key], actor)) for key in sorted(found)]


def _under(
    column: str, keys: Iterable[str], allowed: Callable[[Actor], QuerySet[Customer]], actor: Actor
) -> Iterator[Customer]:
    waiting = iter(sorted({key for key in keys if key}))
    while batch := list(islice(waiting, BATCH)):
        yield from allowed(actor).filter(**{f"{column}__in": batch})


def customers_in(actor: Actor, ids: Iterable[int]) -> dict[int, Customer]:
    """Return the visible customers with these ids."""
    found: dict[int, Customer] = {}
    waiting = iter(sorted(set(ids)))
    while batch := list(islice(waiting, BATCH)):
        found.update(Customer.objects.visible_to(actor).in_bulk(batch))
    return found
