"""The `Idempotency-Key` of a POST: the same key again gets the same answer, and nothing is done twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header

from guanxi.access.api.authentication import actor_of_request
from guanxi.access.api.problems import ProblemError
from guanxi.access.idempotency import Kept, KeyReusedError, once

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text of yours, new for each intent. Repeated with the same body, the first answer "
        "comes again and nothing is done twice; kept for a week.",
    ),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a POST answers: kept as it is when it carried a key."""

    status: HTTPStatus
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_once(
    request: HttpRequest, key: str | None, work: Callable[[], Answer], *, body: object = None
) -> HttpResponse:
    """Do `work` and answer; with a key, once only, however often and however concurrently it is asked.

    The work and the kept answer are one transaction: what fails keeps nothing and may be tried again. `body` is what
    the request says, in plain JSON values, when its bytes may differ from one try to the next (a multipart file: give
    its digest); by default the bytes count. Raises ProblemError 422 when the key came with another request before.
    """
    if not key:
        answer = work()
        return _response(answer.status, _content(answer), answer.headers)

    def kept() -> Kept:
        answer = work()
        return Kept(answer.status.value, _content(answer), dict(answer.headers))

    try:
        saved = once(
            actor=actor_of_request(request),
            key=key,
            digest=_digest(request, body),
            work=kept,
            now=timezone.now(),
        )
    except KeyReusedError as error:
        detail = _("This Idempotency-Key was used for another request; choose a new one.")
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail) from error
    return _response(HTTPStatus(saved.status), saved.content, saved.headers)


def _digest(request: HttpRequest, body: object) -> str:
    """Same request, same digest."""
    said = request.body if body is None else json.dumps(body, sort_keys=True, default=str).encode()
    return hashlib.sha256(b"\0".join((str(request.get_full_path()).encode(), said))).hexdigest()


def _content(answer: Answer) -> str:
    return json.dumps(answer.body, ensure_ascii=False)


def _response(status: HTTPStatus, content: str, headers: Mapping[str, str]) -> HttpResponse:
    return HttpResponse(content, status=status.value, content_type="application/json", headers=dict(headers))
