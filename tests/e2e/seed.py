"""Customers brought to a site the way programs bring them: through the HTTP API, with a person's key."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from tests.e2e.site import Site


def send(site: Site, person: str, method: str, path: str, body: object = None, **headers: str) -> Any:
    """Send one request with the rights of a person; return the answer's JSON."""
    request = urllib.request.Request(  # noqa: S310 - our own site
        site.url + path,
        method=method,
        data=json.dumps(body).encode() if body is not None else None,
        headers={
            "Authorization": f"Bearer {site.keys[person]}",
            "Content-Type": "application/json",
            **headers,
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own site
        return json.loads(answer.read() or b"null")


def add(site: Site, person: str, type_name: str, **values: object) -> dict[str, Any]:
    """Add one record (`customers`, `places` …) as a person; return it."""
    made: dict[str, Any] = send(site, person, "POST", f"/api/v1/{type_name}", values)
    return made
