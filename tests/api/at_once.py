"""Requests at the same moment, in a process of its own; printed as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from tests.api.client import Program, program_of

AT_ONCE = 6
ACME = {"name": "Acme Ltd", "size": 3}


def tell() -> None:
    """Print what came of repeats and of edits."""
    from tests.cast import make_cast  # noqa: PLC0415 - needs Django to be up

    alice = program_of(make_cast().alice)
    print(json.dumps({"repeats": _repeats(alice), "edits": _edits(alice)}))  # noqa: T201 - read by the test


def _repeats(alice: Program) -> dict[str, Any]:
    """Add the same customer with the same key."""

    def send(_number: int) -> tuple[int, str, str, str]:
        answer = alice("POST", "/customers", ACME, idempotency_key="k")
        return answer.status_code, answer.content.decode(), answer["ETag"], answer["Guanxi-Changeset"]

    return {"answers": _together(send), "count": alice.get("/customers").json()["count"]}


def _edits(alice: Program) -> dict[str, Any]:
    """Change the same version of the same customer, each to another size."""
    path = f"/customers/{alice('POST', '/customers', ACME).json()['id']}"

    def send(number: int) -> tuple[int, Any]:
        answer = alice("PATCH", path, {"size": 10 + number}, if_match='"1"')
        told = answer.json()
        return answer.status_code, told.get("current", told)

    return {"answers": _together(send), "stands": alice.get(path).json()}


def _together(send: Callable[[int], Any]) -> list[Any]:
    start = Barrier(AT_ONCE)

    def one(number: int) -> Any:
        start.wait()
        try:
            return send(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))
