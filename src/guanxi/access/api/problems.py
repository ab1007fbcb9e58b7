"""Refusals as RFC 9457 problem JSON: one body for every error of the API."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


class FieldProblem(Schema):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(Schema):
    """Why a request was refused (RFC 9457). `code` is stable, `detail` is for people.

    A stale version (412) brings the record as it stands in `current`; a condition that cannot be read, the
    `position` of the fault in it (from 0), a `condition_code`, and what was `expected` there; a record that became
    another one (404), the id of that one in `merged_into`.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None
    current: dict[str, Any] | None = None
    position: int | None = None
    condition_code: str | None = None
    expected: list[str] | None = None
    merged_into: int | None = None


REFUSALS: dict[int, type[Problem]] = dict.fromkeys((400, 401, 403, 404, 422), Problem)
"""The refusals that any route may give, for its `response`."""


class ProblemError(Exception):
    """A refusal that only HTTP knows: raise it in a route."""

    def __init__(self, status: HTTPStatus, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.more = more


def problem_response(
    status: HTTPStatus, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """Return a problem; `more` are further members such as `errors` or `current`."""
    body = {
        "type": f"urn:guanxi:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        **more,
    }
    content = json.dumps(body, ensure_ascii=False)
    return HttpResponse(content, status=status.value, content_type=CONTENT_TYPE, headers=headers)


def field_problems(errors: Mapping[str, Iterable[str]]) -> list[dict[str, str]]:
    """Return faults by field as the problem's `errors`."""
    return [
        {"field": name, "message": str(message)} for name, messages in errors.items() for message in messages
    ]


def _problem(_request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problem_response(error.status, error.code, error.detail, **error.more)


def _not_found(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem_response(HTTPStatus.NOT_FOUND, "not_found", _("There is nothing here that you may see."))


def _forbidden(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem_response(HTTPStatus.FORBIDDEN, "forbidden", _("You see this but may not do that with it."))


def _unauthorised(_request: HttpRequest, _error: Exception) -> HttpResponse:
    detail = _("Sign in, or send a valid token: Authorization: Bearer TOKEN.")
    headers = {"WWW-Authenticate": 'Bearer realm="guanxi"'}
    return problem_response(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers=headers)


def _stale(_request: HttpRequest, error: StaleError) -> HttpResponse:
    return problem_response(
        HTTPStatus.PRECONDITION_FAILED,
        "stale",
        _("Someone else changed the record since you read it; `current` is how it stands now."),
        headers={"ETag": f'"{error.version}"'},
        current=dict(error.current),
    )


def _conflict(_request: HttpRequest, error: ConflictError) -> HttpResponse:
    return problem_response(HTTPStatus.CONFLICT, "conflict", str(error))


def _invalid(_request: HttpRequest, error: InvalidError) -> HttpResponse:
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        _("Some values cannot be kept; see `errors`."),
        errors=field_problems(error.errors),
    )


def _condition(_request: HttpRequest, error: ConditionError) -> HttpResponse:
    said = explain(error)
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "condition",
        said,
        errors=[{"field": "where", "message": said}],
        position=error.position,
        condition_code=error.code,
        expected=list(error.expected),
    )


def _malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Pydantic's faults; the first two parts of a place are where it came in and the name of our parameter."""
    errors: dict[str, list[str]] = {}
    for fault in error.errors:
        place = [str(part) for part in fault["loc"]]
        name = ".".join(place[2:] if place[0] == "body" else place[1:]) or place[-1]
        errors.setdefault(name, []).append(str(fault["msg"]))
    return _invalid(_request, InvalidError(errors))


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses: a body that is not JSON, above all."""
    if isinstance(error, AuthenticationError):
        return _unauthorised(request, error)
    status = HTTPStatus(error.status_code)
    code = "malformed" if status is HTTPStatus.BAD_REQUEST else status.name.lower()
    return problem_response(status, code, str(error))


def _bad_request(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem_response(HTTPStatus.BAD_REQUEST, "malformed", _("The request cannot be read."))


def _too_large(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem_response(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _("The request is larger than this server takes.")
    )


def _internal(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    detail = _("Something went wrong here; it was written to the log.")
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)


_HANDLERS: tuple[tuple[type[Exception], Any], ...] = (
    (Exception, _internal),
    (ProblemError, _problem),
    (Http404, _not_found),
    (NotFoundError, _not_found),
    (ForbiddenError, _forbidden),
    (StaleError, _stale),
    (ConflictError, _conflict),
    (InvalidError, _invalid),
    (ConditionError, _condition),
    (ValidationError, _malformed),
    (HttpError, _http_error),
    (SuspiciousOperation, _bad_request),
    (UnreadablePostError, _bad_request),
    (RequestDataTooBig, _too_large),
)


def register_problems(api: NinjaAPI) -> None:
    """Let every refusal of our services, and every fault, leave the API as a problem."""
    for error, handler in _HANDLERS:
        api.add_exception_handler(error, handler)
