"""Tells Django about this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room as a Django application."""

    name = "guanxi.jobs"
    label = "jobs"
