"""What an information window says: plain JSON, set as text by the map."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from guanxi.access.calc import Actor
from guanxi.access.errors import NotFoundError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.places.models import Place
from guanxi.places.placing import BY_HAND
from guanxi.places.queries import TIER_FIELD, customers_by_id, place_by_id, places_by_id
from guanxi.records.declaration import record_type
from guanxi.records.presentation import shown
from guanxi.records.values import may_change, shows_sensitive

STACK_LIMIT = 50


@signed_in
@require_GET
def place_information(request: ActorRequest, place_id: int) -> HttpResponse:
    """Answer what is known of one place and its customer, masked by right."""
    place = place_by_id(request.actor, place_id)
    return JsonResponse(_information(place, request.actor))


@signed_in
@require_GET
def stack_information(request: ActorRequest) -> HttpResponse:
    """Answer the names of several customers on one spot."""
    asked = [part for part in request.GET.get("ids", "").split(",") if part.isascii() and part.isdigit()]
    if not asked:
        raise NotFoundError
    places = places_by_id(request.actor, [int(part) for part in asked[:STACK_LIMIT]])
    tiers = tier_chips(request.actor, [place.customer_id for place in places])
    items = [
        {"id": place.pk, "name": str(place.customer), "tier": tiers.get(place.customer_id)}
        for place in places
    ]
    return JsonResponse({"items": items})


def tier_chips(actor: Actor, customers: list[int]) -> dict[int, dict[str, Any]]:
    """Return the tier of each customer as the map draws it: its position (1 the best) and name."""
    field = record_type("customer").by_name.get(TIER_FIELD)
    if field is None:
        return {}
    positions = {value: number for number, (value, _label) in enumerate(field.choices, start=1)}
    found = customers_by_id(actor, customers).values_list("pk", TIER_FIELD)
    return {pk: {"position": positions[tier], "name": tier} for pk, tier in found if tier in positions}


def _information(place: Place, actor: Actor) -> dict[str, Any]:
    customer = record_type("customer")
    row = customers_by_id(actor, [place.customer_id]).get()
    unmasked = shows_sensitive(row, actor)
    fields = customer.by_name
    return {
        "id": place.pk,
        "version": place.version,
        "name": row.name,
        "url": reverse("records:record", args=[customer, row.pk]),
        "tier": tier_chips(actor, [row.pk]).get(row.pk),
        "key_person": place.key_person,
        "size": place.size if place.size is not None else row.size,
        "amount": shown(row, fields["amount"], unmasked=unmasked),
        "phone": shown(row, fields["phone"], unmasked=unmasked),
        "address": place.address,
        "level": "manual" if place.provider == BY_HAND else place.level,
        "accuracy_m": place.accuracy_m,
        "provider": "" if place.provider == BY_HAND else place.provider,
        "longitude": place.longitude,
        "latitude": place.latitude,
        "can_edit": may_change(place, actor),
    }
