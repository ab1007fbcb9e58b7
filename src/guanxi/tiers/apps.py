"""Tells Django about this room."""

from django.apps import AppConfig


class TiersConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.tiers"
    label = "tiers"
