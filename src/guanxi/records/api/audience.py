"""The route that says who may see a record, and why."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from guanxi.access.api import REFUSALS, actor_of_request
from guanxi.access.calc import Ground, Role, Verb
from guanxi.records.api.answers import json_answer
from guanxi.records.api.schemas import RecordSchemas
from guanxi.records.audience import Audience, audience_of
from guanxi.records.declaration import RecordType
from guanxi.records.queries import get_record
from guanxi.records.values import grounds_on


class ViewerBody(Schema):
    """Somebody who may see the record."""

    id: int
    name: str
    role: Role
    changes: Annotated[bool, Field(description="May change it too, and sees what is masked for others.")]


class ReasonBody(Schema):
    """Those who see the record for one reason; whoever has several stands under the first of them."""

    ground: Ground
    team: Annotated[str, Field(description="The team of the record; empty where it has none.")]
    people: list[ViewerBody]
    others: Annotated[int, Field(description="How many more there are whom you may not name.")]


class AudienceBody(Schema):
    """Who may see a record and why."""

    you: Annotated[list[Ground], Field(description="Why you see it.")]
    items: list[ReasonBody]


def add_audience(router: Router, known: RecordType, _schemas: RecordSchemas) -> None:
    """Add who may see a record, and why."""

    @router.get(
        "/{int:record_id}/audience",
        response={200: AudienceBody, **REFUSALS},
        operation_id=f"read_{known.name}_audience",
        summary=f"Read who may see one of the {known.plural}, and why",
    )
    def audience(request: HttpRequest, record_id: int) -> HttpResponse:
        actor = actor_of_request(request)
        row = get_record(known, actor, record_id)
        you = [ground.value for ground in grounds_on(row, actor, Verb.VIEW)]
        return json_answer({"you": you, "items": [_reason(found) for found in audience_of(row, actor)]})


def _reason(found: Audience) -> dict[str, Any]:
    people = [
        {"id": viewer.id, "name": viewer.name, "role": viewer.role.value, "changes": viewer.changes}
        for viewer in found.viewers
    ]
    return {"ground": found.ground.value, "team": found.team, "people": people, "others": found.others}
