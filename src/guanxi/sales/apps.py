"""Tells Django about this room."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.sales"
    label = "sales"

    def ready(self) -> None:
        """Declare the room's record types, their lines, and the facts they give."""
        from guanxi.sales import declarations, records  # noqa: F401, PLC0415 - registers on import
