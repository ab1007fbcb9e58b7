"""The columns of a list as somebody puts them: kept at once, without saving a view."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.access.calc import Actor
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.records.declaration import RecordType
from guanxi.records.models import SavedView
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.saved import views_visible_to
from guanxi.records.services.habits import forget_columns, keep_columns


@signed_in
@require_POST
def arrange_columns(request: ActorRequest, known: RecordType) -> HttpResponseBase:
    """Keep `{"view": "", "columns": […], "widths": {"name": 240}}`, either of the two; widths are CSS pixels."""
    try:
        given = json.loads(request.body)
        columns, widths = _columns(given), _widths(given)
        view = view_named(str(given.get("view", "")), known, request.actor)
    except (ValueError, AttributeError, TypeError, RecursionError):
        detail = _("These are no columns.")
        return JsonResponse({"detail": detail}, status=422, content_type="application/problem+json")
    keep_columns(actor=request.actor, known=known, view=view, columns=columns, widths=widths)
    return HttpResponse(status=204)


@signed_in
@require_POST
def usual_columns(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Forget what somebody did to the columns, and show the list as it was before."""
    view = view_named(request.POST.get("view", ""), known, request.actor)
    forget_columns(actor=request.actor, known=known, view=view)
    asked = ListQuery.read(known, request.POST)
    return redirect(asked.address(columns=tuple(view.columns) if view else ()))


def view_named(text: str, known: RecordType, actor: Actor) -> SavedView | None:
    """Return the saved view of an address, None where it names none that the actor may use."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return views_visible_to(actor, known).filter(pk=int(text)).first()


def _columns(given: Mapping[str, Any]) -> list[str] | None:
    found = given.get("columns")
    return None if found is None else [str(name) for name in found][:500]


def _widths(given: Mapping[str, Any]) -> dict[str, int] | None:
    found = given.get("widths")
    return None if found is None else {str(name): int(width) for name, width in list(found.items())[:500]}
