"""The wizard in the browser: file, columns, check, import, result; and the list of doubtful rows."""

from guanxi.imports.pages.routes import urlpatterns

__all__ = ["urlpatterns"]
