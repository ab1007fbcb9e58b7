"""Puts the actor on every request, and the person's language and time zone in force."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from guanxi.access.calc import Actor
from guanxi.access.models import User
from guanxi.access.queries import actor_of


class ActorRequest(HttpRequest):
    """A request of a signed-in person."""

    actor: Actor


class ActorMiddleware:
    """Reads the person once a request."""

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
