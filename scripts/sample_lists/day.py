"""The day on which the three lists were kept last."""

from datetime import date

LAST_DAY = date(2026, 3, 15)
