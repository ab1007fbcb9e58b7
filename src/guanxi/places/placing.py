"""Giving a place its position: what a person set stands, else the embedded geocoder answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from guanxi.places.geocoding import Geocoded, geocode
from guanxi.places.models import Place, PlaceLevel, wanted_text

BY_HAND = "hand"
FROM_FILE = "file"
HAND_ACCURACY_M = 20


@dataclass(slots=True)
class Pin:
    """The columns of a place that say where it is, without a model instance: an import makes a million of them."""

    address: str
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None
    level: str = ""
    accuracy_m: int | None = None
    provider: str = ""
    matched: str = ""
    needs_review: bool = False
    candidates: list[dict[str, Any]] = field(default_factory=list)
    placed_by_hand: bool = False
    city_key: str = ""
    placed_for: str = ""

    @property
    def wanted(self) -> str:
        """The address and city a position is looked up for, as `Place.wanted`."""
        return wanted_text(self.address, self.city)


PIN_COLUMNS = tuple(column.name for column in fields(Pin))


def place(row: Place) -> None:
    """Fill the derived columns of a place before it is kept (the record kit calls this)."""
    if row.was_moved:
        set_position(row, provider=BY_HAND)
    elif row.latitude is None or row.longitude is None:
        row.placed_by_hand = False
        row.placed_for = ""
    if row.placed_by_hand or row.placed_for == row.wanted:
        return
    apply(row, geocode(row.address, hint=row.city or None))


def set_position(row: Place | Pin, *, provider: str) -> None:
    """Take a position that was given (by a person, or by the file it came in) as exact and final."""
    row.placed_by_hand = True
    row.provider = provider
    row.level = PlaceLevel.HOUSE.value
    row.accuracy_m = HAND_ACCURACY_M
    row.needs_review = False
    row.candidates = []
    row.placed_for = row.wanted


def apply(row: Place | Pin, found: Geocoded) -> None:
    """Write what a geocoder found; a guess among several stays off the map until someone decides.

    The point of an ambiguous address is kept among the candidates only: it is never a confident pin.
    """
    sure = not found.is_ambiguous
    row.latitude = found.latitude if sure else None
    row.longitude = found.longitude if sure else None
    row.level = (found.level or "") if sure else ""
    row.accuracy_m = found.accuracy_m if sure else None
    row.provider = found.provider if found.latitude is not None else ""
    row.matched = found.matched[:300]
    row.city_key = found.city if sure else ""
    row.needs_review = found.needs_review or (found.latitude is None and bool(row.address))
    row.candidates = [asdict(candidate) for candidate in found.candidates[:8]]
    row.placed_for = row.wanted
