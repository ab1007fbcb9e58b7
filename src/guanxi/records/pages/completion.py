"""What a field in which a condition is written asks while it is written."""

from __future__ import annotations

from dataclasses import asdict

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.records.completion import offers_at
from guanxi.records.declaration import RecordType
from guanxi.records.queries import parse_where


@signed_in
@require_GET
def complete(request: ActorRequest, known: RecordType) -> JsonResponse:
    """Answer what may follow at the cursor `at` of the condition `where`, and what is wrong with the whole.

    `{start, items: [{insert, label, kind}], fault: {position, sentence} | null}`; an item replaces what stands from
    `start` to the cursor.
    """
    text, at = request.GET.get("where", ""), request.GET.get("at", "")
    cursor = int(at) if at.isascii() and at.isdigit() and len(at) < 10 else len(text)
    context = Context(now=timezone.now(), zone=request.actor.zone)
    offers = offers_at(known, request.actor, text, min(cursor, len(text)), context)
    items = [asdict(offer) for offer in offers.items]
    return JsonResponse({"start": offers.start, "items": items, "fault": _fault(text, known)})


def _fault(text: str, known: RecordType) -> dict[str, object] | None:
    try:
        parse_where(text, known)
    except ConditionError as error:
        position = len(text) if error.position is None else error.position
        return {"position": position, "sentence": explain(error)}
    return None
