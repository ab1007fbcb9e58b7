"""The HTTP API of every record type, and of the change sets they leave."""

from guanxi.records.api.changesets import router as changesets_router
from guanxi.records.api.routes import record_router

__all__ = ["changesets_router", "record_router"]
