"""Who may speak to the API: tokens, sessions, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from guanxi.access.models import ApiToken
from guanxi.access.services import create_token
from tests.api.client import Program, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "bearer gx_x y", "Basic cm9vdDpyb290", "gx_x"],
)
def test_without_a_valid_token_there_is_nothing(cast: Cast, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for path in ("/customers", "/customers/1", "/me", "/openapi.json", "/changesets", "/jobs/1"):
        answer = Client().get(f"/api/v1{path}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_token_does_not_fall_back_on_the_session(cast: Cast) -> None:
    answer = cast.alice.browser.get("/api/v1/me", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_a_token_speaks_for_its_owner(cast: Cast) -> None:
    me = program_of(cast.dana).get("/me").json()
    north = cast.dana.user.teams.get()
    assert (me["id"], me["name"], me["role"]) == (cast.dana.user.pk, "Dana", "manager")
    assert me["teams"] == [{"id": north.pk, "name": "North"}]
    assert me["read_only"] is False


def test_a_token_that_only_reads_does_only_that(cast: Cast) -> None:
    program = program_of(cast.root, read_only=True)
    row = cast.alice.adds("customer", name="Acme")
    assert program.get("/me").json()["read_only"] is True
    assert program.get(f"/customers/{row.pk}").status_code == 200
    assert program("POST", "/customers", {"name": "x"}).status_code == 403
    assert program("PATCH", f"/customers/{row.pk}", {"name": "x"}, if_match="*").status_code == 403
    assert program("DELETE", f"/customers/{row.pk}", if_match="*").status_code == 403
    assert program("POST", "/customers/bulk", {"ids": [row.pk], "set": {"size": 1}}).status_code == 403
    assert program("POST", f"/changesets/{row.created_in_id}/undo").status_code == 403


def test_a_token_ends_with_its_time_and_with_its_owner(cast: Cast) -> None:
    past = timezone.now() - timedelta(seconds=1)
    expired = Program(create_token(user=cast.alice.user, name="old", expires_at=past)[1])
    assert expired.get("/me").status_code == 401
    program = program_of(cast.bob)
    assert program.get("/me").status_code == 200
    cast.bob.user.is_active = False
    cast.bob.user.save()
    assert program.get("/me").status_code == 401


def test_when_a_token_was_used_is_kept_to_the_minute(cast: Cast, django_assert_num_queries: Any) -> None:
    program = program_of(cast.alice)
    with django_assert_num_queries(4):  # token, its use, the person's teams, their names
        program.get("/me")
    token = ApiToken.objects.get()
    assert token.last_used_at is not None
    with django_assert_num_queries(3):
        program.get("/me")
    assert ApiToken.objects.get().last_used_at == token.last_used_at
    ApiToken.objects.update(last_used_at=token.last_used_at - timedelta(seconds=61))
    program.get("/me")
    assert ApiToken.objects.get().last_used_at > token.last_used_at - timedelta(seconds=1)


def test_a_browser_reads_with_its_session_and_writes_with_the_csrf_token_too(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alice.user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/me").json()["name"] == "Alice"
    refused = browser.post("/api/v1/customers", {"name": "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    browser.cookies["csrftoken"] = secret = "a" * 32
    done = browser.post(
        "/api/v1/customers", {"name": "x"}, content_type="application/json", headers={"X-CSRFToken": secret}
    )
    assert done.status_code == 201


def test_a_program_needs_no_csrf_token(cast: Cast) -> None:
    secret = program_of(cast.alice).secret
    answer = Client(enforce_csrf_checks=True).post(
        "/api/v1/customers",
        {"name": "x"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 201


def test_refusals_speak_the_language_of_whoever_asks(cast: Cast) -> None:
    """The language is the person's own, not the last request's."""
    cast.bob.user.language = "ko"
    cast.bob.user.save()
    program_of(cast.bob).get("/customers/999")
    answer = program_of(cast.alice).get("/customers/999")
    assert answer["Content-Language"] == "en"
