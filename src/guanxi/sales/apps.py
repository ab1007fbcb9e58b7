"""Tells Django about this room."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.sales"
    label = "sales"

    def ready(self) -> None:
        """Declare the room's record types, their lines, the facts they give, and what a list may bring of them."""
        from guanxi.imports.extensions import register  # noqa: PLC0415 - models are there by now
        from guanxi.sales import declarations, records  # noqa: F401, PLC0415 - registers on import
        from guanxi.sales.importing import OrderExtension  # noqa: PLC0415

        register(OrderExtension())
