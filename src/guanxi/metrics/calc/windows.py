"""Spans of time that metrics look at. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_before(day: date, months: int) -> date:
    """Return the same day `months` earlier, or that month's last day where it is shorter.

    A window of twelve months ends with `day` and begins on the day after the date returned.

    >>> months_before(date(2026, 11, 2), 12), months_before(date(2028, 2, 29), 12)
    (datetime.date(2025, 11, 2), datetime.date(2027, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
