"""The root of all addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("guanxi.api.urls")),
    path("", include("guanxi.web.urls")),
]
