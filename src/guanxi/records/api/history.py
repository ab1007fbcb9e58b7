"""The JSON of a record's history."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from guanxi.records.history import HistoryPage


class PersonBody(Schema):
    """A person, by name."""

    id: int
    name: str


class EventBody(Schema):
    """One thing that happened to a record."""

    changeset: int
    action: str
    verb: Annotated[str, Field(description="What the whole change set did.")]
    at: str
    by: Annotated[PersonBody | None, Field(description="Null: the program itself.")]
    why: str
    undone_by: Annotated[int | None, Field(description="The change set that took it back.")]
    fields: Annotated[dict[str, list[Any]], Field(description="Values before and after, by field.")]


class HistoryBody(Schema):
    """What happened, newest first."""

    items: list[EventBody]
    next: Annotated[int | None, Field(description="Give it as `before` for older events.")]


def history_body(page: HistoryPage) -> dict[str, Any]:
    """Return a history as the API shows it."""
    return {
        "items": [
            {
                "changeset": event.changeset_id,
                "action": event.action.value,
                "verb": event.verb,
                "at": event.at.isoformat(),
                "by": {"id": event.actor_id, "name": event.actor_name} if event.actor_id else None,
                "why": event.why,
                "undone_by": event.undone_by,
                "fields": {name: list(pair) for name, pair in event.fields.items()},
            }
            for event in page.events
        ],
        "next": page.next,
    }
