"""Tells Django about this room."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TiersConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.tiers"
    label = "tiers"

    def ready(self) -> None:
        """Declare the room's fields, and bring its schemes in whenever a database was made."""
        from guanxi.tiers import declarations, jobs  # noqa: F401, PLC0415 - registers on import

        post_migrate.connect(_ship, sender=self)


def _ship(**_: Any) -> None:
    from guanxi.tiers.services import ship_schemes  # noqa: PLC0415 - models are not there before

    ship_schemes()
