"""A program that speaks the API: a token, JSON in and out, nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from guanxi.access.services import create_token
from tests.cast import Person

ROOT = "/api/v1"


@dataclass(frozen=True)
class Program:
    """Requests with a token (None: without)."""

    secret: str | None

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request; headers as `if_match=…`. Anything that is no text is sent as JSON."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            sent.setdefault("Authorization", f"Bearer {self.secret}")
        content = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        client = Client(raise_request_exception=False)
        return client.generic(method, ROOT + path, content, content_type="application/json", headers=sent)

    def get(self, path: str, **query: Any) -> Any:
        """GET with a query; returns the response."""
        client = Client(raise_request_exception=False)
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return client.get(ROOT + path, query, headers=headers)


def program_of(person: Person, *, read_only: bool = False) -> Program:
    """Make a token for somebody's program."""
    return Program(create_token(user=person.user, name="program", read_only=read_only)[1])
