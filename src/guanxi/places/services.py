"""Deciding where a place is: a pin moved by hand, a candidate chosen."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError
from guanxi.access.reasons import pgettext_noop
from guanxi.records.declaration import record_type
from guanxi.records.queries import get_record
from guanxi.records.services import Written, update_record

PIN_MOVED = pgettext_noop("why", "pin moved")
CANDIDATE_CHOSEN = pgettext_noop("why", "candidate chosen")


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
        why=PIN_MOVED,
    )


def choose_candidate(
    *, actor: Actor, place_id: int, number: int, version: int | None, now: datetime
) -> Written:
    """Settle an unclear address on one of its candidates, which becomes the place's city and decides the look-up.

    Raises InvalidError for a number that is not among them, and as `update_record` does.
    """
    place = get_record(record_type("place"), actor, place_id)
    if not 0 <= number < len(place.candidates):
        raise InvalidError({"candidate": [_("Choose one of the places.")]})
    return update_record(
        actor=actor,
        known=record_type("place"),
        record_id=place_id,
        values={"city": place.candidates[number]["matched"][:100]},
        version=version,
        now=now,
        why=CANDIDATE_CHOSEN,
    )
