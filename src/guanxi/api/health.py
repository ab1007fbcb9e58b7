"""`/healthz`: whether the program is well, for whoever watches it; no sign-in, and no more than contract.md says."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.db import Error, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from guanxi import __version__

_CURRENT = "current"
_known: dict[str, str] = {}


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200, or 503 when the database does not."""
    engine = settings.ENVIRONMENT.engine.partition("://")[0]
    try:
        version, migrations = _database_version(), _migrations()
    except Error:
        version, migrations = None, None
    body = {
        "status": "ok" if version else "unavailable",
        "version": __version__,
        "database": {"engine": connection.vendor, "version": version},
        "engine": engine,
        "migrations": migrations,
    }
    return JsonResponse(body, status=HTTPStatus.OK if version else HTTPStatus.SERVICE_UNAVAILABLE)


def _database_version() -> str:
    """Return the database's version. Raises Error when it does not answer."""
    connection.ensure_connection()
    if not connection.is_usable():
        raise OperationalError("the database does not answer")
    return ".".join(str(part) for part in connection.get_database_version())


def _migrations() -> str:
    """Whether the tables are those of this program; once they are, they stay so while it runs."""
    if "state" not in _known:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "pending"
        _known["state"] = _CURRENT
    return _known["state"]
