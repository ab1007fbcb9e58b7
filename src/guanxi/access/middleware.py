"""Puts the actor on every request, and the person's language and time zone in force."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.defaults import page_not_found, permission_denied
from django_htmx.middleware import HtmxDetails

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, NotFoundError
from guanxi.access.models import User
from guanxi.access.queries import actor_of


class ActorRequest(HttpRequest):
    """A request of a signed-in person."""

    actor: Actor
    htmx: HtmxDetails


class ActorMiddleware:
    """Reads the person once a request, and answers what services refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request as its actor."""
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        actor = actor_of(user)
        request.actor = actor  # type: ignore[attr-defined]
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        with timezone.override(actor.zone):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn what services refuse into the pages for it: unseen is 404, seen but not allowed 403."""
        if isinstance(exception, NotFoundError):
            return page_not_found(request, Http404())
        if isinstance(exception, ForbiddenError):
            return permission_denied(request, exception)
        return None
