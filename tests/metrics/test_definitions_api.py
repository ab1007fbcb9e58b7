"""Definitions of metrics over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from guanxi.metrics.services import refresh
from tests.api.client import program_of
from tests.cast import NOW, Cast
from tests.metrics.test_team_metrics import LARGE, customers

pytestmark = pytest.mark.django_db

__all__ = ["customers"]


def test_defined_read_changed_and_taken_away(cast: Cast, customers: dict[str, Any]) -> None:
    root = program_of(cast.root)
    made = root("POST", "/metrics", {"definition": LARGE, "labels": {"ko": "큰 주문"}})
    assert made.status_code == 201
    assert made["Location"] == "/api/v1/metrics/large_orders"
    assert made.json()["definition"]["window"] == {"span": "months", "count": 6, "back": 0}
    refresh(actor=None, now=NOW)
    items = root.get(
        "/customers", where="large_orders > 0", order="-large_orders", fields="large_orders"
    ).json()
    assert [item["large_orders"] for item in items["items"]] == [2, 1]
    assert root.get(f"/customers/{customers['hua'].pk}").json()["large_orders"] == 2

    change = {"definition": {**LARGE, "condition": "total > 1"}}
    assert root("PATCH", "/metrics/large_orders", change).status_code == 428
    assert root("PATCH", "/metrics/large_orders", change, if_match='"9"').status_code == 412
    assert root("PATCH", "/metrics/large_orders", change, if_match=made["ETag"]).json()["version"] == 2
    gone = root("DELETE", "/metrics/large_orders", if_match="*")
    assert gone.status_code == 204
    assert root.get("/metrics/large_orders").status_code == 404
    assert root.get("/customers", where="large_orders > 0").status_code == 422
    assert root("POST", f"/changesets/{gone['Guanxi-Changeset']}/undo").status_code == 200
    assert root.get("/metrics/large_orders").json()["definition"]["condition"] == "total > 1"


def test_what_is_wrong_is_named_by_its_part(cast: Cast) -> None:
    refused = program_of(cast.root)("POST", "/metrics", {"definition": {**LARGE, "condition": "totl > 1"}})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["field"] == "condition"
    assert "totl" in error["message"]


def test_a_preview_tells_each_of_their_own_customers(cast: Cast, customers: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)

    def told(person: Any) -> Any:
        return program_of(person)("POST", "/metrics/preview", {"definition": LARGE}).json()

    found = told(cast.charlie)
    assert (found["customers"], found["with_value"], found["largest"]) == (1, 1, "1")
    assert [(example["name"], example["value"], example["rows"]) for example in found["examples"]] == [
        ("Min", 1, 1)
    ]
    assert {example["name"] for example in told(cast.bob)["examples"]} == {"华强", "한빛"}
    assert told(cast.root)["customers"] == 3
