"""The rows as they will come in, each fault in its cell, to be mended where it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.imports.models import Import
from guanxi.imports.own_fields import target_labels
from guanxi.imports.pages.mending import kinds_and_rules
from guanxi.imports.pages.running import begin_check, begin_import
from guanxi.imports.queries import get_import
from guanxi.imports.services import correct_cell
from guanxi.imports.texts import STEPS, fault_text
from guanxi.jobs.calc import percent


@signed_in
@require_GET
def check_page(request: ActorRequest, import_id: int) -> HttpResponse:
    """Show the check's progress, then its preview."""
    source = get_import(request.actor, import_id)
    if source.job_id is not None:
        return redirect("imports-result", source.pk)
    if source.checked is None and source.check_job is None:
        begin_check(request.actor, source.pk, now=timezone.now())
        source = get_import(request.actor, import_id)
    context = {"source": source, "step": 3, **_preview(source), **kinds_and_rules(source, request.actor)}
    job = source.check_job
    if source.checked is None and job is not None:
        context |= {"job": job, "percent": percent(job.done, job.total), "doing": STEPS.get(job.step, "")}
    template = "imports/check_work.html" if request.htmx else "imports/check.html"
    response = render(request, template, context)
    if request.htmx and source.checked is not None:
        response.headers["HX-Refresh"] = "true"
    return response


def _preview(source: Import) -> dict[str, Any]:
    taken = [
        index for index in range(len(source.header)) if source.mapping.get(str(index), "ignore") != "ignore"
    ]
    rows = [
        {"number": row["number"], "cells": [_cell(source, row, column) for column in taken]}
        for row in sorted(source.preview, key=lambda row: not row["faults"])
    ]
    labels = target_labels(source.record_type)
    header = [
        {"name": source.header[column], "field": labels.get(source.mapping[str(column)], "")}
        for column in taken
    ]
    faulty = sum(1 for row in source.preview if row["faults"])
    hidden = max(0, (source.checked or {}).get("faulty", 0) - faulty)
    return {"header": header, "rows": rows, "faulty": faulty, "hidden": hidden}


def _cell(source: Import, row: dict[str, Any], column: int) -> dict[str, Any]:
    value = row["cells"][column] if column < len(row["cells"]) else None
    fault = next((found for found in row["faults"] if found["column"] == column), None)
    return {
        "source": source,
        "row": row["number"],
        "column": column,
        "label": source.header[column],
        "value": "" if value is None else value.isoformat() if isinstance(value, date) else str(value),
        "fault": fault_text(fault) if fault else "",
    }


@signed_in
@require_POST
def mend_cell(request: ActorRequest, import_id: int, row: int, column: int) -> HttpResponse:
    """Write over a cell; answer the cell as it reads now."""
    text = request.POST.get("value", "")
    try:
        source, _read = correct_cell(
            actor=request.actor, import_id=import_id, row=row, column=column, text=text
        )
    except InvalidError as error:
        return HttpResponse(" ".join(error.texts), status=422, content_type="text/plain")
    shown = next(found for found in source.preview if found["number"] == row)
    return render(request, "imports/cell.html", {"cell": _cell(source, shown, column)})


@signed_in
@require_POST
def start(request: ActorRequest, import_id: int) -> HttpResponse:
    """Begin to take the file over."""
    try:
        begin_import(request.actor, import_id, now=timezone.now())
    except InvalidError as error:
        say(request, " ".join(text for found in error.errors.values() for text in found), bad=True)
        return redirect("imports-columns", import_id)
    return redirect("imports-result", import_id)
