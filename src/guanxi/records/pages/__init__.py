"""The pages that every record type gets from its declaration."""

from guanxi.records.pages.routes import urlpatterns

__all__ = ["urlpatterns"]
