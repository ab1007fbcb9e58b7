"""Imports over HTTP: a file goes in, a job comes back; the rows that were not taken come as a file."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema, UploadedFile
from pydantic import Field

from guanxi.access.api import REFUSALS, Answer, IdempotencyKey, actor_of_request, answer_once
from guanxi.access.errors import InvalidError
from guanxi.imports.calc.header_words import FIELDS
from guanxi.imports.models import Decision, Import
from guanxi.imports.queries import candidates_now, get_import, imports_visible_to, open_reviews
from guanxi.imports.services import (
    decide_review,
    name_columns,
    receive_file,
    rejected_file,
    set_options,
    start_check,
    start_import,
    undo_import,
    use_sender,
)
from guanxi.jobs.api import JobBody, job_body

router = Router(tags=["imports"])


class ImportForm(Schema):
    """What may be said beside the file; all of it is guessed where it is not said."""

    type: Annotated[
        str,
        Field(
            description="What the rows are: customer; or contact, interaction, order beside customers who are there."
        ),
    ] = "customer"
    sheet: Annotated[str, Field(description="The sheet of a workbook; hidden ones too.")] = ""
    map: Annotated[
        str,
        Field(
            description="JSON object: column name → field. Columns not named keep their guess; an empty field leaves a "
            f"column out. Fields: {', '.join(FIELDS)}."
        ),
    ] = ""
    key: Annotated[
        str, Field(description="Field that decides who is who; differing values are then overwritten.")
    ] = ""
    region: Annotated[
        str, Field(description="Whose telephone numbers stand without a country code: CN, KR …")
    ] = ""
    currency: Annotated[str, Field(description="The currency of amounts that name none.")] = ""
    date_order: Annotated[str, Field(description="dmy, mdy or ymd, for dates that could be either.")] = ""
    on_fault: Annotated[str, Field(description="reject the row, or leave the cell blank.")] = "reject"
    city: Annotated[str, Field(description="Where addresses without a city are.")] = ""
    sender: Annotated[
        str, Field(description="Read the list as those of this sender, remembered in the browser.")
    ] = ""
    constants: Annotated[
        str, Field(description="JSON object: field → text for the rows that say nothing of their own.")
    ] = ""
    rules: Annotated[
        str,
        Field(
            description="JSON list of rules for the cells of a column: {column: 0-based index, action: replace | "
            "substitute | prefix | fill | blank | note, match | fault, text}."
        ),
    ] = ""
    dry_run: Annotated[bool, Field(description="Only look for faults; write nothing.")] = False


class ImportBody(Schema):
    """One file that came in."""

    id: int
    name: str
    header: list[str]
    mapping: dict[str, str]
    job: int | None
    changeset: int | None
    undone: bool
    counts: dict[str, int]


def import_body(source: Import) -> dict[str, Any]:
    """Return an import as the API shows it."""
    header = source.header
    return {
        "id": source.pk,
        "name": source.name,
        "header": header,
        "mapping": {header[int(column)]: field for column, field in source.mapping.items()},
        "job": source.job_id,
        "changeset": source.changeset_id,
        "undone": source.is_undone,
        "counts": source.counts,
    }


@router.post(
    "", response={202: JobBody, **REFUSALS}, operation_id="import_file", summary="Import a spreadsheet"
)
def create_import(
    request: HttpRequest,
    file: File[UploadedFile],
    form: Form[ImportForm],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Rows are matched with customers who are there; the same file again changes nothing.

    The job's result: `{rows, added, updated, merged, unchanged, rejected: [{row, column, reason}], needs_review}`.
    """
    actor = actor_of_request(request)

    def work() -> Answer:
        now = timezone.now()
        source = receive_file(
            actor=actor, file=file, name=file.name or "", now=now, sheet=form.sheet, record_type=form.type
        )
        if form.sender:
            use_sender(actor=actor, import_id=source.pk, name=form.sender)
        if form.map:
            name_columns(actor=actor, import_id=source.pk, pairs=_pairs(form.map).items())
        set_options(actor=actor, import_id=source.pk, options=_options(form))
        start = start_check if form.dry_run else start_import
        job = start(actor=actor, import_id=source.pk, now=now)
        return Answer(HTTPStatus.ACCEPTED, job_body(job), {"Location": f"/api/v1/jobs/{job.pk}"})

    return answer_once(request, idempotency_key, work, body=_said(file, form))


def _said(file: UploadedFile, form: ImportForm) -> dict[str, object]:
    """What the request says, whatever boundary its parts are sent with."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return {"name": file.name, "sha256": digest.hexdigest(), **form.dict()}


def _options(form: ImportForm) -> dict[str, Any]:
    """What the form says of how the list is read; a field that is left empty says nothing."""
    said = form.dict(include={"key", "region", "currency", "date_order", "on_fault", "city"})
    read = {name: _json(text) for name in ("constants", "rules") if (text := getattr(form, name))}
    return {**{name: value for name, value in said.items() if value}, **read}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _pairs(text: str) -> dict[str, str]:
    found = _json(text)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InvalidError({"map": ['write a JSON object such as {"客户名称": "name"}']})
    return found


@router.get(
    "", response={200: list[ImportBody], **REFUSALS}, operation_id="list_imports", summary="List imports"
)
def list_imports(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[dict[str, Any]]:
    """One's own, newest first; administrators see all."""
    return [import_body(found) for found in imports_visible_to(actor_of_request(request))[:limit]]


@router.get(
    "/{int:import_id}",
    response={200: ImportBody, **REFUSALS},
    operation_id="read_import",
    summary="Read an import",
)
def read_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """Who brought the file in sees it, and administrators."""
    return import_body(get_import(actor_of_request(request), import_id))


@router.get(
    "/{int:import_id}/rejected",
    operation_id="read_rejected_rows",
    summary="Rows that were not taken, as a file",
)
def read_rejected(request: HttpRequest, import_id: int) -> HttpResponse:
    """In the format and encoding of the file that came in, with the reasons in a last column."""
    found = rejected_file(actor=actor_of_request(request), import_id=import_id)
    response = HttpResponse(found.content, content_type=found.content_type)
    response.headers["Content-Disposition"] = found.disposition
    return response


class UndoneBody(Schema):
    """What an undo did."""

    changeset: int
    taken_back: dict[str, int]
    kept: dict[str, list[int]]


@router.post(
    "/{int:import_id}/undo",
    response={200: UndoneBody, **REFUSALS},
    operation_id="undo_import",
    summary="Undo an import",
)
def undo(request: HttpRequest, import_id: int, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Take back what the file brought, and what was decided about its doubtful rows."""
    actor = actor_of_request(request)

    def work() -> Answer:
        undone = undo_import(actor=actor, import_id=import_id, now=timezone.now())
        body = {
            "changeset": undone.changeset.pk,
            "taken_back": dict(undone.taken_back),
            "kept": {name: list(ids) for name, ids in undone.kept.items()},
        }
        return Answer(HTTPStatus.OK, body)

    return answer_once(request, idempotency_key, work)


class ReviewBody(Schema):
    """A row that may be a customer who is there already."""

    id: int
    source: Annotated[int, Field(alias="import")]
    row: int
    reason: str
    values: dict[str, str]
    candidates: list[int]


class DecidedBody(Schema):
    """What came of a decision."""

    id: int
    record: int | None
    changeset: int | None


class DecisionBody(Schema):
    """What a person says about it."""

    decision: Annotated[str, Field(pattern="^(separate|same|skip)$")]
    customer: int | None = None


@router.get(
    "/review",
    response={200: list[ReviewBody], **REFUSALS},
    by_alias=True,
    operation_id="list_reviews",
    summary="List doubtful rows",
)
def list_reviews(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[dict[str, Any]]:
    """Rows of one's imports that wait for a decision, oldest first."""
    items = list(open_reviews(actor_of_request(request))[:limit])
    candidates = candidates_now(items)
    return [
        {
            "id": found.pk,
            "import": found.row.source_id,
            "row": found.row.number,
            "reason": found.reason,
            "values": {
                name: str(cell)
                for name, cell in zip(found.row.source.header, found.row.raw, strict=False)
                if cell is not None
            },
            "candidates": candidates[found.pk],
        }
        for found in items
    ]


@router.post(
    "/review/{int:review_id}", response={200: DecidedBody, **REFUSALS}, operation_id="decide_review",
    summary="Decide about a doubtful row",
)  # fmt: skip
def decide(
    request: HttpRequest, review_id: int, payload: DecisionBody, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Keep it as a customer of its own (`separate`), join it to a candidate (`same`), or leave it out (`skip`)."""
    actor = actor_of_request(request)

    def work() -> Answer:
        done = decide_review(
            actor=actor,
            review_id=review_id,
            decision=Decision(payload.decision),
            customer_id=payload.customer,
            now=timezone.now(),
        )
        return Answer(
            HTTPStatus.OK,
            {"id": done.pk, "record": done.row.record_id, "changeset": done.changeset_id},
        )

    return answer_once(request, idempotency_key, work, body=payload.dict())
