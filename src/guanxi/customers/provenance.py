"""Where the values of a customer came from: rooms that bring values in answer it, pages show it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from guanxi.access.calc import Actor
from guanxi.access.models import Change, ChangeAction
from guanxi.customers.models import Customer


@dataclass(frozen=True, slots=True)
class OriginValue:
    """What a source said of one field, as it was written there. `stands`: the customer still says the same."""

    field: str
    text: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """One row of a source that became, filled or met a customer: from what, when, and by whom it was brought in.

    Its texts are in clear: who shows them masks what the reader may not see. `address` is the page of the source for
    this reader, empty when they may not open it.
    """

    customer_id: int
    source: str
    row: int
    at: datetime
    by: str
    values: tuple[OriginValue, ...]
    address: str = ""


Answer = Callable[[Actor, Sequence[Customer]], Iterable[Origin]]
"""Who is told answers for customers the actor may see, in a fixed number of queries."""

_answers: list[Answer] = []

HAND = "hand"
"""The source of what people, and programs in their name, wrote."""
Senders = Callable[[Collection[int] | None], Mapping[int, str]]
"""Who brings values in tells the source behind its change sets: of these numbers, or with None of all there are."""

_senders: list[Senders] = []


def register_origins(answer: Answer) -> None:
    """Let a room say where values came from. Called once, at start."""
    if answer not in _answers:
        _answers.append(answer)


def origins_of(actor: Actor, customers: Sequence[Customer]) -> dict[int, list[Origin]]:
    """Return the rows that made each of these customers, by its id, the newest first."""
    found: dict[int, list[Origin]] = {customer.pk: [] for customer in customers}
    for answer in _answers:
        for origin in answer(actor, customers):
            found[origin.customer_id].append(origin)
    for origins in found.values():
        origins.sort(key=lambda origin: (origin.at, origin.row), reverse=True)
    return found


def register_senders(senders: Senders) -> None:
    """Let a room tell which of its change sets came from which source. Called once, at start."""
    if senders not in _senders:
        _senders.append(senders)


def known_sources() -> tuple[str, ...]:
    """Return the sources values may come from: by hand, then those of the rooms in their alphabet."""
    return (HAND, *sorted({name for senders in _senders for name in senders(None).values()}))


def sources_of(customers: Sequence[Customer], attributes: Collection[str]) -> dict[int, dict[str, str]]:
    """Return the source that wrote each attribute of each customer last, as its history tells.

    A fixed number of queries. What an undone change set wrote does not count; what a merge wrote counts as by hand.
    """
    if not customers:
        return {}
    ids = {customer.pk for customer in customers}
    written: dict[int, dict[str, int | None]] = {
        customer.pk: dict.fromkeys(attributes, customer.created_in_id) for customer in customers
    }
    changes = Change.objects.filter(
        record_type="customer",
        action=ChangeAction.UPDATE,
        changeset__undone_by=None,
        first_id__lte=max(ids),
        last_id__gte=min(ids),
    )
    for change in changes.order_by("pk").iterator(chunk_size=100):
        for key in ids.intersection(map(int, change.rows)):
            for name in change.rows[str(key)].keys() & attributes:
                written[key][name] = change.changeset_id
    asked = {number for found in written.values() for number in found.values() if number is not None}
    names = {number: name for senders in _senders for number, name in senders(asked).items()}
    return {
        key: {name: names.get(number or 0, HAND) for name, number in found.items()}
        for key, found in written.items()
    }
