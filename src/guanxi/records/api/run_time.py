"""The OpenAPI file lists the fields that have come at run time, as it lists those that were declared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from ninja import Schema

from guanxi.records.api.schemas import came_since, given_fields, made, shown_fields
from guanxi.records.declaration import RecordType


def with_run_time_fields(document: dict[str, Any], types: Iterable[RecordType]) -> dict[str, Any]:
    """Return an OpenAPI document with all fields of these types; other names than these are refused."""
    schemas = document["components"]["schemas"]
    with translation.override("en"):
        for known in types:
            name = known.model.__name__
            fields = came_since(known)
            editable = [field for field in fields if field.editable]
            _extend(schemas[name], shown_fields(known, fields), closed=False)
            for suffix, partial in (("Create", False), ("Update", True), ("Set", True)):
                _extend(
                    schemas[f"{name}{suffix}"], given_fields(known, editable, partial=partial), closed=True
                )
    return document


def _extend(schema: dict[str, Any], fields: dict[str, Any], *, closed: bool) -> None:
    if closed:
        schema["additionalProperties"] = False
    if not fields:
        return
    more = made("Since", Schema, fields).model_json_schema()
    schema["properties"] = {**schema["properties"], **more["properties"]}
    required = [*schema.get("required", ()), *more.get("required", ())]
    if required:
        schema["required"] = required
