"""The search by which a form finds the record a reference names."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.records.cells import PEOPLE
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, record_type
from guanxi.records.forms import name_of
from guanxi.records.queries import list_page
from guanxi.records.search.queries import likest

OFFERED = 8


@signed_in
@require_GET
def pick(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer what a reference field offers for `find`, or with `choose` the field as chosen (empty: to search again).

    `field` names the reference, `name` the form field it fills (by default the same).
    """
    field = known.by_name.get(request.GET.get("field", ""))
    if field is None or field.kind is not Kind.REFERENCE or field.target in PEOPLE:
        raise Http404
    name = request.GET.get("name") or field.name
    context = {"known": known, "field": field, "name": name, "widget_id": f"id_{name}"}
    if "choose" in request.GET:
        value = request.GET["choose"]
        chosen = name_of(field, request.actor, value)
        state = {"value": value if chosen else "", "chosen": chosen, "is_fresh": True}
        return render(request, "records/picker.html", {**context, **state})
    offered = _offered(request, field, request.GET.get("find", ""))
    return render(request, "records/picker_options.html", {**context, "offered": offered})


def _offered(request: ActorRequest, field: FieldDeclaration, text: str) -> list[tuple[int, str]]:
    """Offer the likest records, or for nothing typed those that were changed last."""
    target = record_type(field.target)
    if text.strip():
        rows = likest(target, request.actor, text, OFFERED)
    else:
        moment = Context(now=timezone.now(), zone=request.actor.zone)
        rows = list(list_page(target, request.actor, context=moment, limit=OFFERED).rows)
    return [(row.pk, str(row) or f"#{row.pk}") for row in rows]
