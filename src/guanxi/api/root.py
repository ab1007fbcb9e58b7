"""The root of the API: every room's routes under `/api/v1`, and the OpenAPI file made from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.parser import Parser

from guanxi import __version__
from guanxi.access.api import AUTHENTICATION, me_router, problem_response, register_problems
from guanxi.api.document import openapi_text
from guanxi.api.failures import unknown_address
from guanxi.duplicates.api import merging_router
from guanxi.duplicates.api import router as duplicates_router
from guanxi.imports.api import router as imports_router
from guanxi.jobs.api import router as jobs_router
from guanxi.metrics.api import definitions_router
from guanxi.metrics.api.pivot import router as pivot_router
from guanxi.places.api import router as map_router
from guanxi.records.api import changesets_router, record_router
from guanxi.records.declaration import RecordType, record_type, record_types

ROOT = "/api/v1/"

ROOMS = (
    ("/customers", merging_router),
    ("/duplicates", duplicates_router),
    ("/imports", imports_router),
    ("/map", map_router),
    ("/pivot", pivot_router),
    ("/metrics", definitions_router),
    ("/changesets", changesets_router),
    ("/jobs", jobs_router),
    ("/me", me_router),
)
"""The routes that are not those of a record type."""

DESCRIPTION = """Customers, places, orders and the rest of the team's records.

Sign in with `Authorization: Bearer TOKEN` (`guanxi token create`). Every refusal is problem JSON (RFC 9457) with a
stable `code`. Writes leave a change set that can be undone. See docs/api.md."""


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, and no text that cannot be stored."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's JSON. Raises ValueError, which the framework turns into 400."""
        parsed = json.loads(request.body, parse_constant=_refuse_constant)
        json.dumps(parsed, ensure_ascii=False).encode()  # a lone surrogate is no text
        return parsed


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class ProblemAPI(NinjaAPI):
    """An API whose every answer is its own: 404 at its root and 405 are problems too, not pages."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns: list[URLResolver | URLPattern] = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _with_problems(pattern.callback)
        return patterns


def _with_problems(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @csrf_exempt  # the session's authentication checks the token itself
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return unknown_address(request)
        if isinstance(response, HttpResponseNotAllowed):
            detail = _("This address does not know that method; see Allow.")
            allow = {"Allow": response.headers["Allow"]}
            return problem_response(
                HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, headers=allow
            )
        return response

    return wrapped


def make_api() -> NinjaAPI:
    """Return the API over all record types that were declared."""
    api = ProblemAPI(
        title="Guanxi",
        version=__version__,
        description=DESCRIPTION,
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,
        auth=AUTHENTICATION,
        parser=StrictParser(),
        default_router=_openapi_router(),
    )
    register_problems(api)
    for known in record_types():
        api.add_router(f"/{known.plural}", record_router(known))
    for prefix, router in ROOMS:
        api.add_router(prefix, router)
    return api


def _openapi_router() -> Router:
    router = Router()

    @router.get("/openapi.json", include_in_schema=False)
    def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the framework passes it
        return HttpResponse(_openapi_now(), content_type="application/json")

    return router


_written: list[tuple[list[RecordType], str]] = []


def _openapi_now() -> str:
    """The OpenAPI file with the fields that stand now; written anew only when these are others."""
    now = [record_type(known.name) for known in record_types()]
    if not _written or any(one is not other for one, other in zip(_written[0][0], now, strict=True)):
        _written[:] = [(now, openapi_text(API, ROOT, now))]
    return _written[0][1]


API = make_api()
