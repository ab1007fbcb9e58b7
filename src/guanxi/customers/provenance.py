"""Where the values of a customer came from: rooms that bring values in answer it, pages show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from guanxi.access.calc import Actor
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
