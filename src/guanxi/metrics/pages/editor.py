"""Defining a metric: the form, the preview beside it, and what keeps it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, StaleError
from guanxi.access.middleware import ActorRequest
from guanxi.access.models import ChangeSet
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.metrics.calc.definitions import Metric
from guanxi.metrics.calc.json_form import from_json
from guanxi.metrics.engine.shapes import shapes_of
from guanxi.metrics.facts import facts
from guanxi.metrics.models import TeamMetric
from guanxi.metrics.pages.choosing import choices_for, settled
from guanxi.metrics.pages.drawing import drawn_preview
from guanxi.metrics.pages.form import NEW, MetricForm, suggested_name
from guanxi.metrics.pages.words import column_label, faults_in_words, meaning
from guanxi.metrics.previews import NeverFedError, NoPreviewError, TooSlowError, preview_metric
from guanxi.metrics.services.definitions import (
    archive_metric,
    change_metric,
    checked_metric,
    define_metric,
    may_define,
)
from guanxi.metrics.team import every_metric, team_metric_named
from guanxi.records.declaration import record_type

READ_OR_SEND = ("GET", "HEAD", "POST")
TYPED = frozenset({"label", "name", "condition", "count", "back", "quantile", "minimum"})
"""Fields that somebody types in: the others are not drawn anew under their hands."""


@signed_in
@require_http_methods(READ_OR_SEND)
def new_metric(request: ActorRequest) -> HttpResponse:
    """Show the form of a new metric, and keep it."""
    return _edit(request, None)


@signed_in
@require_http_methods(READ_OR_SEND)
def edit_metric(request: ActorRequest, name: str) -> HttpResponse:
    """Show the form of one of the team's metrics, and keep what was changed."""
    return _edit(request, team_metric_named(name))


def _edit(request: ActorRequest, row: TeamMetric | None) -> HttpResponse:
    if not may_define(request.actor):
        raise ForbiddenError
    if request.method == "POST":
        return _keep(request, row)
    form = (
        MetricForm.of_metric(from_json(row.definition))
        if row
        else MetricForm.read({**NEW, **request.GET.dict()})
    )
    return render(request, "metrics/editor.html", _context(form, row))


def _keep(request: ActorRequest, row: TeamMetric | None) -> HttpResponse:
    form = settled(MetricForm.read(request.POST), _others(row))
    try:
        kept, changeset = _kept(request, form, row)
    except InvalidError as error:
        return render(request, "metrics/editor.html", _context(form, row, faults_in_words(error)), status=422)
    except ConflictError as error:
        return _refused(request, form, row, str(error))
    except StaleError:
        said = _("Somebody else has changed it meanwhile. Open it again to see what it says now.")
        return _refused(request, form, row, said)
    if changeset is not None:
        said = _("%(name)s is a field of the customer now. Its values are being computed.") % {
            "name": kept.label
        }
        say(request, said, changeset=changeset)
    return redirect("metric", name=kept.name)


def _refused(request: ActorRequest, form: MetricForm, row: TeamMetric | None, why: str) -> HttpResponse:
    return render(request, "metrics/editor.html", {**_context(form, row), "refusal": why}, status=409)


def _kept(
    request: ActorRequest, form: MetricForm, row: TeamMetric | None
) -> tuple[TeamMetric, ChangeSet | None]:
    now = timezone.now()
    if row is None:
        return define_metric(actor=request.actor, definition=form.definition(), now=now)
    version = request.POST.get("version", "")
    return change_metric(
        actor=request.actor,
        name=row.name,
        definition={**form.definition(), "name": row.name},
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        now=now,
    )


def _others(row: TeamMetric | None) -> list[Metric]:
    return [metric for metric in every_metric() if row is None or metric.name != row.name]


def _context(
    form: MetricForm, row: TeamMetric | None, faults: dict[str, str] | None = None
) -> dict[str, Any]:
    others = _others(row)
    form = settled(form, others)
    return {
        "form": form,
        "metric": row,
        "choices": choices_for(form, others, record_type("customer")),
        "faults": faults or {},
        "suggested": suggested_name(form.label),
        "columns": _columns(form),
        "example": "total > 10000",
    }


def _columns(form: MetricForm) -> list[tuple[str, str]]:
    """The fields that the condition may speak of."""
    shape = shapes_of(facts()).get(form.fact)
    return [(name, column_label(form.fact, name)) for name in shape.schema.fields] if shape else []


@signed_in
@require_POST
def try_metric(request: ActorRequest) -> HttpResponse:
    """Compute what stands in the form, and tell beside which field it is wrong; nothing is kept.

    Whoever looks may ask: it is told of the customers they see.
    """
    instead_of = request.POST.get("instead_of", "")
    row = team_metric_named(instead_of) if instead_of else None
    context = _context(MetricForm.read(request.POST), row)
    form: MetricForm = context["form"]
    definition = form.definition()
    unnamed = {"name": definition["name"] or "unnamed", "label": form.label or _("Without a name yet")}
    if row is not None:
        unnamed["name"] = row.name
    try:
        metric = checked_metric({**definition, **unnamed}, instead_of=instead_of)
        preview = preview_metric(actor=request.actor, metric=metric, now=timezone.now())
        known = record_type("customer")
        context |= {"meaning": meaning(metric, known), "preview": drawn_preview(preview, known)}
    except InvalidError as error:
        context["faults"] = faults_in_words(error)
    except NeverFedError:
        context["never_fed"] = True
    except NoPreviewError:
        context["trouble"] = _(
            "What a model says is computed with the next refresh; there is no preview of it."
        )
    except TooSlowError:
        context["trouble"] = _(
            "This takes longer than a preview may. It can be kept: the refresh has more time."
        )
    context["draw_fields"] = request.headers.get("HX-Trigger-Name", "") not in TYPED
    return render(request, "metrics/tried.html", context)


@signed_in
@require_POST
def archive(request: ActorRequest, name: str) -> HttpResponse:
    """Take a metric out of use."""
    row = team_metric_named(name)
    try:
        changeset = archive_metric(actor=request.actor, name=name, now=timezone.now())
    except ConflictError as error:
        say(request, str(error), bad=True)
        return redirect("metric", name=name)
    say(request, _("%(name)s is no field any more.") % {"name": row.label}, changeset=changeset)
    return redirect("metrics")
