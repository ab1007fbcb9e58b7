"""A list as a file."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.conditions.tree import Condition
from guanxi.records.declaration import RecordType
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.queries import parse_where
from guanxi.records.services.export import FORMATS, export_rows


@signed_in
@require_GET
def export_list(request: ActorRequest, known: RecordType, file_format: str) -> HttpResponseBase:
    """Answer the rows of a list (`where`, `q`) with its columns, or `columns=all`, as csv or xlsx."""
    asked = ListQuery.read(known, request.GET)
    columns = () if request.GET.get("columns") == "all" else [field.name for field in asked.fields]
    try:
        where = parse_where(asked.where, known)
        return file_answer(request, known, where, file_format, columns=columns, text=asked.text)
    except ConditionError as error:
        return HttpResponse(explain(error), status=422, content_type="text/plain; charset=utf-8")


def file_answer(
    request: ActorRequest,
    known: RecordType,
    where: Condition,
    file_format: str,
    *,
    columns: Sequence[str],
    text: str = "",
    ids: Sequence[int] | None = None,
) -> HttpResponseBase:
    """Answer a file of records, sent as it is written. Raises Http404 for a format there is not."""
    if file_format not in FORMATS:
        raise Http404
    now = timezone.now()
    chunks = export_rows(
        known, request.actor, where, columns=columns, form=file_format, now=now, text=text, ids=ids
    )
    name = f"{known.plural}-{timezone.localdate(now).isoformat()}.{file_format}"
    return StreamingHttpResponse(
        chunks,
        content_type=FORMATS[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
