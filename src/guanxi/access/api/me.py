"""Who a token or session speaks for."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from guanxi.access.api.authentication import actor_of_request
from guanxi.access.api.problems import REFUSALS
from guanxi.access.queries import teams_of

router = Router(tags=["me"])


class TeamBody(Schema):
    """A team."""

    id: int
    name: str


class MeBody(Schema):
    """The person a request speaks for, and what the request may do."""

    id: int
    name: str
    role: Literal["administrator", "manager", "member", "viewer"]
    teams: list[TeamBody]
    read_only: bool
    language: str
    time_zone: str


@router.get("", response={200: MeBody, **REFUSALS}, operation_id="read_me", summary="Read who you are")
def read_me(request: HttpRequest) -> dict[str, Any]:
    """A token has its owner's rights, or only those to read."""
    actor = actor_of_request(request)
    return {
        "id": actor.id,
        "name": actor.name,
        "role": actor.role.value,
        "teams": [{"id": team.pk, "name": team.name} for team in teams_of(actor)],
        "read_only": actor.read_only,
        "language": actor.language,
        "time_zone": str(actor.zone),
    }
