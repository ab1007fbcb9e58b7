"""What every page shows around itself."""

from __future__ import annotations

from django.http import HttpRequest


def shell_context(request: HttpRequest) -> dict[str, object]:
    """Return what the layout needs on every page."""
    return {"actor": getattr(request, "actor", None)}
