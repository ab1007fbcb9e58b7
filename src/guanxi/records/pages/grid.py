"""A block of cells pasted into a list: one request, one change set, and an answer for every cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import undo_address
from guanxi.access.signin import signed_in
from guanxi.records.declaration import RecordType
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.pages.listing import Line, choices_of, line_of
from guanxi.records.presentation import shown
from guanxi.records.queries import get_records
from guanxi.records.services.pasting import BlockRow, Pasted, Refused, paste_block
from guanxi.records.values import shows_sensitive


@signed_in
@require_POST
def paste(request: ActorRequest, known: RecordType) -> HttpResponseBase:
    """Write a block; answer the rows as they stand now, drawn, and every cell that was refused with its reason.

    Takes `{"names": […], "rows": [{"id", "version", "texts": […]}], "columns": "a,b",
    "left_out": {"rows": 0, "columns": 0}}`: `columns` are those of the list, `left_out` counts what of the block found
    no place in it.
    """
    try:
        names, block, given = _read(request.body)
        pasted = paste_block(actor=request.actor, known=known, names=names, block=block, now=timezone.now())
    except InvalidError as error:
        return JsonResponse(
            {"detail": " ".join(error.texts)}, status=422, content_type="application/problem+json"
        )
    columns = tuple(name for name in str(given.get("columns", "")).split(",") if name in known.by_name)
    asked = ListQuery(known, columns=columns)
    rows = get_records(known, request.actor, [line.record_id for line in block])
    choices = choices_of(asked.fields, request.actor)
    return JsonResponse(
        {
            "message": " ".join(_told(pasted, given.get("left_out"))),
            "undoUrl": undo_address(pasted.changeset),
            "rows": [_drawn(line_of(known, row, asked.fields, request.actor, choices)) for row in rows],
            "refused": _explained(known, pasted.refused, rows, request.actor),
        }
    )


def _read(body: bytes) -> tuple[list[str], list[BlockRow], Mapping[str, Any]]:
    """The block of a request. Raises InvalidError."""
    try:
        given = json.loads(body)
        names = [str(name) for name in given["names"]]
        block = [
            BlockRow(int(line["id"]), int(line["version"]), [str(text) for text in line["texts"]])
            for line in given["rows"]
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidError({"block": [_("This is no block of cells.")]}) from error
    if any(not 0 <= number < 2**63 for line in block for number in (line.record_id, line.version)):
        raise InvalidError({"block": [_("This is no block of cells.")]})
    return names, block, given


def _told(pasted: Pasted, left_out: object) -> list[str]:
    """What happened, in sentences."""
    written = ngettext("%(count)s cell was written.", "%(count)s cells were written.", pasted.cells)
    told = [written % {"count": pasted.cells}]
    if pasted.refused:
        count = len(pasted.refused)
        refused = ngettext(
            "%(count)s was not: its reason stands on it.",
            "%(count)s were not: the reason stands on each.",
            count,
        )
        told.append(refused % {"count": count})
    rows, columns = _counted(left_out, "rows"), _counted(left_out, "columns")
    if rows:
        below = ngettext(
            "%(count)s row did not fit below the last row.",
            "%(count)s rows did not fit below the last row.",
            rows,
        )
        told.append(below % {"count": rows})
    if columns:
        beside = ngettext(
            "%(count)s column did not fit beside the last column.",
            "%(count)s columns did not fit beside the last column.",
            columns,
        )
        told.append(beside % {"count": columns})
    return told


def _counted(left_out: object, name: str) -> int:
    found = left_out.get(name) if isinstance(left_out, dict) else 0
    return found if isinstance(found, int) and found > 0 else 0


def _drawn(line: Line) -> dict[str, Any]:
    return {"id": line.row.pk, "version": line.row.version, "title": line.title, "cells": line.cells}


def _explained(
    known: RecordType, refused: Sequence[Refused], rows: Sequence[Any], actor: Actor
) -> list[dict[str, Any]]:
    """The refused cells, with what stands there now."""
    by_id = {row.pk: row for row in rows}
    return [
        {**asdict(found), "current": _current(known, by_id.get(found.record_id), found.name, actor)}
        for found in refused
    ]


def _current(known: RecordType, row: Any, name: str, actor: Actor) -> str:
    field = known.by_name.get(name)
    if row is None or field is None:
        return ""
    return shown(row, field, unmasked=shows_sensitive(row, actor))
