"""Addresses of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from guanxi.api.failures import unknown_address
from guanxi.api.health import healthz
from guanxi.api.root import API

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", API.urls),
    re_path(r"^api(?:/(.*))?$", unknown_address),
]
