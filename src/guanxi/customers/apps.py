"""Tells Django about this room."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.customers"
    label = "customers"

    def ready(self) -> None:
        """Declare the room's record types."""
        from guanxi.customers import records  # noqa: F401, PLC0415 - registers on import
