"""Tells Django about this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.records"
    label = "records"

    def ready(self) -> None:
        """Make the room's kinds of long work known."""
        from guanxi.records import jobs  # noqa: F401, PLC0415 - registers on import
