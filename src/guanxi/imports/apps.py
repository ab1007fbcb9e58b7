"""Tells Django about this room."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.imports"
    label = "imports"

    def ready(self) -> None:
        """Make known the room's long work, its own extension, and where values came from."""
        from guanxi.customers.provenance import register_origins, register_senders  # noqa: PLC0415 - models are there by now
        from guanxi.imports import jobs  # noqa: F401, PLC0415 - registers on import
        from guanxi.imports.contacts import ContactExtension  # noqa: PLC0415
        from guanxi.imports.extensions import register  # noqa: PLC0415
        from guanxi.imports.interactions import InteractionExtension  # noqa: PLC0415
        from guanxi.imports.models import ReviewItem, SourceRow  # noqa: PLC0415
        from guanxi.imports.own_fields import OwnFieldsExtension  # noqa: PLC0415
        from guanxi.imports.provenance import origins_of_rows, senders_of_changesets  # noqa: PLC0415
        from guanxi.imports.uses import uses_in_imports  # noqa: PLC0415
        from guanxi.records.references import OnMerge, declare_reference  # noqa: PLC0415
        from guanxi.records.usage import register_uses  # noqa: PLC0415

        register(ContactExtension())
        register(OwnFieldsExtension())
        register_uses(uses_in_imports)
        register(InteractionExtension())
        register_origins(origins_of_rows)
        register_senders(senders_of_changesets)
        declare_reference(SourceRow, "record_id", OnMerge.STAYS)
        declare_reference(ReviewItem, "candidates", OnMerge.STAYS)
