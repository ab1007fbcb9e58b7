"""Who asks: a token in the `Authorization` header, or the session of a signed-in browser."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer

from guanxi.access.api.problems import ProblemError
from guanxi.access.calc import Actor
from guanxi.access.queries import actor_of, token_of
from guanxi.access.services import note_token_use


class Token(HttpBearer):
    """A program's key: `Authorization: Bearer TOKEN`. It has its owner's rights, or only those to read."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return the token's actor; None when there is no such header. A bad header never falls back to the session."""
        if not request.headers.get(self.header):
            return None
        found: Actor | None = super().__call__(request)
        if found is None:
            raise AuthenticationError
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the actor of a living token."""
        now = timezone.now()
        known = token_of(token.strip(), now=now)
        if known is None:
            return None
        note_token_use(known, now=now)
        actor = actor_of(known.user, read_only=known.read_only)
        request.actor = actor  # type: ignore[attr-defined]
        if known.user.language:
            translation.activate(known.user.language)
        return actor


class _CsrfCheck(CsrfViewMiddleware):
    """Django's check; its refusal is ours to tell, not a page."""

    def _reject(self, _request: HttpRequest, reason: str) -> HttpResponseForbidden:
        return HttpResponseForbidden(reason)


def _fails_csrf(request: HttpRequest) -> bool:
    """Whether a request that writes lacks the token; routes are exempt from the middleware's own check."""
    check = _CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is not None


class Session(APIKeyCookie):
    """A signed-in browser. What writes needs the CSRF token, as a form does."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return the signed-in person's actor."""
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002
        """Return the actor that the middleware found, once the CSRF token is right."""
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None and _fails_csrf(request):
            detail = _("The CSRF token is missing or wrong: send it as X-CSRFToken.")
            raise ProblemError(HTTPStatus.FORBIDDEN, "csrf", detail)
        return actor


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who asks; every route behind `AUTHENTICATION` has one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


AUTHENTICATION = (Token(), Session())
