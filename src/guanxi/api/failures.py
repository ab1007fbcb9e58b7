"""What goes wrong before a route is reached: below /api/ a problem, elsewhere Django's page."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views import defaults

from guanxi.access.api import problem_response

BELOW = "/api/"


def unknown_address(_request: HttpRequest, _rest: str | None = "") -> HttpResponse:
    """Answer below /api/ where nothing is."""
    return problem_response(HTTPStatus.NOT_FOUND, "not_found", _("There is nothing at this address."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django refuses, such as one to a host that is not ours."""
    if request.path.startswith(BELOW):
        return problem_response(HTTPStatus.BAD_REQUEST, "malformed", _("The request cannot be read."))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer when something of ours failed; it is in the log."""
    if request.path.startswith(BELOW):
        detail = _("Something went wrong here; it was written to the log.")
        return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)
    return defaults.server_error(request)
