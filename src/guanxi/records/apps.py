"""Tells Django about this room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.records"
    label = "records"

    def ready(self) -> None:
        """Make the room's kinds of long work known, and the fields that teams define."""
        from guanxi.records import jobs  # noqa: F401, PLC0415 - registers on import
        from guanxi.records.computed import compute_by  # noqa: PLC0415
        from guanxi.records.custom.computing import computed_in  # noqa: PLC0415
        from guanxi.records.custom.fields import declared_fields  # noqa: PLC0415
        from guanxi.records.run_time import register_fields_of_every_type  # noqa: PLC0415
        from guanxi.records.services import fields  # noqa: F401, PLC0415 - registers what undo needs
        from guanxi.records.services.indexes import restore_indexes  # noqa: PLC0415

        post_migrate.connect(restore_indexes, sender=self)
        register_fields_of_every_type(declared_fields)
        compute_by(computed_in)
