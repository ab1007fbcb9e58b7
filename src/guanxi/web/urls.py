"""Addresses of the pages: each room brings its own; the generic ones of the record kit come last."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from guanxi.web.pages import home
from guanxi.web.palette.pages import offered

ROOMS_WITH_PAGES = (
    "access",
    "jobs",
    "duplicates",
    "imports",
    "metrics",
    "places",
    "tiers",
    "sales",
    "customers",
    "records",
)
"""Rooms whose `pages` has `urlpatterns`; an earlier one wins, and the record kit takes what is left."""


def _of_room(name: str) -> list[URLPattern | URLResolver]:
    module = f"guanxi.{name}.pages"
    return getattr(import_module(module), "urlpatterns", []) if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("palette/", offered, name="palette"),
    *(path("", include(found)) for found in map(_of_room, ROOMS_WITH_PAGES) if found),
]
