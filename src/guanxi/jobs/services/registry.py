"""Which function does which kind of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from guanxi.jobs.services.run import JobRun

Handler = Callable[[JobRun], Mapping[str, Any] | None]

_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Make a kind of work known. Called once at start, from the room's `jobs.py`."""
    _handlers[kind] = handler


def handler_of(kind: str) -> Handler | None:
    """Return who does this kind of work, or None."""
    return _handlers.get(kind)
