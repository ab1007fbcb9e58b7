"""The routes of the files that custom fields hold: sent one by one, read by whoever sees the record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import File, Router, Schema, UploadedFile

from guanxi.access.api import REFUSALS, Problem, actor_of_request
from guanxi.access.errors import InvalidError, NotFoundError
from guanxi.records.api.preconditions import IfMatch, etag, required_version
from guanxi.records.api.schemas import RecordSchemas
from guanxi.records.custom.files import discard_file, keep_file
from guanxi.records.declaration import Kind, RecordType, record_type
from guanxi.records.downloads import file_answer
from guanxi.records.queries import get_record
from guanxi.records.services import update_record

CONDITIONAL: dict[int, type[Schema]] = {**REFUSALS, 409: Problem, 412: Problem, 428: Problem}


class FileBody(Schema):
    """A file as its record tells of it; `key` is its own name in the home."""

    key: str
    name: str
    size: int
    type: str


def add_files(router: Router, known: RecordType, _schemas: RecordSchemas) -> None:
    """Add the routes of a type's files."""

    @router.get(
        "/{int:record_id}/files/{field}",
        response={200: None, **REFUSALS},
        operation_id=f"read_{known.name}_file",
        summary=f"Download the file in a field of one of the {known.plural}",
    )
    def read(request: HttpRequest, record_id: int, field: str) -> HttpResponseBase:
        return file_answer(record_type(known.name), actor_of_request(request), record_id, field)

    @router.post(
        "/{int:record_id}/files/{field}",
        response={200: FileBody, **CONDITIONAL},
        operation_id=f"send_{known.name}_file",
        summary=f"Put a file into a field of one of the {known.plural}",
        description="`PATCH` the field with null to take it away.",
    )
    def send(
        request: HttpRequest,
        record_id: int,
        field: str,
        file: File[UploadedFile],
        if_match: IfMatch = None,
    ) -> HttpResponse:
        return _send(request, record_type(known.name), record_id, field, file, if_match)


def _send(
    request: HttpRequest,
    known: RecordType,
    record_id: int,
    name: str,
    file: UploadedFile,
    if_match: str | None,
) -> HttpResponse:
    actor = actor_of_request(request)
    row = get_record(known, actor, record_id)
    field = known.by_name.get(name)
    if field is None or field.kind is not Kind.FILE:
        raise NotFoundError
    version = required_version(if_match, row.version)
    try:
        kept = keep_file(file)
    except ValidationError as error:
        raise InvalidError({name: list(error.messages)}) from error
    try:
        written = update_record(
            actor=actor,
            known=known,
            record_id=record_id,
            values={name: kept},
            version=version,
            now=timezone.now(),
        )
    except BaseException:
        discard_file(kept)
        raise
    return JsonResponse(kept.to_json(), headers={"ETag": etag(written.row.version)})
