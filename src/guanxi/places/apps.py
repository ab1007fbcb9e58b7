"""Tells Django about this room."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.places"
    label = "places"

    def ready(self) -> None:
        """Declare the room's record types."""
        from guanxi.places import records  # noqa: F401, PLC0415 - registers on import
