"""Lets a request see one state of the fields that come at run time."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from guanxi.records.run_time import one_reading


class FieldsMiddleware:
    """Reads which fields stand at most once a request, and not at all where no record type is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        with one_reading():
            return self.get_response(request)
