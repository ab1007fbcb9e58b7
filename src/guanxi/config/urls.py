"""The root of all addresses."""

from __future__ import annotations

from django.urls import include, path

handler400 = "guanxi.api.failures.bad_request"
handler500 = "guanxi.api.failures.server_error"

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("guanxi.api.urls")),
    path("", include("guanxi.web.urls")),
]
