"""A row's values by attribute: a plain column, or a value inside a JSON column (`custom.budget`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from guanxi.records.custom.fields import STORED
from guanxi.records.custom.values import to_plain

PREFIX = f"{STORED}."


def put(row: Any, attribute: str, value: object) -> None:
    """Set a clean value on a row; what is empty is not kept inside a JSON column."""
    if not attribute.startswith(PREFIX):
        setattr(row, attribute, value)
        return
    name, kept = attribute.removeprefix(PREFIX), to_plain(value)
    row.custom = {**row.custom, name: kept} if kept is not None else _without(row.custom, name)


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def held(row: Any, attribute: str) -> Any:
    """Return what a row holds under an attribute: a column's value, or the plain value inside a JSON column."""
    if attribute.startswith(PREFIX):
        return row.custom.get(attribute.removeprefix(PREFIX))
    return getattr(row, attribute)


def state(row: models.Model, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return all that a row holds by attribute, each value inside its JSON column by itself."""
    left_out = {*without, STORED}
    columns = row._meta.concrete_fields  # noqa: SLF001 - Django's documented model API
    values = {
        column.attname: getattr(row, column.attname) for column in columns if column.name not in left_out
    }
    inside: Mapping[str, Any] = getattr(row, STORED, {})
    return values | {f"{PREFIX}{name}": value for name, value in inside.items()}


def columns_of(attributes: Iterable[str]) -> set[str]:
    """Return the columns that keep these attributes."""
    return {STORED if attribute.startswith(PREFIX) else attribute for attribute in attributes}
