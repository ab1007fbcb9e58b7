"""Tells Django about this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.access"
    label = "access"
