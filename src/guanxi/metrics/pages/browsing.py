"""All metrics, and one of them: what it says, how it is spread, who stands at its ends, where it is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.conditions.tree import IsEmpty, negate
from guanxi.jobs.calc import percent
from guanxi.jobs.queries import get_job
from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.definitions import Metric, Unit
from guanxi.metrics.figures import Figures, figures_of
from guanxi.metrics.models import TeamMetric
from guanxi.metrics.pages.drawing import drawn_spread, shown_in
from guanxi.metrics.pages.words import UNITS, meaning
from guanxi.metrics.queries import last_refresh
from guanxi.metrics.services.definitions import may_define, request_refresh
from guanxi.metrics.team import definitions_of, label_of, team_metrics
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.presentation import shown
from guanxi.records.queries import list_page
from guanxi.records.usage import views_speaking_of

ENDS = 5


@signed_in
@require_GET
def all_metrics(request: ActorRequest) -> HttpResponse:
    """Show the metrics there are; their figures come after the page."""
    known = record_type("customer")
    rows = list(team_metrics())
    own = [
        {**_told(metric, known), "row": row, "label": label_of(row)}
        for row, metric in zip(rows, definitions_of(rows), strict=True)
    ]
    context = {
        "own": own,
        "built_in": [_told(metric, known) for metric in BUILT_IN],
        "refreshed": last_refresh(),
        "may_define": may_define(request.actor),
        "may_refresh": not request.actor.read_only and request.actor.manages,
    }
    return render(request, "metrics/list.html", context)


def _told(metric: Metric, known: RecordType) -> dict[str, Any]:
    field = known.by_name.get(metric.name)
    return {
        "name": metric.name,
        "label": field.label if field else metric.label or metric.name,
        "meaning": meaning(metric, known),
        "unit": UNITS[metric.unit],
    }


@signed_in
@require_GET
def figures(request: ActorRequest) -> HttpResponse:
    """Answer the figures of all metrics over the customers the reader sees, as cells for the list."""
    rows = list(team_metrics())
    metrics = (*definitions_of(rows), *BUILT_IN)
    found = figures_of(request.actor, metrics)
    lines = [{"name": metric.name, **_line(metric, found.get(metric.name))} for metric in metrics]
    return render(request, "metrics/figures.html", {"lines": lines})


def _line(metric: Metric, found: Figures | None) -> dict[str, Any]:
    if found is None or found.spread is None:
        return {"count": found.count if found else 0}
    spread = found.spread
    smallest, median, largest = (
        shown_in(value, metric.unit, found.currency)
        for value in (spread.smallest, spread.median, spread.largest)
    )
    return {"count": found.count, "smallest": smallest, "median": median, "largest": largest}


@signed_in
@require_GET
def one_metric(request: ActorRequest, name: str) -> HttpResponse:
    """Show a metric."""
    known = record_type("customer")
    row = team_metrics().filter(name=name).first()
    metric = _metric_named(name, row)
    found = figures_of(request.actor, [metric]).get(name)
    context = {
        "metric": metric,
        "row": row,
        "told": _told(metric, known) | ({"label": label_of(row)} if row else {}),
        "found": found,
        "spread": drawn_spread(found.spread, metric.unit, found.currency) if found and found.spread else None,
        "top": _ends(request, known, metric, "-"),
        "bottom": _ends(request, known, metric, ""),
        "views": views_speaking_of(request.actor, record_type("customer"), name),
        "refreshed": last_refresh(),
        "may_define": may_define(request.actor),
        "known": known,
    }
    return render(request, "metrics/metric.html", context)


def _metric_named(name: str, row: TeamMetric | None) -> Metric:
    metrics: Iterable[Metric] = definitions_of([row]) if row else BUILT_IN
    found = next((metric for metric in metrics if metric.name == name), None)
    if found is None:
        raise Http404
    return found


def _ends(request: ActorRequest, known: RecordType, metric: Metric, sign: str) -> list[dict[str, Any]]:
    """The visible customers with the largest (`-`) or smallest values."""
    field = known.by_name.get(metric.name)
    if field is None or not field.sortable or metric.unit is Unit.TEXT:
        return []
    actor = request.actor
    page = list_page(
        known,
        actor,
        context=Context(now=timezone.now(), zone=actor.zone),
        where=negate(IsEmpty(metric.name)),
        order=f"{sign}{metric.name}",
        limit=ENDS,
        fields=[known.by_name[field.currency]] if field.currency else [],
    )
    return [{"id": row.pk, "name": row.name, "value": shown(row, field, unmasked=False)} for row in page.rows]


@signed_in
@require_POST
def refresh_now(request: ActorRequest) -> HttpResponse:
    """Ask for a refresh, and show how far it is."""
    job = request_refresh(actor=request.actor, now=timezone.now())
    if not request.htmx:
        return redirect("metrics_refreshing", job_id=job.pk)
    return render(request, "metrics/refreshing_work.html", {"job": job, "percent": None, "inside": "editor"})


@signed_in
@require_GET
def refreshing(request: ActorRequest, job_id: int) -> HttpResponse:
    """Show how far a refresh is; the answer for one that is over asks no more."""
    job = get_job(request.actor, job_id)
    template = "metrics/refreshing_work.html" if request.htmx else "metrics/refreshing.html"
    inside = request.GET.get("inside", "")
    return render(request, template, {"job": job, "percent": percent(job.done, job.total), "inside": inside})
