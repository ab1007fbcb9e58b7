"""Metrics over HTTP."""

from guanxi.metrics.api.definitions import router as definitions_router

__all__ = ["definitions_router"]
