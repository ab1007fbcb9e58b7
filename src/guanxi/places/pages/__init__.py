"""Pages of the map."""

from __future__ import annotations

from django.urls import path

from guanxi.places.pages.information import place_information, stack_information
from guanxi.places.pages.map import show_map
from guanxi.places.pages.review import choose, review

urlpatterns = [
    path("map/", show_map, name="map"),
    path("map/info/<int:place_id>/", place_information, name="map-info"),
    path("map/stack/", stack_information, name="map-stack"),
    path("map/review/", review, name="places-review"),
    path("map/review/<int:place_id>/choose/", choose, name="places-choose"),
]
