"""Tells Django about this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.web"
    label = "web"
