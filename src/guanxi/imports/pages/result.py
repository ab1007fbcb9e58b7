"""How far an import is, what came of it, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.customers.queries import customers_in
from guanxi.imports.models import Import, Outcome
from guanxi.imports.queries import get_import, kept_by_undo, open_reviews, outcomes_of, rejected_rows
from guanxi.imports.services import comes_back_as_xlsx, rejected_file, undo_import
from guanxi.imports.texts import STEPS, fault_text
from guanxi.jobs.calc import percent
from guanxi.jobs.models import Job
from guanxi.jobs.queries import pace_of
from guanxi.jobs.services import cancel_job, pause_job, resume_job
from guanxi.records.declaration import record_type

SHOWN_REJECTED = 20
SHOWN_KEPT = 50
NAMED = 3


@signed_in
@require_GET
def result_page(request: ActorRequest, import_id: int) -> HttpResponse:
    """Show an import that has begun; a draft goes on where it was left."""
    source = get_import(request.actor, import_id)
    if source.job is None:
        return redirect("imports-check" if source.checked else "imports-columns", source.pk)
    return render(request, "imports/result.html", _context(request, source))


@signed_in
@require_GET
def progress(request: ActorRequest, import_id: int) -> HttpResponse:
    """Answer the part of the page that changes while the job runs."""
    source = get_import(request.actor, import_id)
    return render(request, "imports/result_work.html", _context(request, source))


def _context(request: ActorRequest, source: Import) -> dict[str, Any]:
    job = source.job
    assert job is not None  # noqa: S101 - seen by the callers
    context: dict[str, Any] = {"source": source, "job": job, "step": 4 if not job.is_over else 5}
    if not job.is_over:
        speed = pace_of(job, timezone.now())
        return {
            **context,
            "percent": percent(job.done, job.total),
            "doing": STEPS.get(job.step, ""),
            "done": f"{job.done:,}",
            "total": f"{job.total:,}" if job.total else "",
            "rate": f"{round(speed.rate):,}" if speed.rate else "",
            "left": timedelta(seconds=speed.left) if speed.left else None,
        }
    counts = outcomes_of(source)
    header = source.header
    rejected = [
        {
            "number": row.number,
            "column": header[fault["column"]] if fault["column"] is not None else "",
            "text": fault_text(fault),
        }
        for row in rejected_rows(source)[:SHOWN_REJECTED]
        for fault in row.faults
    ]
    return {
        **context,
        "list_address": f"/{record_type(source.record_type).plural}/?order=-created_at",
        "tally": [(outcome.label, counts.get(outcome.value, 0)) for outcome in Outcome],
        "rejected": rejected,
        "rejected_count": counts.get("rejected", 0),
        "as_xlsx": comes_back_as_xlsx(source) and source.head["format"],
        "kept": kept_by_undo(request.actor, source, SHOWN_KEPT),
        "waiting": open_reviews(request.actor).filter(row__source=source).count(),
    }


@signed_in
@require_POST
def stop(request: ActorRequest, import_id: int) -> HttpResponse:
    """Ask the import to stop after its batch."""
    source = get_import(request.actor, import_id)
    if source.job is not None:
        cancel_job(actor=request.actor, job_id=source.job.pk, now=timezone.now())
    return redirect("imports-result", source.pk)


@signed_in
@require_POST
def pause(request: ActorRequest, import_id: int) -> HttpResponse:
    """Let the import wait after its batch."""
    return _controlled(request, import_id, pause_job)


@signed_in
@require_POST
def go_on(request: ActorRequest, import_id: int) -> HttpResponse:
    """Let a paused, stopped or failed import go on where it was."""
    return _controlled(request, import_id, resume_job)


def _controlled(request: ActorRequest, import_id: int, control: Callable[..., Job]) -> HttpResponse:
    source = get_import(request.actor, import_id)
    if source.is_undone:
        say(request, _("This import was undone."), bad=True)
    elif source.job is not None:
        try:
            control(actor=request.actor, job_id=source.job.pk)
        except ConflictError as error:
            say(request, str(error), bad=True)
    return redirect("imports-result", source.pk)


@signed_in
@require_POST
def undo(request: ActorRequest, import_id: int) -> HttpResponse:
    """Take the import back."""
    try:
        undone = undo_import(actor=request.actor, import_id=import_id, now=timezone.now())
    except ConflictError as error:
        say(request, str(error), bad=True)
        return redirect("imports-result", import_id)
    kept = sum(len(ids) for ids in undone.kept.values())
    if kept:
        message = ngettext(
            "Taken back, but for %(count)s record that was changed since.",
            "Taken back, but for %(count)s records that were changed since.",
            kept,
        ) % {"count": kept}
        say(request, " ".join((message, *_names(request.actor, undone.kept.get("customer", [])))))
    else:
        say(request, _("The import was taken back."))
    return redirect("imports-result", import_id)


def _names(actor: Actor, kept: list[int]) -> list[str]:
    """Name the first of the customers that stay; nothing when there are none."""
    names = [str(row) for row in customers_in(actor, kept[:NAMED]).values()]
    return ["(" + " · ".join(names) + (" …)" if len(kept) > NAMED else ")")] if names else []


@signed_in
@require_GET
def rejected(request: ActorRequest, import_id: int) -> HttpResponse:
    """Send the rows that were not taken, to correct and give back."""
    found = rejected_file(actor=request.actor, import_id=import_id)
    response = HttpResponse(found.content, content_type=found.content_type)
    response.headers["Content-Disposition"] = found.disposition
    return response
