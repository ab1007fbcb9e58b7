"""Writes of metrics: the refresh that feeds, computes and keeps; the house's currency."""

from guanxi.metrics.services.currency import set_house_currency
from guanxi.metrics.services.due import REFRESH, refresh_if_due
from guanxi.metrics.services.refreshing import Refreshed, refresh, take_snapshot

__all__ = ["REFRESH", "Refreshed", "refresh", "refresh_if_due", "set_house_currency", "take_snapshot"]
