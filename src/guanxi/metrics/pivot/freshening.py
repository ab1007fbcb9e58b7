"""Bringing the facts up to date before they are asked, where somebody waits for exactly what stands now."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from guanxi.metrics.engine.warehouse import WarehouseBusyError, only_writer
from guanxi.metrics.queries import house_currency
from guanxi.metrics.services.refreshing import fed_warehouse


def bring_up_to_date(now: datetime) -> bool:
    """Feed the warehouse what changed since the last time; false when somebody else is writing to it.

    The metrics stay as of their last refresh.
    """
    root = settings.ENVIRONMENT.warehouse
    try:
        with only_writer(root):
            fed_warehouse(root, house_currency(), now)
    except WarehouseBusyError:
        return False
    return True
