"""The OpenAPI file: what the framework writes, with every refusal said once and as the problem it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI

from guanxi.access.api import Problem
from guanxi.records.api.run_time import with_run_time_fields
from guanxi.records.declaration import RecordType, record_types

ANY_ROUTE = (HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY)
"""Refusals that every route gives."""


def openapi_text(api: NinjaAPI, root: str, types: Iterable[RecordType] | None = None) -> str:
    """Return the OpenAPI 3.1 file below `root`, laid out so that two versions compare line by line."""
    return json.dumps(openapi_document(api, root, types), indent=1, ensure_ascii=False) + "\n"


def openapi_document(api: NinjaAPI, root: str, types: Iterable[RecordType] | None = None) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document below `root`.

    `types` are the record types with the fields they have now (none: as they were declared).
    """
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=root)))
    refusals: dict[str, Any] = {}
    for item in document["paths"].values():
        for operation in item.values():
            operation["responses"] = _with_refusals(operation["responses"], refusals)
    document["components"]["responses"] = dict(sorted(refusals.items()))
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= {**problem.pop("$defs", {}), "Problem": problem}
    return with_run_time_fields(document, record_types() if types is None else types)


def _with_refusals(responses: dict[str, Any], refusals: dict[str, Any]) -> dict[str, Any]:
    """Return an operation's responses with its refusals as references; what is referred to is added to `refusals`."""
    answers = {status: told for status, told in responses.items() if int(status) < HTTPStatus.BAD_REQUEST}
    refused = {HTTPStatus(int(status)) for status in responses.keys() - answers.keys()} | set(ANY_ROUTE)
    for status in sorted(refused):
        name = status.name.title().replace("_", "")
        refusals[name] = {
            "description": status.phrase,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        answers[str(status.value)] = {"$ref": f"#/components/responses/{name}"}
    return answers
