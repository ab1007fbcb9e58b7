"""The files of a record: sent with its form, downloaded by whoever sees what they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.views.decorators.http import require_GET

from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.records.custom.files import KeptFile, discard_file, keep_file
from guanxi.records.declaration import Kind, RecordType
from guanxi.records.downloads import file_answer


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
        _refuse(faults)
        yield found
    except BaseException:
        for kept in found.values():
            if isinstance(kept, KeptFile):
                discard_file(kept)
        raise


def _refuse(faults: dict[str, list[str]]) -> None:
    if faults:
        raise InvalidError(faults)


@signed_in
@require_GET
def download(request: ActorRequest, known: RecordType, record_id: int, name: str) -> HttpResponseBase:
    """Answer the file a record holds in a field, to be saved, never shown in the page."""
    return file_answer(known, request.actor, record_id, name)
