"""Values beside a record (lines of an order, a tier) that a change set tells of and undo takes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Keeper:
    """How undo reads and restores one such value, set-based.

    `current` takes ids and returns the plain JSON value of each (ids that hold nothing may be left out: None).
    `restore` takes `{id: former value}` and the moment.
    """

    current: Callable[[Iterable[int]], Mapping[int, object]]
    restore: Callable[[Mapping[int, object], datetime], None]


_keepers: dict[tuple[str, str], Keeper] = {}


def register_keeper(record_type: str, field: str, keeper: Keeper) -> None:
    """Tell undo who keeps `field` of a record type (or of rows that are no records). Called once, at start."""
    _keepers[record_type, field] = keeper


def keepers_of(record_type: str, names: Iterable[str]) -> dict[str, Keeper]:
    """Return the keepers of those `names` that are not columns of the row itself."""
    return {name: _keepers[record_type, name] for name in names if (record_type, name) in _keepers}
