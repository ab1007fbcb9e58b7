"""Tells Django about this room."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.imports"
    label = "imports"

    def ready(self) -> None:
        """Make the room's long work and its own extension known."""
        from guanxi.imports import jobs  # noqa: F401, PLC0415 - registers on import
        from guanxi.imports.contacts import ContactExtension  # noqa: PLC0415 - models are there by now
        from guanxi.imports.extensions import register  # noqa: PLC0415

        register(ContactExtension())
