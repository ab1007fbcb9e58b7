"""Deciding unclear addresses: each with its candidates, one key a choice."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guanxi.access.errors import ConflictError, InvalidError, StaleError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.places.queries import places_to_review
from guanxi.places.services import choose_candidate
from guanxi.records.values import may_change

PAGE_SIZE = 50


@signed_in
@require_GET
def review(request: ActorRequest) -> HttpResponse:
    """Show the places whose position someone has to decide, those with candidates to choose from first."""
    waiting = places_to_review(request.actor)
    lines = [(place, may_change(place, request.actor)) for place in waiting[:PAGE_SIZE]]
    lines.sort(key=lambda line: (not line[1], not line[0].candidates))
    return render(request, "places/review.html", {"lines": lines, "count": waiting.count()})


@signed_in
@require_POST
def choose(request: ActorRequest, place_id: int) -> HttpResponse:
    """Settle one place on a candidate."""
    number, version = request.POST.get("candidate", ""), request.POST.get("version", "")
    if not (number.isdigit() and version.isdigit()):
        raise InvalidError({"candidate": [_("Choose one of the places.")]})
    try:
        written = choose_candidate(
            actor=request.actor,
            place_id=place_id,
            number=int(number),
            version=int(version),
            now=timezone.now(),
        )
    except (StaleError, ConflictError, InvalidError):
        say(request, _("Somebody else has decided this meanwhile."), bad=True)
    else:
        say(request, _("Placed"), changeset=written.changeset)
    return redirect("places-review")
