"""The OpenAPI file: what programs of others are written against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guanxi.api.document import openapi_text
from guanxi.api.root import API, ROOT
from guanxi.records.declaration import record_types
from tests.api.client import program_of
from tests.cast import Cast
from tests.snapshot import same_as_kept

KEPT = Path(__file__).with_name("openapi.json")


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(openapi_text(API, ROOT))


def test_the_api_is_what_is_promised() -> None:
    same_as_kept(
        KEPT,
        openapi_text(API, ROOT),
        meaning="The API is no longer what programs of others were written against.",
    )


@pytest.mark.django_db
def test_the_document_is_served_to_whoever_is_signed_in(cast: Cast, document: Any) -> None:
    answer = program_of(cast.viola).get("/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == document
    assert document["openapi"].startswith("3.1.")


def test_every_reference_leads_somewhere(document: Any) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(part) for part in node.values()))
        return set().union(*(references(part) for part in node)) if isinstance(node, list) else set()

    known = {
        f"#/components/{part}/{name}"
        for part in ("schemas", "responses")
        for name in document["components"][part]
    }
    assert references(document) <= known


def test_every_operation_has_a_name_of_its_own_a_summary_and_its_refusals(document: Any) -> None:
    operations = [
        (path, method, told) for path, item in document["paths"].items() for method, told in item.items()
    ]
    names = [told["operationId"] for _, _, told in operations]
    assert len(names) == len(set(names))
    for path, method, told in operations:
        assert told["summary"], (method, path)
        assert told["security"] == [{"Token": []}, {"Session": []}], (method, path)
        assert "401" in told["responses"], (method, path)


@pytest.mark.parametrize("known", record_types(), ids=lambda known: known.name)
def test_every_declared_field_is_in_the_document_with_its_rights(known: Any, document: Any) -> None:
    schemas = document["components"]["schemas"]
    name = known.model.__name__
    inside = {known.nested.name} if known.nested else set()
    assert set(schemas[name]["properties"]) == {"id", "version", *known.by_name, *inside}
    editable = {field.name for field in known.editable}
    for made in (f"{name}Create", f"{name}Update"):
        assert set(schemas[made]["properties"]) == editable | inside
        assert schemas[made]["additionalProperties"] is False
    assert set(schemas[f"{name}Set"]["properties"]) == editable
    computed = set(known.nested.computes) if known.nested else set()
    required = {field.name for field in known.editable if field.required} - computed
    assert set(schemas[f"{name}Create"]["required"]) == required
    assert "required" not in schemas[f"{name}Update"]
    for path in ("", "/{record_id}", "/bulk", "/{record_id}/history"):
        assert f"/api/v1/{known.plural}{path}" in document["paths"]
