"""Tells Django about this room."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.imports"
    label = "imports"
