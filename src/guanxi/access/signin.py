"""The gate in front of every page: only signed-in people come through, with their actor on the request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from guanxi.access.calc import may_administer
from guanxi.access.errors import ForbiddenError
from guanxi.access.middleware import ActorRequest

Given = ParamSpec("Given")
Page = Callable[Concatenate[ActorRequest, Given], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def signed_in(page: Page[Given]) -> View[Given]:
    """Let only signed-in people see a page; others sign in first and come back to it.

    An htmx request of a session that ended loads the sign-in page instead of swapping it into a corner.
    """

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if hasattr(request, "actor"):
            return page(cast("ActorRequest", request), *args, **kwargs)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": resolve_url("account_login")})
        return redirect_to_login(request.get_full_path())

    return guarded


def administrators_only(page: Page[Given]) -> View[Given]:
    """Let only administrators see a page."""

    @wraps(page)
    def guarded(request: ActorRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if not may_administer(request.actor):
            raise ForbiddenError
        return page(request, *args, **kwargs)

    return signed_in(guarded)
