"""The pages of metrics: all of them, one of them, and the editor with its preview."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from guanxi.metrics.pages.browsing import all_metrics, figures, one_metric, refresh_now, refreshing
from guanxi.metrics.pages.editor import archive, edit_metric, new_metric, try_metric

urlpatterns: list[URLPattern | URLResolver] = [
    path("metrics/", all_metrics, name="metrics"),
    path("metrics/new/", new_metric, name="metric_new"),
    path("metrics/try/", try_metric, name="metric_try"),
    path("metrics/figures/", figures, name="metrics_figures"),
    path("metrics/refresh/", refresh_now, name="metrics_refresh"),
    path("metrics/refreshing/<int:job_id>/", refreshing, name="metrics_refreshing"),
    path("metrics/<slug:name>/", one_metric, name="metric"),
    path("metrics/<slug:name>/edit/", edit_metric, name="metric_edit"),
    path("metrics/<slug:name>/archive/", archive, name="metric_archive"),
]
