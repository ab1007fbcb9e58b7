"""Columns that are there beforehand, each lent to one metric of the team at a time. Pure.

See docs/adr/0003-team-metrics-in-slot-columns.md for why.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from guanxi.metrics.calc.definitions import Unit


class Shelf(StrEnum):
    """A row of slots of one type."""

    WHOLE = "whole"
    MONEY = "money"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


SIZES = {Shelf.WHOLE: 14, Shelf.MONEY: 14, Shelf.NUMBER: 12, Shelf.DATE: 6, Shelf.TEXT: 4}
"""How many metrics of a type a team can have at once."""

_SHELVES = {
    Unit.COUNT: Shelf.WHOLE,
    Unit.DAYS: Shelf.WHOLE,
    Unit.SCORE: Shelf.WHOLE,
    Unit.MONEY: Shelf.MONEY,
    Unit.RATIO: Shelf.NUMBER,
    Unit.NUMBER: Shelf.NUMBER,
    Unit.DATE: Shelf.DATE,
    Unit.TEXT: Shelf.TEXT,
}


def shelf_of(unit: Unit) -> Shelf:
    """Return the shelf whose slots can hold values of a unit."""
    return _SHELVES[unit]


def slots_on(shelf: Shelf) -> tuple[str, ...]:
    """Return the names of the slots on a shelf.

    >>> slots_on(Shelf.TEXT)
    ('text_01', 'text_02', 'text_03', 'text_04')
    """
    return tuple(f"{shelf}_{place:02}" for place in range(1, SIZES[shelf] + 1))


def free_slot(unit: Unit, taken: Collection[str]) -> str | None:
    """Return the first slot for a unit that is not taken, None when there is none.

    >>> free_slot(Unit.DATE, {"date_01", "money_02"})
    'date_02'
    """
    return next((slot for slot in slots_on(shelf_of(unit)) if slot not in taken), None)
