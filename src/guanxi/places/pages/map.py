"""The map page: the customers of a filter, clustered, with the list beside."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Compare, Operator, all_of
from guanxi.places.models import Place
from guanxi.places.pages.information import tier_chips
from guanxi.places.pages.labels import map_labels
from guanxi.places.queries import TIER_FIELD, MapIndex, MapQuestion, map_index, places_of, places_to_review
from guanxi.records.declaration import record_type
from guanxi.records.pages.facets import facets_of
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.queries import parse_where

PANEL_ROWS = 200


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A tier on the map: its colour position, name, points, and the filter that shows only it."""

    position: int
    name: str
    count: int
    address: str


@signed_in
@require_GET
def show_map(request: ActorRequest) -> HttpResponse:
    """Show the map of a filter; with htmx only the panel and the legend."""
    known = record_type("customer")
    asked = ListQuery.read(known, request.GET)
    context: dict[str, Any] = {"known": known, "asked": asked, "map_labels": map_labels()}
    template = "places/map_panel.html" if request.htmx else "places/map.html"
    try:
        where = parse_where(asked.where, known)
        question = MapQuestion(
            request.actor, where, Context(now=timezone.now(), zone=request.actor.zone), asked.text
        )
        index = map_index(question)
    except ConditionError as error:
        return render(request, template, {**context, "fault": explain(error)}, status=422)
    places = list(places_of(question).select_related("customer").order_by("-updated_at", "id")[:PANEL_ROWS])
    return render(
        request,
        template,
        {
            **context,
            "facets": [
                (facet, replace(asked, where=facet.rest).suffix("where", "q"))
                for facet in facets_of(known, where, request.actor)
            ],
            "lines": _lines(request, places),
            "count": len(index.points),
            "bounds_json": json.dumps(index.points.bounds()) if len(index.points) else "",
            "legend": _legend(index, question),
            "tiers_json": json.dumps(
                [{"position": code, "name": name} for code, name in index.tier_names.items()]
            ),
            "asked_suffix": asked.suffix("where", "q"),
            "to_review": places_to_review(request.actor).count(),
        },
    )


def _lines(request: ActorRequest, places: list[Place]) -> list[tuple[Place, dict[str, Any] | None]]:
    tiers = tier_chips(request.actor, [place.customer_id for place in places])
    return [(place, tiers.get(place.customer_id)) for place in places]


def _legend(index: MapIndex, question: MapQuestion) -> list[LegendLine]:
    """Return the tiers that are on the map, with the points of each."""
    asked = ListQuery(record_type("customer"), text=question.text)
    lines = []
    for code, name in index.tier_names.items():
        count = int((index.points.tiers == code).sum())
        narrower = format_condition(all_of(question.where, Compare(TIER_FIELD, Operator.EQ, name)))
        narrowed = replace(asked, where=narrower).suffix("where", "q")
        lines.append(LegendLine(code, name, count, f"/map/{narrowed}"))
    none = int((index.points.tiers == 0).sum())
    return [*lines, *([LegendLine(0, "", none, "")] if none and lines else [])]
