"""The pyramid of a scheme: who stands where, what hangs on them, and cuts that can be tried before they count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.calc import may_administer
from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.jobs.queries import get_job
from guanxi.metrics.queries import last_refresh
from guanxi.models.concentration import pareto_curve, share_of_top
from guanxi.records.declaration import record_type
from guanxi.records.pages.facets import facets_of
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.queries import matching, parse_where, search
from guanxi.tiers.models import Scheme
from guanxi.tiers.presentation import (
    curve_path,
    drawn_moves,
    drawn_steps,
    shown_percent,
    steps_of_run,
)
from guanxi.tiers.queries import contributions, currencies, pyramid, scheme_named, schemes
from guanxi.tiers.services import request_rating, run_scheme

CURVE = (320, 180)


@signed_in
@require_GET
def scheme_page(request: ActorRequest, key: str) -> HttpResponse:
    """Show the pyramid of a scheme over the customers the reader sees, within the filter carried along."""
    scheme = scheme_named(key)
    known = record_type("customer")
    asked = ListQuery.read(known, request.GET)
    context: dict[str, Any] = {
        "scheme": scheme,
        "schemes": schemes(),
        "known": known,
        "asked": asked,
        "refreshed": last_refresh(),
        "may_rate": request.actor.manages and not request.actor.read_only,
    }
    try:
        where = parse_where(asked.where, known)
        moment = Context(now=timezone.now(), zone=request.actor.zone)
        rows = search(matching(known, request.actor, where, moment), known, request.actor, asked.text)
    except ConditionError as error:
        return render(request, "tiers/scheme.html", {**context, "fault": explain(error)}, status=422)
    steps = pyramid(scheme, rows)
    money = currencies(steps)
    currency = _one_of(money, request.GET.get("currency", ""))
    carried = asked.parameters(order="", columns=(), view="")
    context |= {
        "facets": facets_of(known, where, request.actor),
        "steps": drawn_steps(scheme, steps, currency, carried),
        "rated": sum(step.customers for step in steps if step.tier),
        "customers": sum(step.customers for step in steps),
        "currencies": money,
        "currency": currency,
        "is_cut": scheme.rule.get("kind") == "cuts",
        **_editor(scheme, request, scheme.rule.get("cuts", ())),
        **_concentration(contributions(rows, currency)),
    }
    return render(request, "tiers/scheme.html", context)


def _one_of(names: Sequence[str], wanted: str) -> str:
    return wanted if wanted in names else next(iter(names), "")


def _concentration(values: Sequence[Any]) -> dict[str, Any]:
    """The Pareto curve and what it says in one sentence."""
    curve = pareto_curve(values)
    share = share_of_top(values)
    return {
        "curve": curve_path(curve, *CURVE) if len(values) > 1 and curve else "",
        "curve_width": CURVE[0],
        "curve_height": CURVE[1],
        "curve_fifth": CURVE[0] / 5,
        "top_share": shown_percent(100 * share) if share is not None else "",
    }


def _editor(scheme: Scheme, request: ActorRequest, cuts: Sequence[object]) -> dict[str, Any]:
    codes = [tier.code for tier in scheme.tiers.all()]
    return {
        "cuts": [{"code": code, "value": str(cut)} for code, cut in zip(codes, cuts, strict=False)],
        "may_apply": may_administer(request.actor),
    }


@signed_in
@require_GET
def preview(request: ActorRequest, key: str) -> HttpResponse:
    """Show who would move under other cuts; nothing is written."""
    scheme = scheme_named(key)
    cuts = _asked_cuts(request.GET)
    context: dict[str, Any] = {"scheme": scheme, **_editor(scheme, request, cuts)}
    try:
        run = run_scheme(actor=request.actor, scheme=key, apply=False, now=timezone.now(), cuts=cuts)
    except InvalidError:
        context["fault"] = _("Each cut lies above the one before, between 0 and 100 %.")
        return render(request, "tiers/editor.html", context, status=422)
    steps = steps_of_run(scheme, run)
    currency = _one_of(currencies(steps), request.GET.get("currency", ""))
    context |= {
        "run": run,
        "currency": currency,
        "steps": drawn_steps(scheme, steps, currency, {})[:-1],
        "moves": drawn_moves(scheme, run.moves, currency),
        "is_new": run.moved or [str(cut) for cut in cuts] != scheme.rule.get("cuts"),
    }
    return render(request, "tiers/editor.html", context)


def _asked_cuts(given: QueryDict) -> list[str]:
    """The cuts as written; a slider that was moved counts before its number, in whole percent."""
    numbers, slides, before = (given.getlist(name) for name in ("cuts", "slide", "was"))
    moved = dict(enumerate(_whole(slide) for slide in slides))
    return [
        moved[place] if place < len(before) and place in moved and slides[place] != before[place] else number
        for place, number in enumerate(numbers)
    ]


def _whole(text: str) -> str:
    try:
        return str(round(float(text)))
    except (ValueError, OverflowError):
        return text


@signed_in
@require_POST
def apply(request: ActorRequest, key: str) -> HttpResponse:
    """Keep the cuts and move the customers."""
    cuts = request.POST.getlist("cuts") or None
    try:
        run = run_scheme(actor=request.actor, scheme=key, apply=True, now=timezone.now(), cuts=cuts)
    except InvalidError as error:
        say(request, " ".join(text for found in error.errors.values() for text in found), bad=True)
        return redirect("tiers_scheme", key=key)
    told = ngettext("%(count)d customer moved", "%(count)d customers moved", run.moved) % {"count": run.moved}
    say(request, told, changeset=run.changeset)
    return redirect("tiers_scheme", key=key)


@signed_in
@require_POST
def rate(request: ActorRequest, key: str) -> HttpResponse:
    """Compute metrics and tiers anew, as a job."""
    job = request_rating(actor=request.actor, now=timezone.now())
    return redirect("tiers_rating", key=key, job_id=job.pk)


@signed_in
@require_GET
def rating(request: ActorRequest, key: str, job_id: int) -> HttpResponse:
    """Show how far the computation is; the page asks again until it is over."""
    job = get_job(request.actor, job_id)
    context = {"scheme": scheme_named(key), "job": job}
    if not request.htmx:
        return render(request, "tiers/rating.html", context)
    response = render(request, "tiers/rating_work.html", context)
    if job.is_over and not job.error:
        response["HX-Redirect"] = f"/tiers/{key}/"
    return response


urlpatterns = [
    path("tiers/<slug:key>/", scheme_page, name="tiers_scheme"),
    path("tiers/<slug:key>/preview/", preview, name="tiers_preview"),
    path("tiers/<slug:key>/apply/", apply, name="tiers_apply"),
    path("tiers/<slug:key>/rate/", rate, name="tiers_rate"),
    path("tiers/<slug:key>/rating/<int:job_id>/", rating, name="tiers_rating"),
]
