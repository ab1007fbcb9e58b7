"""Tells Django about this room."""

from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.duplicates"
    label = "duplicates"
