"""Change sets over HTTP: what one did, and taking it back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from guanxi.access.api import REFUSALS, Answer, IdempotencyKey, Problem, actor_of_request, answer_once
from guanxi.access.queries import changeset_counts, changesets_visible_to
from guanxi.records.api.history import PersonBody
from guanxi.records.services import undo_changeset

router = Router(tags=["changesets"])


class ChangesetBody(Schema):
    """One write, however many records it touched."""

    id: int
    verb: str
    why: str
    at: str
    by: PersonBody | None
    undone_by: Annotated[int | None, Field(description="The change set that took it back.")]
    records: Annotated[dict[str, int], Field(description="How many records of each type.")]


class ChangesetPage(Schema):
    """Change sets, newest first."""

    items: list[ChangesetBody]
    next: Annotated[int | None, Field(description="Give it as `before` for older ones.")]


class UndoneBody(Schema):
    """What an undo did."""

    changeset: Annotated[int, Field(description="The undo's own change set.")]
    taken_back: Annotated[dict[str, int], Field(description="Records taken back, by type.")]
    kept: Annotated[
        dict[str, list[int]], Field(description="Ids of records that someone went on with since.")
    ]


@router.get(
    "",
    response={200: ChangesetPage, **REFUSALS},
    operation_id="list_changesets",
    summary="List change sets",
)
def list_changesets(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[int | None, Query(description="The `next` of the page before.")] = None,
) -> dict[str, Any]:
    """Your own; an administrator sees all."""
    found = changesets_visible_to(actor_of_request(request)).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: limit + 1])
    counts = changeset_counts(row.pk for row in rows[:limit])
    items = [
        {
            "id": row.pk,
            "verb": row.verb,
            "why": row.why,
            "at": row.created_at.isoformat(),
            "by": {"id": row.actor_id, "name": str(row.actor)} if row.actor_id else None,
            "undone_by": row.undone_by_id,
            "records": counts.get(row.pk, {}),
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": rows[limit - 1].pk if len(rows) > limit else None}


@router.post(
    "/{int:changeset_id}/undo",
    response={200: UndoneBody, **REFUSALS, 409: Problem},
    operation_id="undo_changeset",
    summary="Take a change set back",
)
def undo(request: HttpRequest, changeset_id: int, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """What was made goes, what was changed or removed returns; what was touched since stays and is named."""

    def work() -> Answer:
        undone = undo_changeset(
            actor=actor_of_request(request), changeset_id=changeset_id, now=timezone.now()
        )
        body = {
            "changeset": undone.changeset.pk,
            "taken_back": dict(undone.taken_back),
            "kept": {name: list(ids) for name, ids in undone.kept.items()},
        }
        return Answer(HTTPStatus.OK, body)

    return answer_once(request, idempotency_key, work)
