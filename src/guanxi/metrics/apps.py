"""Tells Django about this room."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.metrics"
    label = "metrics"
