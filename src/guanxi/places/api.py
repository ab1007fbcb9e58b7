"""The map over HTTP: tiles of clustered points, and what lies in a drawn shape."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from guanxi.access.api import actor_of_request
from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError, NotFoundError
from guanxi.conditions.context import Context
from guanxi.places.calc.cluster_layer import cluster_layer
from guanxi.places.calc.clusters import MAX_ZOOM
from guanxi.places.calc.tiles import encode_tile
from guanxi.places.queries import MapQuestion, customers_in_polygon, customers_in_radius, map_index
from guanxi.records.declaration import record_type
from guanxi.records.queries import parse_where

router = Router(tags=["map"])

Longitude = Annotated[float, Field(ge=-540, le=540)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Corner = tuple[Longitude, Latitude]
Ring = Annotated[list[Corner], Field(min_length=3, max_length=10_000)]


class Selection(Schema):
    """A shape drawn on the map: a polygon (outer ring, then holes) or a point and a radius."""

    polygon: Annotated[list[Ring], Field(min_length=1, max_length=100)] | None = None
    point: Corner | None = None
    radius_m: Annotated[float, Field(gt=0, le=20_040_000)] | None = None
    where: str = ""
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1000
    after: Annotated[int, Field(ge=0)] = 0


class Selected(Schema):
    """The customers in a shape, by id: `cursor` is what to send as `after` for the next of them."""

    count: int
    ids: list[int]
    cursor: int | None


def question(actor: Actor, where: str, text: str = "") -> MapQuestion:
    """Return what a request asks of the map. Raises ConditionError."""
    context = Context(now=timezone.now(), zone=actor.zone)
    return MapQuestion(actor, parse_where(where, record_type("customer")), context, text)


@router.get("/tiles/{int:zoom}/{int:column}/{int:row}.mvt", summary="A vector tile of clustered points")
def tile(
    request: HttpRequest, zoom: int, column: int, row: int, where: str = "", q: str = ""
) -> HttpResponse:
    """Answer one Mapbox vector tile with the layer `points`; 404 for a tile that does not exist."""
    if not (0 <= zoom <= MAX_ZOOM and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
        raise NotFoundError
    index = map_index(question(actor_of_request(request), where, q))
    layer = cluster_layer(index.points.tile(zoom, column, row), index.tier_names)
    response = HttpResponse(encode_tile([layer]), content_type="application/vnd.mapbox-vector-tile")
    response["Cache-Control"] = "private, no-cache"
    return response


@router.post("/select", response=Selected, summary="The customers in a drawn shape")
def select(request: HttpRequest, shape: Selection) -> dict[str, Any]:
    """Answer which customers have a place in the shape, exactly."""
    asked = question(actor_of_request(request), shape.where)
    if shape.polygon is not None:
        ids = customers_in_polygon(asked, shape.polygon)
    elif shape.point is not None and shape.radius_m is not None:
        ids = customers_in_radius(asked, shape.point, shape.radius_m)
    else:
        raise InvalidError({"polygon": ["give a polygon, or a point and radius_m"]})
    rest = [key for key in ids if key > shape.after]
    page = rest[: shape.limit]
    return {"count": len(ids), "ids": page, "cursor": page[-1] if len(rest) > len(page) else None}
