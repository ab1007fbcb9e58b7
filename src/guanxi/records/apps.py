"""Tells Django about this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.records"
    label = "records"
