"""Addresses of the wizard."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from guanxi.imports.pages.checking import check_page, mend_cell, start
from guanxi.imports.pages.columns import columns_page
from guanxi.imports.pages.listing import imports_page
from guanxi.imports.pages.mending import add, choices, drop, forget, sender
from guanxi.imports.pages.result import go_on, pause, progress, rejected, result_page, stop, undo
from guanxi.imports.pages.reviewing import decide, review_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", imports_page, name="imports"),
    path("imports/review/", review_page, name="imports-review"),
    path("imports/review/<int:review_id>/", decide, name="imports-decide"),
    path("imports/<int:import_id>/", result_page, name="imports-result"),
    path("imports/<int:import_id>/columns/", columns_page, name="imports-columns"),
    path("imports/<int:import_id>/check/", check_page, name="imports-check"),
    path("imports/<int:import_id>/cell/<int:row>/<int:column>/", mend_cell, name="imports-cell"),
    path("imports/<int:import_id>/rules/", add, name="imports-rule"),
    path("imports/<int:import_id>/rules/<int:place>/drop/", drop, name="imports-rule-drop"),
    path("imports/<int:import_id>/choices/", choices, name="imports-choices"),
    path("imports/<int:import_id>/sender/", sender, name="imports-sender"),
    path("imports/<int:import_id>/sender/forget/", forget, name="imports-forget"),
    path("imports/<int:import_id>/start/", start, name="imports-start"),
    path("imports/<int:import_id>/progress/", progress, name="imports-progress"),
    path("imports/<int:import_id>/stop/", stop, name="imports-stop"),
    path("imports/<int:import_id>/pause/", pause, name="imports-pause"),
    path("imports/<int:import_id>/go-on/", go_on, name="imports-go-on"),
    path("imports/<int:import_id>/undo/", undo, name="imports-undo"),
    path("imports/<int:import_id>/rejected/", rejected, name="imports-rejected"),
]
