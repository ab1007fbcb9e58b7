"""The file that a record holds in a field, as an answer that browsers save and never show."""

from __future__ import annotations

from django.http import FileResponse

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, NotFoundError
from guanxi.records.custom.files import open_file
from guanxi.records.declaration import Kind, RecordType
from guanxi.records.queries import get_record
from guanxi.records.values import raw_value, shows_sensitive


def file_answer(known: RecordType, actor: Actor, record_id: int, name: str) -> FileResponse:
    """Return the file. Raises NotFoundError where there is none to be seen, ForbiddenError for a masked one."""
    row = get_record(known, actor, record_id)
    field = known.by_name.get(name)
    if field is None or field.kind is not Kind.FILE:
        raise NotFoundError
    if field.sensitive and not shows_sensitive(row, actor):
        raise ForbiddenError
    kept = raw_value(row, field)
    if kept is None:
        raise NotFoundError
    try:
        opened = open_file(kept)
    except FileNotFoundError as error:
        raise NotFoundError from error
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(
        opened, as_attachment=True, filename=kept["name"], content_type=kept["type"], headers=headers
    )
