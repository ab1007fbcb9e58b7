"""Records as answers: their JSON, with what lives inside them, and the headers that tell of a write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

from guanxi.access.api import (
    Answer,
)
from guanxi.access.calc import Actor
from guanxi.access.errors import NotFoundError
from guanxi.records.api.preconditions import etag
from guanxi.records.declaration import FieldDeclaration, RecordType
from guanxi.records.queries import get_record
from guanxi.records.services.editing import Written
from guanxi.records.values import values_of_rows

ROOT = "/api/v1"
CHANGESET_HEADER = "Guanxi-Changeset"


def bodies_of(
    known: RecordType,
    actor: Actor,
    rows: Iterable[Any],
    fields: Iterable[FieldDeclaration] | None = None,
    *,
    nested: bool = True,
) -> list[dict[str, Any]]:
    """Return rows as JSON, with their nested rows, read for all of them together."""
    bodies = values_of_rows(rows, known, actor, fields)
    if known.nested is not None and nested and bodies:
        inside = known.nested.read([body["id"] for body in bodies])
        for body in bodies:
            body[known.nested.name] = inside.get(body["id"], [])
    return bodies


def body_of(known: RecordType, actor: Actor, row: Any) -> dict[str, Any]:
    """Return one row as JSON."""
    return bodies_of(known, actor, [row])[0]


def answer_of(known: RecordType, actor: Actor, written: Written, status: HTTPStatus) -> Answer:
    """Return the record as it stands now; who gave it out of their own sight still sees what was written."""
    try:
        row = get_record(known, actor, written.row.pk)
    except NotFoundError:
        row = written.row
    headers = {"ETag": etag(row.version)}
    if status is HTTPStatus.CREATED:
        headers["Location"] = f"{ROOT}/{known.plural}/{row.pk}"
    if written.changeset is not None:
        headers[CHANGESET_HEADER] = str(written.changeset.pk)
    return Answer(status, body_of(known, actor, row), headers)


def json_answer(body: Any, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with values that are plain already: a schema would only walk through them again."""
    return JsonResponse(
        body, headers=dict(headers or {}), safe=False, json_dumps_params={"ensure_ascii": False}
    )
