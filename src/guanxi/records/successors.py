"""Which record one that is gone became: told by the room that merges, asked by pages and API."""

from __future__ import annotations

from collections.abc import Callable

from django.db.backends.base.operations import BaseDatabaseOperations

from guanxi.access.calc import Actor
from guanxi.records.declaration import RecordType

Successor = Callable[[Actor, int], int | None]
"""Which record one that is gone became, as far as the actor may see that one; None when it did not."""

_LARGEST = BaseDatabaseOperations.integer_field_ranges["BigAutoField"][1]
_successors: dict[str, Successor] = {}


def register_successor(type_name: str, successor: Successor) -> None:
    """Let the address of a record that became another lead there. Called once, at start."""
    _successors[type_name] = successor


def successor_of(known: RecordType, actor: Actor, record_id: int) -> int | None:
    """Return the record that one which is gone became; None when there is none to show."""
    found = _successors.get(known.name)
    return found(actor, record_id) if found and record_id <= _LARGEST else None
