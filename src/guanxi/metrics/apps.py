"""Tells Django about this room."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.metrics"
    label = "metrics"

    def ready(self) -> None:
        """Declare the facts and fields the room gives, and its work."""
        from guanxi.metrics import declarations, jobs  # noqa: F401, PLC0415 - registers on import
