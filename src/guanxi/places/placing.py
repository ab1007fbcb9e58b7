"""Giving a place its position: what a person set stands, else the embedded geocoder answers."""

from __future__ import annotations

from dataclasses import asdict

from guanxi.places.geocoding import Geocoded, geocode
from guanxi.places.models import Place, PlaceLevel

BY_HAND = "hand"
FROM_FILE = "file"
HAND_ACCURACY_M = 20


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


def set_position(row: Place, *, provider: str) -> None:
    """Take a position that was given (by a person, or by the file it came in) as exact and final."""
    row.placed_by_hand = True
    row.provider = provider
    row.level = PlaceLevel.HOUSE
    row.accuracy_m = HAND_ACCURACY_M
    row.needs_review = False
    row.candidates = []
    row.placed_for = row.wanted


def apply(row: Place, found: Geocoded) -> None:
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
