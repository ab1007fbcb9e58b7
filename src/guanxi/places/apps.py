"""Tells Django about this room."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.places"
    label = "places"

    def ready(self) -> None:
        """Declare the room's record types, the place that comes with an imported row, and what doubles are known by."""
        from guanxi.duplicates.addresses import register_addresses  # noqa: PLC0415 - after the models are there
        from guanxi.imports.extensions import register  # noqa: PLC0415 - after the models are there
        from guanxi.places import facts, records  # noqa: F401, PLC0415 - registers on import
        from guanxi.places.importing import PlaceExtension  # noqa: PLC0415
        from guanxi.places.models import Place  # noqa: PLC0415

        register(PlaceExtension())
        register_addresses(Place)
