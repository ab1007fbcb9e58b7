"""Reads of customers that other rooms rely on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from guanxi.access.calc import Actor
from guanxi.customers.models import Customer
from guanxi.records import storing  # noqa: F401 - the lookup `among`
from guanxi.records.values import plain, shows_sensitive


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that shares a key with a row, as plain values by column; `is_open`: the actor may change it.

    Whoever may change a customer sees all of it.
    """

    values: dict[str, Any]
    is_open: bool


MASKED_KEYS = frozenset({"phone_key", "email_key", "tax_key"})


def candidates(
    actor: Actor, *, columns: Sequence[str], keys: Mapping[str, Collection[str]], ids: Collection[int] = ()
) -> list[Candidate]:
    """Return the customers found under any of these keys, oldest first: one query a kind of key, however many rows.

    `keys` holds the wanted values by column (`name_key`, `phone_key`, `email_key`, `tax_key`, `external_id`), `ids`
    numbers of customers wanted beside. `columns` are the attributes wanted beside `id`, `owner_id` and `team_id`.
    Phones, e-mail addresses and tax numbers are masked for whoever may not change a customer; by those such a customer
    is not found, or asking would unmask them.
    """
    rows = Customer.objects
    found: dict[int, dict[str, Any]] = {}
    wanted: dict[str, Collection[str] | Collection[int]] = {**keys, "id": ids}
    for column, values_of_column in wanted.items():
        if not values_of_column:
            continue
        allowed = rows.changeable_by(actor) if column in MASKED_KEYS else rows.visible_to(actor)
        for values in _values(allowed.filter(**{f"{column}__among": values_of_column}), columns):
            found.setdefault(values["id"], values)
    opened = _opener(actor)
    return [Candidate(found[key], opened(found[key])) for key in sorted(found)]


def customer_values_of(ids: Iterable[int], columns: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return plain values of living customers by their numbers, for services that have settled who may see them."""
    rows = _values(Customer.objects.alive().filter(pk__among=list(ids)), columns)
    return {values["id"]: values for values in rows}


def _values(rows: QuerySet[Customer], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    wanted = list(dict.fromkeys(("id", "owner_id", "team_id", *columns)))
    for row in rows.values_list(*wanted):
        yield {name: plain(value) for name, value in zip(wanted, row, strict=True)}


def _opener(actor: Actor) -> Callable[[Mapping[str, Any]], bool]:
    """Who may change a customer depends on its owner and team alone: one look for each pair of them."""
    known: dict[tuple[int | None, int | None], bool] = {}

    def is_open(values: Mapping[str, Any]) -> bool:
        pair = values["owner_id"], values["team_id"]
        if pair not in known:
            known[pair] = shows_sensitive(Customer(owner_id=pair[0], team_id=pair[1]), actor)
        return known[pair]

    return is_open


def customers_in(actor: Actor, ids: Iterable[int]) -> dict[int, Customer]:
    """Return the visible customers with these ids."""
    rows = Customer.objects.visible_to(actor).filter(pk__among=sorted(set(ids)))
    return {customer.pk: customer for customer in rows}


def visible_ids(actor: Actor, ids: Iterable[int]) -> set[int]:
    """Return which of these numbers are those of customers the actor may see."""
    rows = Customer.objects.visible_to(actor).filter(pk__among=sorted(set(ids)))
    return set(rows.values_list("pk", flat=True))
