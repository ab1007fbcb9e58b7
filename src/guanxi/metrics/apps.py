"""Tells Django about this room."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.metrics"
    label = "metrics"

    def ready(self) -> None:
        """Declare the facts and fields the room gives, and its work."""
        from guanxi.metrics import (  # noqa: PLC0415 - registers on import
            customer_facts,  # noqa: F401
            declarations,  # noqa: F401
            history,  # noqa: F401
            jobs,  # noqa: F401
            team,  # noqa: F401
        )
        from guanxi.metrics.services import definitions  # noqa: F401, PLC0415 - registers on import
