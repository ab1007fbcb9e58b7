"""Columns of a model as statements need them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models


def fields_of(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """Return the stored fields of a model by the attribute that holds their value (`owner_id`)."""
    return {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's documented model API


def quoted(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Return the columns of attributes, quoted. Raises KeyError for what the model does not have."""
    known = fields_of(model)
    return [connection.ops.quote_name(str(known[name].column)) for name in names]


def table_of(model: type[models.Model]) -> str:
    """Return the table of a model, quoted."""
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's documented model API


def constant_values(
    model: type[models.Model], varying: Iterable[str], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what every new row has alike, as stored: `given`, and the default of each column that nobody names.

    The number of a row is left to the database when it is not among `varying`.
    """
    named = {*varying, *given}
    defaults = {
        name: field.get_default()
        for name, field in fields_of(model).items()
        if name not in named and not field.primary_key
    }
    return stored_values(model, {**given, **defaults})


def stored_values(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by attribute as statements and COPY take them. Raises KeyError for what the model does not have."""
    known = fields_of(model)
    return {name: _stored(known[name], value) for name, value in values.items()}


def _stored(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as a bound parameter and COPY both take it."""
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime) and connection.vendor == "postgresql":
        return value.isoformat()
    return field.get_db_prep_save(value, connection=connection)
