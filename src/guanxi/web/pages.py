"""The first page: what to do first, and how things stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from guanxi.access.calc import may_create
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.context import Context
from guanxi.records.declaration import record_type
from guanxi.web.figures import figures_for
from guanxi.web.navigation import exists


@signed_in
@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """Show the figures, or how to begin when there is no customer yet."""
    customer = record_type("customer")
    context = Context(now=timezone.now(), zone=request.actor.zone)
    figures = figures_for(request.actor, context)
    return render(
        request,
        "web/home.html",
        {
            "figures": figures,
            "is_empty": figures.customers == 0,
            "may_add": may_create(request.actor, customer.sharing),
            "may_import": exists("/imports/"),
        },
    )
