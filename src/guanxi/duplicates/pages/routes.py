"""Addresses of the pages about doubles."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from guanxi.duplicates.pages import origins  # noqa: F401 - stands in the pages of customers
from guanxi.duplicates.pages.warning import use, warn

_duplicates: list[URLPattern | URLResolver] = [
    path("duplicates/warning/<record_type:known>/", warn, name="warning"),
    path("duplicates/use/<record_type:known>/<int:record_id>/", use, name="use"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((_duplicates, "duplicates")))]
