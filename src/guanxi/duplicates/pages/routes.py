"""Addresses of the pages about doubles."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from guanxi.duplicates.pages import beside, origins  # noqa: F401 - stand in the pages of customers
from guanxi.duplicates.pages.merging import merge, selected
from guanxi.duplicates.pages.queue import above, find, merge_one, queue, separate, undo_one, work
from guanxi.duplicates.pages.ruling import rule
from guanxi.duplicates.pages.warning import use, warn

_duplicates: list[URLPattern | URLResolver] = [
    path("duplicates/", queue, name="queue"),
    path("duplicates/find/", find, name="find"),
    path("duplicates/work/<int:job_id>/", work, name="work"),
    path("duplicates/above/", above, name="above"),
    path("settings/merging/", rule, name="rule"),
    path("duplicates/merge/", merge, name="merge"),
    path("duplicates/selected/", selected, name="selected"),
    path("duplicates/<int:pair_id>/merge/", merge_one, name="merge_pair"),
    path("duplicates/<int:pair_id>/separate/", separate, name="separate"),
    path("duplicates/<int:pair_id>/undo/", undo_one, name="undo"),
    path("duplicates/warning/<record_type:known>/", warn, name="warning"),
    path("duplicates/use/<record_type:known>/<int:record_id>/", use, name="use"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((_duplicates, "duplicates")))]
