"""The routes that write records of a type: add, change, replace, remove, and change many."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from guanxi.access.api import (
    REFUSALS,
    Answer,
    IdempotencyKey,
    Problem,
    actor_of_request,
    answer_once,
)
from guanxi.access.calc import Actor
from guanxi.jobs.api import JobBody, job_body
from guanxi.records.api.answers import CHANGESET_HEADER, ROOT, answer_of, json_answer
from guanxi.records.api.preconditions import IfMatch, required_version
from guanxi.records.api.schemas import RecordSchemas
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.queries import get_record
from guanxi.records.services import create_record, delete_record, update_record
from guanxi.records.services.bulk import BulkChange, request_bulk
from guanxi.records.services.editing import Written

KEPT_ON_REPLACE = ("user", "team")

WRITTEN: dict[int, type[Schema]] = {**REFUSALS, 409: Problem}
CONDITIONAL: dict[int, type[Schema]] = {**WRITTEN, 412: Problem, 428: Problem}


def _typed(view: Callable[..., HttpResponse], payload: type[Schema]) -> Callable[..., HttpResponse]:
    """Give a view's body the model of its record type."""
    view.__annotations__["payload"] = payload
    return view


def add_create(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    """Add the making of a record."""

    def create(request: HttpRequest, payload: Schema, idempotency_key: IdempotencyKey = None) -> HttpResponse:
        values = payload.dict(exclude_unset=True)

        def work() -> Answer:
            actor, now_known = actor_of_request(request), record_type(known.name)
            return answer_of(now_known, actor, _create(now_known, actor, values), HTTPStatus.CREATED)

        return answer_once(request, idempotency_key, work, body=values)

    router.post(
        "",
        response={201: schemas.record, **WRITTEN},
        operation_id=f"create_{known.name}",
        summary=f"Add one of the {known.plural}",
    )(_typed(create, schemas.create))


def add_update(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    """Add the change of some fields."""

    def update(
        request: HttpRequest, record_id: int, payload: Schema, if_match: IfMatch = None
    ) -> HttpResponse:
        values = payload.dict(exclude_unset=True)
        return _change(request, record_type(known.name), record_id, values, if_match)

    router.patch(
        "/{int:record_id}",
        response={200: schemas.record, **CONDITIONAL},
        operation_id=f"update_{known.name}",
        summary=f"Change some fields of one of the {known.plural}",
    )(_typed(update, schemas.update))


def add_replace(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    """Add the change of all fields."""

    def replace(
        request: HttpRequest, record_id: int, payload: Schema, if_match: IfMatch = None
    ) -> HttpResponse:
        values = payload.dict(exclude_unset=True)
        now_known = record_type(known.name)
        emptied = {field.name: None for field in now_known.editable if field.target not in KEPT_ON_REPLACE}
        return _change(request, now_known, record_id, {**emptied, **values}, if_match)

    router.put(
        "/{int:record_id}",
        response={200: schemas.record, **CONDITIONAL},
        operation_id=f"replace_{known.name}",
        summary=f"Replace one of the {known.plural}",
        description="Fields that are not given are emptied; owner, team and nested rows stay as they are.",
    )(_typed(replace, schemas.create))


def add_delete(router: Router, known: RecordType, _schemas: RecordSchemas) -> None:
    """Add the removal."""

    @router.delete(
        "/{int:record_id}",
        response={204: None, **CONDITIONAL},
        operation_id=f"delete_{known.name}",
        summary=f"Remove one of the {known.plural}",
        description=f"`{CHANGESET_HEADER}` names the change set that brings it back when it is undone.",
    )
    def delete(request: HttpRequest, record_id: int, if_match: IfMatch = None) -> HttpResponse:
        actor = actor_of_request(request)
        version = required_version(if_match, get_record(known, actor, record_id).version)
        gone = delete_record(
            actor=actor, known=known, record_id=record_id, version=version, now=timezone.now()
        )
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={CHANGESET_HEADER: str(gone.pk)})


def add_bulk(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    """Add the change of many at once, as a job."""

    def change_many(
        request: HttpRequest, payload: Schema, idempotency_key: IdempotencyKey = None
    ) -> HttpResponse:
        given = payload.dict(exclude_unset=True)
        change = BulkChange(
            record_type(known.name), given["set"], where=given.get("where"), ids=given.get("ids")
        )

        def work() -> Answer:
            job = request_bulk(actor=actor_of_request(request), change=change, now=timezone.now())
            return Answer(HTTPStatus.ACCEPTED, job_body(job), {"Location": f"{ROOT}/jobs/{job.pk}"})

        return answer_once(request, idempotency_key, work, body=given)

    router.post(
        "/bulk",
        response={202: JobBody, **WRITTEN},
        operation_id=f"change_{known.plural}",
        summary=f"Change many {known.plural}",
        description="Rows you see but may not change are counted as `not_allowed` in the job's result.",
    )(_typed(change_many, schemas.bulk))


def _create(known: RecordType, actor: Actor, values: dict[str, Any]) -> Written:
    now = timezone.now()
    if known.nested is not None and values.get(known.nested.name) is not None:
        given = dict(values)
        rows = given.pop(known.nested.name)
        made: Written = known.nested.create(actor=actor, values=given, rows=rows, now=now)
        return made
    return create_record(actor=actor, known=known, values=_plain_fields(known, values), now=now)


def _change(
    request: HttpRequest, known: RecordType, record_id: int, values: dict[str, Any], if_match: str | None
) -> HttpResponse:
    actor = actor_of_request(request)
    version = required_version(if_match, get_record(known, actor, record_id).version)
    write: dict[str, Any] = {
        "actor": actor,
        "record_id": record_id,
        "version": version,
        "now": timezone.now(),
    }
    if known.nested is not None and values.get(known.nested.name) is not None:
        given = dict(values)
        rows = given.pop(known.nested.name)
        written: Written = known.nested.update(values=given, rows=rows, **write)
    else:
        written = update_record(known=known, values=_plain_fields(known, values), **write)
    answer = answer_of(known, actor, written, HTTPStatus.OK)
    return json_answer(answer.body, headers=answer.headers)


def _plain_fields(known: RecordType, values: dict[str, Any]) -> dict[str, Any]:
    """Nested rows that are null mean: as they are."""
    return {
        name: value for name, value in values.items() if known.nested is None or name != known.nested.name
    }
