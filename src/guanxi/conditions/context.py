"""Who reads a condition and when: the clock and the zone that turn relative dates and days into instants."""

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias, TypeGuard

from guanxi.conditions.literals import Anchor, Literal, Reach, Relative, Span, Unit

Fixed: TypeAlias = str | int | Decimal | bool | date | datetime
"""A literal that no longer depends on the clock."""

_DAY = timedelta(days=1)
_ANCHORS = {
    Unit.DAY: Anchor.TODAY,
    Unit.WEEK: Anchor.WEEK,
    Unit.MONTH: Anchor.MONTH,
    Unit.QUARTER: Anchor.QUARTER,
    Unit.YEAR: Anchor.YEAR,
}
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is an aware instant, `zone` the reader's time zone. Raises ValueError for a naive `now`."""

    now: datetime
    zone: tzinfo

    def __post_init__(self) -> None:
        """A clock without a zone would mean another day to everybody."""
        if self.now.tzinfo is None:
            raise ValueError("the clock needs a time zone")

    def today(self) -> date:
        """The reader's day."""
        return self.now.astimezone(self.zone).date()


def resolve(value: Literal, context: Context) -> Fixed:
    """A relative date as the day it means now; any other value as it is."""
    return relative_day(value, context.today()) if isinstance(value, Relative) else value


def is_day(value: object) -> TypeGuard[date]:
    """Whether the value is a whole day; Python's datetime is a date too."""
    return isinstance(value, date) and not isinstance(value, datetime)


def relative_day(relative: Relative, today: date) -> date:
    """The day that `relative` means on the day `today`; past a month's end it is the month's last day."""
    start = _anchor_day(relative.anchor, today)
    months = _MONTHS.get(relative.unit)
    if months is not None:
        return _add_months(start, relative.amount * months)
    days = relative.amount * 7 if relative.unit is Unit.WEEK else relative.amount
    return start + timedelta(days=days)


def span_days(span: Span, today: date) -> tuple[date, date]:
    """The first and last day of a span on the day `today`, both included.

    The last 3 days are today and the two before; the last month on 31 March begins on 1 March.
    """
    if span.reach is Reach.THIS:
        first = _anchor_day(_ANCHORS[span.unit], today)
        return first, relative_day(Relative(_ANCHORS[span.unit], 1, span.unit), today) - _DAY
    if span.reach is Reach.NEXT:
        return today, relative_day(Relative(Anchor.TODAY, span.amount, span.unit), today) - _DAY
    return relative_day(Relative(Anchor.TODAY, -span.amount, span.unit), today) + _DAY, today


def returns(days: int, today: date) -> frozenset[tuple[int, int]]:
    """The (month, day) whose anniversary is today or in the `days` days after; 29 February is on 28 in common years."""
    window = [today + timedelta(days=more) for more in range(days + 1)]
    found = {(day.month, day.day) for day in window}
    if any((day.month, day.day) == (2, 28) and not isleap(day.year) for day in window):
        found.add((2, 29))
    return frozenset(found)


def _anchor_day(anchor: Anchor, today: date) -> date:
    match anchor:
        case Anchor.TODAY:
            return today
        case Anchor.WEEK:
            return today - timedelta(days=today.weekday())
        case Anchor.MONTH:
            return today.replace(day=1)
        case Anchor.QUARTER:
            return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        case Anchor.YEAR:
            return today.replace(month=1, day=1)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=1024)
def day_start(day: date, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which `day` begins in `zone`; a day lasts until the next one begins.

    Where a change of clocks skips midnight it is the instant midnight would have been; where midnight comes
    twice, the first.
    """
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_end(day: date, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which `day` is over in `zone`; it belongs to the next day."""
    return day_start(day + timedelta(days=1), zone)
