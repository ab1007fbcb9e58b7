"""Reads of the map: points of the customers that meet a condition, as an index, and what a selection holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from django.db.models import Max, QuerySet
from numpy.typing import NDArray

from guanxi.access.calc import Actor
from guanxi.access.errors import NotFoundError
from guanxi.access.models import ChangeSet
from guanxi.conditions.context import Context
from guanxi.conditions.tree import Condition
from guanxi.places.calc.clusters import PointIndex
from guanxi.places.calc.selection import Mask, Ring, in_polygon, in_radius
from guanxi.places.models import Place
from guanxi.records.declaration import record_type
from guanxi.records.queries import joined, matching, search

TIER_FIELD = "tier"
KEPT_INDEXES = 16


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What a map shows: the customers of an actor that meet a condition and a search text."""

    actor: Actor
    where: Condition
    context: Context
    text: str = ""


@dataclass(frozen=True, slots=True)
class MapIndex:
    """The points of a question with the names of their tiers, ready for tiles."""

    points: PointIndex
    tier_names: dict[int, str]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    places: NDArray[np.int64]
    customers: NDArray[np.int64]


_kept: OrderedDict[tuple[object, ...], MapIndex] = OrderedDict()
_lock = Lock()


def customers_of(question: MapQuestion) -> QuerySet[Any]:
    """Return the visible customers a map is about; the same rows as the list with the same filter."""
    known = record_type("customer")
    rows = matching(known, question.actor, question.where, question.context)
    return search(rows, known, question.actor, question.text)


def places_of(question: MapQuestion) -> QuerySet[Place]:
    """Return the visible places of these customers."""
    places: QuerySet[Place] = Place.objects.visible_to(question.actor)
    return places.filter(customer__in=customers_of(question).order_by().values("pk"))


def map_index(question: MapQuestion) -> MapIndex:
    """Return the index of a question's points, kept in memory until something is written."""
    key = _key(question)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    built = _build(question)
    with _lock:
        _kept[key] = built
        while len(_kept) > KEPT_INDEXES:
            _kept.popitem(last=False)
    return built


def _key(question: MapQuestion) -> tuple[object, ...]:
    """Everything the answer depends on: who asks, what, on which day, and the state of the records."""
    actor = question.actor
    state = Place.objects.aggregate(last=Max("pk"), touched=Max("updated_at"))
    changes = ChangeSet.objects.aggregate(last=Max("pk"))
    today = question.context.now.astimezone(question.context.zone).date()
    person = (actor.id, actor.role, actor.teams, actor.read_only, str(actor.zone))
    return (person, question.where, question.text, today, *state.values(), *changes.values())


def _build(question: MapQuestion) -> MapIndex:
    rows = places_of(question).exclude(latitude=None).exclude(longitude=None).order_by()
    values = np.array(
        list(rows.values_list("id", "customer_id", "longitude", "latitude")), dtype=np.float64
    ).reshape(-1, 4)
    places, customers = values[:, 0].astype(np.int64), values[:, 1].astype(np.int64)
    codes, names = _tiers(question, customers)
    index = PointIndex.build(values[:, 2], values[:, 3], places, codes)
    return MapIndex(index, names, values[:, 2], values[:, 3], places, customers)


def _tiers(question: MapQuestion, customers: NDArray[np.int64]) -> tuple[NDArray[np.int64], dict[int, str]]:
    """Return the tier code of each point's customer (0: none) and the names by code, best tier first."""
    field = record_type("customer").by_name.get(TIER_FIELD)
    if field is None or not len(customers):
        return np.zeros(len(customers), dtype=np.int64), {}
    rows = joined(customers_of(question), [field]).exclude(**{TIER_FIELD: None})
    tier_of = dict(rows.order_by().values_list("pk", TIER_FIELD))
    names = {code: name for code, (name, _label) in enumerate(field.choices, start=1)}
    code_of = {name: code for code, name in names.items()}
    codes = [code_of.get(tier_of.get(customer, ""), 0) for customer in customers.tolist()]
    return np.array(codes, dtype=np.int64), names


def customers_in_polygon(question: MapQuestion, rings: Sequence[Ring]) -> list[int]:
    """Return the ids of the customers with a place inside a polygon (outer ring, then holes), ascending."""
    index = map_index(question)
    return _customers(index, in_polygon(index.longitude, index.latitude, rings))


def customers_in_radius(question: MapQuestion, centre: tuple[float, float], radius_m: float) -> list[int]:
    """Return the ids of the customers with a place within `radius_m` of (longitude, latitude), ascending."""
    index = map_index(question)
    return _customers(index, in_radius(index.longitude, index.latitude, centre, radius_m))


def _customers(index: MapIndex, inside: Mask) -> list[int]:
    found: list[int] = np.unique(index.customers[inside]).tolist()
    return found


def places_to_review(actor: Actor) -> QuerySet[Place]:
    """Return the visible places whose position someone has to decide, oldest first."""
    rows: QuerySet[Place] = Place.objects.visible_to(actor)
    return rows.filter(needs_review=True).select_related("customer").order_by("id")


def place_by_id(actor: Actor, place_id: int) -> Place:
    """Return one visible place. Raises NotFoundError."""
    found = places_by_id(actor, [place_id])
    if not found:
        raise NotFoundError
    return found[0]


def places_by_id(actor: Actor, ids: Sequence[int]) -> list[Place]:
    """Return the visible ones of some places with their customers, in the order of their ids."""
    rows: QuerySet[Place] = Place.objects.visible_to(actor)
    return list(rows.filter(pk__in=ids).select_related("customer").order_by("pk"))


def customers_by_id(actor: Actor, ids: Sequence[int]) -> QuerySet[Any]:
    """Return the visible ones of some customers, with their tier where there are tiers."""
    known = record_type("customer")
    tier = [known.by_name[TIER_FIELD]] if TIER_FIELD in known.by_name else []
    return joined(known.model.objects.visible_to(actor), tier).filter(pk__in=ids)
