"""The routes of one record type: list, add, read, change, replace, remove, history, bulk.

They are made at start; a request asks for the type anew, for fields may have come since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from guanxi.access.api import (
    REFUSALS,
    Answer,
    IdempotencyKey,
    Problem,
    ProblemError,
    actor_of_request,
    answer_once,
)
from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError, NotFoundError
from guanxi.conditions.context import Context
from guanxi.jobs.api import JobBody, job_body
from guanxi.records.api.files import add_files
from guanxi.records.api.history import HistoryBody, history_body
from guanxi.records.api.preconditions import IfMatch, IfNoneMatch, etag, is_unchanged, required_version
from guanxi.records.api.schemas import RecordSchemas, record_schemas
from guanxi.records.declaration import FieldDeclaration, RecordType, record_type
from guanxi.records.history import record_history
from guanxi.records.queries import get_record, list_page, parse_where
from guanxi.records.services import create_record, delete_record, update_record
from guanxi.records.services.bulk import BulkChange, request_bulk
from guanxi.records.services.editing import Written
from guanxi.records.successors import successor_of
from guanxi.records.values import values_of_rows

ROOT = "/api/v1"
CHANGESET_HEADER = "Guanxi-Changeset"
KEPT_ON_REPLACE = ("user", "team")

Where = Annotated[str, Query(description='A condition, such as `industry = "retail" and size > 20`.')]
Search = Annotated[
    str, Query(max_length=100, description="Words to find in the fields a quick search looks in.")
]
Order = Annotated[str, Query(max_length=200, description="Fields to sort by, `-` before one for descending.")]
Limit = Annotated[int, Query(ge=1, description="Rows a page, at most 500.")]
After = Annotated[str, Query(max_length=4000, description="The `next` of the page before.")]
Fields = Annotated[
    str, Query(max_length=2000, description="Only these fields, by comma; `id` and `version` always.")
]
Count = Annotated[Literal["exact"] | None, Query(description="`exact` counts beyond 10,000.")]
Before = Annotated[int | None, Query(description="The `next` of the page before.")]

WRITTEN: dict[int, type[Schema]] = {**REFUSALS, 409: Problem}
CONDITIONAL: dict[int, type[Schema]] = {**WRITTEN, 412: Problem, 428: Problem}


def record_router(known: RecordType) -> Router:
    """Return the routes of a type, typed by its declaration. Call it when every room has declared its fields."""
    router = Router(tags=[known.plural])
    schemas = record_schemas(known)
    for add in (
        _add_list,
        _add_create,
        _add_read,
        _add_update,
        _add_replace,
        _add_delete,
        _add_bulk,
        _add_history,
        add_files,
    ):
        add(router, known, schemas)
    return router


def _typed(view: Callable[..., HttpResponse], payload: type[Schema]) -> Callable[..., HttpResponse]:
    """Give a view's body the model of its record type."""
    view.__annotations__["payload"] = payload
    return view


def _add_list(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    @router.get(
        "",
        response={200: schemas.page, **REFUSALS},
        operation_id=f"list_{known.plural}",
        summary=f"List {known.plural}",
    )
    def list_records(
        request: HttpRequest,
        where: Where = "",
        q: Search = "",
        order: Order = "",
        limit: Limit = 50,
        after: After = "",
        fields: Fields = "",
        count: Count = None,
    ) -> HttpResponse:
        actor, now_known = actor_of_request(request), record_type(known.name)
        wanted, nested = _wanted(now_known, fields)
        page = list_page(
            now_known,
            actor,
            context=Context(now=timezone.now(), zone=actor.zone),
            where=parse_where(where, now_known),
            text=q,
            order=order,
            limit=limit,
            after=after,
            fields=wanted,
            exact_count=count == "exact",
        )
        items = _bodies(now_known, actor, page.rows, wanted, nested=nested)
        return _json({"items": items, "next": page.next, "count": page.count})


def _add_create(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    def create(request: HttpRequest, payload: Schema, idempotency_key: IdempotencyKey = None) -> HttpResponse:
        values = payload.dict(exclude_unset=True)

        def work() -> Answer:
            actor, now_known = actor_of_request(request), record_type(known.name)
            return _written(now_known, actor, _create(now_known, actor, values), HTTPStatus.CREATED)

        return answer_once(request, idempotency_key, work, body=values)

    router.post(
        "",
        response={201: schemas.record, **WRITTEN},
        operation_id=f"create_{known.name}",
        summary=f"Add one of the {known.plural}",
    )(_typed(create, schemas.create))


def _add_read(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    @router.get(
        "/{int:record_id}",
        response={200: schemas.record, 304: None, **REFUSALS},
        operation_id=f"read_{known.name}",
        summary=f"Read one of the {known.plural}",
    )
    def read(request: HttpRequest, record_id: int, if_none_match: IfNoneMatch = None) -> HttpResponse:
        actor, now_known = actor_of_request(request), record_type(known.name)
        row = _read(now_known, actor, record_id)
        headers = {"ETag": etag(row.version), "Cache-Control": "private, no-cache"}
        if is_unchanged(if_none_match, row.version):
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return _json(_body(now_known, actor, row), headers=headers)


def _read(known: RecordType, actor: Actor, record_id: int) -> Any:
    """Return a record; the refusal of one that became another says which, to whoever may see that one."""
    try:
        return get_record(known, actor, record_id)
    except NotFoundError:
        into = successor_of(known, actor, record_id)
        if into is None:
            raise
        detail = _("The record you asked for became another one; see `merged_into`.")
        raise ProblemError(HTTPStatus.NOT_FOUND, "not_found", detail, merged_into=into) from None


def _add_update(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
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


def _add_replace(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
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


def _add_delete(router: Router, known: RecordType, _schemas: RecordSchemas) -> None:
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


def _add_bulk(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
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


def _add_history(router: Router, known: RecordType, _schemas: RecordSchemas) -> None:
    @router.get(
        "/{int:record_id}/history",
        response={200: HistoryBody, **REFUSALS},
        operation_id=f"read_{known.name}_history",
        summary=f"Read what happened to one of the {known.plural}",
    )
    def history(
        request: HttpRequest,
        record_id: int,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        before: Before = None,
    ) -> HttpResponse:
        actor, now_known = actor_of_request(request), record_type(known.name)
        page = record_history(now_known, actor, record_id, limit=limit, before=before)
        return _json(history_body(page))


def _wanted(known: RecordType, names: str) -> tuple[tuple[FieldDeclaration, ...], bool]:
    """Return the fields a list shall show, and whether nested rows are among them. Raises InvalidError."""
    if not names.strip():
        return known.fields, known.nested is not None
    asked = {name.strip() for name in names.split(",")} - {"", "id", "version"}
    nested = known.nested is not None and known.nested.name in asked
    unknown = asked - set(known.by_name) - ({known.nested.name} if known.nested else set())
    if unknown:
        raise InvalidError({"fields": [f"'{name[:100]}' is not a field" for name in sorted(unknown)]})
    return tuple(field for field in known.fields if field.name in asked), nested


def _bodies(
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


def _body(known: RecordType, actor: Actor, row: Any) -> dict[str, Any]:
    return _bodies(known, actor, [row])[0]


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
    answer = _written(known, actor, written, HTTPStatus.OK)
    return _json(answer.body, headers=answer.headers)


def _plain_fields(known: RecordType, values: dict[str, Any]) -> dict[str, Any]:
    """Nested rows that are null mean: as they are."""
    return {
        name: value for name, value in values.items() if known.nested is None or name != known.nested.name
    }


def _written(known: RecordType, actor: Actor, written: Written, status: HTTPStatus) -> Answer:
    """The record as it stands now; who gave it out of their own sight still sees what was written."""
    try:
        row = get_record(known, actor, written.row.pk)
    except NotFoundError:
        row = written.row
    headers = {"ETag": etag(row.version)}
    if status is HTTPStatus.CREATED:
        headers["Location"] = f"{ROOT}/{known.plural}/{row.pk}"
    if written.changeset is not None:
        headers[CHANGESET_HEADER] = str(written.changeset.pk)
    return Answer(status, _body(known, actor, row), headers)


def _json(body: Any, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with values that are plain already: a schema would only walk through them again."""
    return JsonResponse(
        body, headers=dict(headers or {}), safe=False, json_dumps_params={"ensure_ascii": False}
    )
