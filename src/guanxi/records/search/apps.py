"""Tells Django about the index of quick search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index as a Django application, so that its tables have migrations of their own."""

    name = "guanxi.records.search"
    label = "search"

    def ready(self) -> None:
        """Follow every write, and let the worker bring the index up to date."""
        from guanxi.records.references import OnMerge, declare_reference  # noqa: PLC0415
        from guanxi.records.search import jobs  # noqa: F401, PLC0415 - registers on import
        from guanxi.records.search.feed import follow_writes  # noqa: PLC0415
        from guanxi.records.search.models import SearchEntry  # noqa: PLC0415

        follow_writes()
        declare_reference(SearchEntry, "record_id", OnMerge.COMPUTED)
