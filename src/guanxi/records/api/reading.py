"""The routes that read records of a type: the list, one record, its history, and who may see it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from guanxi.access.api import (
    REFUSALS,
    ProblemError,
    actor_of_request,
)
from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError, NotFoundError
from guanxi.conditions.context import Context
from guanxi.records.api.answers import bodies_of, body_of, json_answer
from guanxi.records.api.history import HistoryBody, history_body
from guanxi.records.api.preconditions import IfNoneMatch, etag, is_unchanged
from guanxi.records.api.schemas import RecordSchemas
from guanxi.records.declaration import FieldDeclaration, RecordType, record_type
from guanxi.records.history import record_history
from guanxi.records.queries import get_record, list_page, parse_where
from guanxi.records.successors import successor_of

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


def add_list(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    """Add the list."""

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
            with_related=False,
        )
        items = bodies_of(now_known, actor, page.rows, wanted, nested=nested)
        return json_answer({"items": items, "next": page.next, "count": page.count})


def add_read(router: Router, known: RecordType, schemas: RecordSchemas) -> None:
    """Add the reading of one record."""

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
        return json_answer(body_of(now_known, actor, row), headers=headers)


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


def add_history(router: Router, known: RecordType, _schemas: RecordSchemas) -> None:
    """Add the history of one record."""

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
        return json_answer(history_body(page))


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
