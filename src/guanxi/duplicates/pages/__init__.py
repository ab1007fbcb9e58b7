"""Doubles on the screen: the warning while typing, the queue of pairs, two records side by side."""

from guanxi.duplicates.pages.routes import urlpatterns

__all__ = ["urlpatterns"]
