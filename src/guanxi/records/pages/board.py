"""More cards of a board's column, as it is scrolled."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.errors import ConditionError
from guanxi.records.declaration import RecordType
from guanxi.records.pages.arranging import cards_of, movable_fields
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.queries import parse_where


@signed_in
@require_GET
def more_cards(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer the next cards of a column: `where` means its rows, `by` its field, `after` the last card there is."""
    asked = ListQuery.read(known, request.GET)
    field = next((found for found in movable_fields(known) if found.name == asked.by), None)
    if field is None:
        raise Http404
    try:
        cards = cards_of(asked, parse_where(asked.where, known), request.actor, field)
    except (ConditionError, InvalidError) as error:
        raise Http404 from error
    return render(request, "records/kanban_cards.html", {"known": known, "cards": cards})
