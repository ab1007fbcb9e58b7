"""Tells Django about this room."""

from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.duplicates"
    label = "duplicates"

    def ready(self) -> None:
        """Make known the room's long work, in which order merges are undone, and what a merge leaves where it is."""
        from guanxi.duplicates import jobs  # noqa: F401, PLC0415 - registers on import
        from guanxi.duplicates.models import MergedCustomer, PossibleDuplicate  # noqa: PLC0415
        from guanxi.duplicates.services.undoing import refuse_wrong_order  # noqa: PLC0415 - models are there by now
        from guanxi.records.references import OnMerge, declare_reference  # noqa: PLC0415
        from guanxi.records.services.undo import guard_undo  # noqa: PLC0415

        guard_undo(refuse_wrong_order)
        for model, column in (
            (PossibleDuplicate, "left"),
            (PossibleDuplicate, "right"),
            (MergedCustomer, "customer"),
            (MergedCustomer, "into"),
        ):
            declare_reference(model, column, OnMerge.STAYS)
