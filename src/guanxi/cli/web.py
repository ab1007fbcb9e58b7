"""The web processes of `guanxi serve`: one site, loaded before they part, so that they share its memory."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.urls import get_resolver

THREADS = 8
WAITING = 64
CACHE_KIB = 4_000
"""What a connection of a web process keeps of SQLite's file: each thread has one, and the system keeps the rest."""


def load_site() -> Any:
    """Load all that answering takes; return the application."""
    from guanxi.config.wsgi import application  # noqa: PLC0415 - sets Django up

    _ = get_resolver().url_patterns
    return application


def run_web(host: str, port: int, workers: int) -> None:
    """Listen and answer until a signal comes."""
    from granian.constants import Interfaces  # noqa: PLC0415 - only those who serve pay for it
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    server = Server(
        "guanxi.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=WAITING,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=_application, wrap_loader=False)


def _application() -> Any:
    """Called in each web process, before it has a connection."""
    options = connections.databases[DEFAULT_DB_ALIAS].get("OPTIONS", {})
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        options["init_command"] += f" PRAGMA cache_size=-{CACHE_KIB};"
    return load_site()
