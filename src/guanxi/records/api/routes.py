"""The routes of one record type.

They are made at start; a request asks for the type anew, for fields may have come since.
"""

from __future__ import annotations

from ninja import Router

from guanxi.records.api.audience import add_audience
from guanxi.records.api.files import add_files
from guanxi.records.api.reading import add_history, add_list, add_read
from guanxi.records.api.schemas import record_schemas
from guanxi.records.api.writing import add_bulk, add_create, add_delete, add_replace, add_update
from guanxi.records.declaration import RecordType


def record_router(known: RecordType) -> Router:
    """Return the routes of a type, typed by its declaration. Call it when every room has declared its fields."""
    router = Router(tags=[known.plural])
    schemas = record_schemas(known)
    for add in (
        add_list,
        add_create,
        add_read,
        add_update,
        add_replace,
        add_delete,
        add_bulk,
        add_history,
        add_audience,
        add_files,
    ):
        add(router, known, schemas)
    return router
