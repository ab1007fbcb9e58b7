"""Deciding where a place is: a pin moved by hand, a candidate chosen."""

from __future__ import annotations

from datetime import datetime

from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError
from guanxi.records.declaration import record_type
from guanxi.records.queries import get_record
from guanxi.records.services import Written, update_record


def move_pin(
    *, actor: Actor, place_id: int, latitude: float, longitude: float, version: int | None, now: datetime
) -> Written:
    """Put a pin where a person says; it stays there. Raises as `update_record` does."""
    values = {"latitude": latitude, "longitude": longitude}
    return update_record(
        actor=actor,
        known=record_type("place"),
        record_id=place_id,
        values=values,
        version=version,
        now=now,
        why="pin moved",
    )


def choose_candidate(
    *, actor: Actor, place_id: int, number: int, version: int | None, now: datetime
) -> Written:
    """Settle an unclear address on one of its candidates, which becomes the place's city and decides the look-up.

    Raises InvalidError for a number that is not among them, and as `update_record` does.
    """
    place = get_record(record_type("place"), actor, place_id)
    if not 0 <= number < len(place.candidates):
        raise InvalidError({"candidate": ["there is no such candidate"]})
    return update_record(
        actor=actor,
        known=record_type("place"),
        record_id=place_id,
        values={"city": place.candidates[number]["matched"][:100]},
        version=version,
        now=now,
        why="candidate chosen",
    )
