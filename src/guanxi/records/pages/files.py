"""The files of a record: sent with its form, downloaded by whoever sees what they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_GET

from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.records.custom.files import KeptFile, discard_file, keep_file, open_file
from guanxi.records.declaration import Kind, RecordType
from guanxi.records.queries import get_record
from guanxi.records.values import raw_value, shows_sensitive


@contextmanager
def uploaded(request: ActorRequest, known: RecordType) -> Iterator[dict[str, object]]:
    """Give what a form says of the file fields: files that were sent, None for one to be taken away.

    What was sent is not kept when what is done with it fails. Raises InvalidError.
    """
    found: dict[str, object] = {}
    faults: dict[str, list[str]] = {}
    try:
        for field in known.editable:
            if field.kind is not Kind.FILE:
                continue
            upload = request.FILES.get(field.name)
            if isinstance(upload, UploadedFile):
                try:
                    found[field.name] = keep_file(upload)
                except ValidationError as error:
                    faults[field.name] = list(error.messages)
            elif request.POST.get(f"remove.{field.name}"):
                found[field.name] = None
        if faults:
            raise InvalidError(faults)
        yield found
    except BaseException:
        for kept in found.values():
            if isinstance(kept, KeptFile):
                discard_file(kept)
        raise


@signed_in
@require_GET
def download(request: ActorRequest, known: RecordType, record_id: int, name: str) -> HttpResponseBase:
    """Answer the file a record holds in a field, to be saved, never shown in the page."""
    row = get_record(known, request.actor, record_id)
    field = known.by_name.get(name)
    if field is None or field.kind is not Kind.FILE:
        raise Http404
    if field.sensitive and not shows_sensitive(row, request.actor):
        raise ForbiddenError
    kept = raw_value(row, field)
    if kept is None:
        raise Http404
    try:
        opened = open_file(kept)
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(
        opened, as_attachment=True, filename=kept["name"], content_type=kept["type"], headers=headers
    )
