"""Spans of time that metrics look at. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from guanxi.metrics.calc.definitions import Span, Window


def months_before(day: date, months: int) -> date:
    """Return the same day `months` earlier, or that month's last day where it is shorter.

    A window of twelve months ends with `day` and begins on the day after the date returned.

    >>> months_before(date(2026, 11, 2), 12), months_before(date(2028, 2, 29), 12)
    (datetime.date(2025, 11, 2), datetime.date(2027, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def bounds(window: Window, today: date) -> tuple[date, date]:
    """Return the last day before a window and the last day in it.

    >>> bounds(Window(Span.MONTHS, 12, back=1), date(2026, 11, 2))
    (datetime.date(2024, 11, 2), datetime.date(2025, 11, 2))
    >>> bounds(Window(Span.YEAR), date(2026, 11, 2))
    (datetime.date(2025, 12, 31), datetime.date(2026, 11, 2))
    """
    if window.span is Span.YEAR:
        last = months_before(today, 12 * window.back)
        return date(last.year - 1, 12, 31), last
    since, until = window.count * (window.back + 1), window.count * window.back
    if window.span is Span.MONTHS:
        return months_before(today, since), months_before(today, until)
    return today - timedelta(days=since), today - timedelta(days=until)


def one_before(window: Window) -> Window:
    """Return the window of the same kind right before."""
    return Window(window.span, window.count, window.back + 1)
