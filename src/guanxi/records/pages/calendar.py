"""A list as a month: each record on the day one of its dates names, two queries however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_skeleton, get_day_names
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from guanxi.access.calc import Actor, may_create
from guanxi.conditions.context import Context
from guanxi.conditions.lexer import quote_name
from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Condition, all_of
from guanxi.records.cells import record_address
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.presentation import page_locale
from guanxi.records.queries import matching, parse_where, search
from guanxi.records.values import may_change, raw_value

SHOWN = 4
"""Records of a day that stand in the month; the others are counted and one click away."""
WEEK = 7
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on its day: name, time of day ("" for a date), and where a move is posted to ("" where it may not)."""

    title: str
    address: str
    time: str
    move: str
    version: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is shown; `more` counts what does not fit, `rest` and `new` lead to all of them and to a new one."""

    day: date
    label: str
    is_outside: bool
    is_today: bool
    entries: Sequence[Entry]
    more: int
    rest: str
    new: str


@dataclass(frozen=True, slots=True)
class Month:
    """The month shown, by which field, and its weeks."""

    field: FieldDeclaration
    label: str
    title: str
    count: int
    before: str
    after: str
    this: str
    weekdays: Sequence[str]
    days: Sequence[Day]


def dated_fields(known: RecordType) -> list[FieldDeclaration]:
    """Return the fields a calendar may go by, those people fill in first: dates and times that are not masked."""
    found = [
        field
        for field in known.fields
        if not field.sensitive
        and field.join is None
        and (field.kind is Kind.DATE or (field.kind is Kind.DATETIME and not field.stored))
    ]
    return sorted(found, key=lambda field: not field.editable)


def month_of(asked: ListQuery, where: Condition, actor: Actor, field: FieldDeclaration) -> Month:
    """Return the month asked for, else the present one. Raises ConditionError."""
    today = timezone.now().astimezone(actor.zone).date()
    first = _first(asked.month, today)
    days = _days_shown(first)
    rows = _rows(asked, where, actor, field, (days[0], days[-1] + timedelta(days=1)))
    counts = _counts(rows)
    entries = _entries(rows, asked.known, actor, field)
    locale = page_locale()
    names = get_day_names("abbreviated", locale=locale)
    make = field.editable and may_create(actor, asked.known.sharing)
    return Month(
        field=field,
        label=capfirst(str(field.label)),
        title=format_skeleton("yMMMM", first, locale=locale),
        count=sum(count for day, count in counts.items() if day.month == first.month),
        before=asked.address(month=f"{first - timedelta(days=1):%Y-%m}"),
        after=asked.address(month=f"{_next(first):%Y-%m}"),
        this=asked.address(month=""),
        weekdays=[names[day.weekday()] for day in days[:WEEK]],
        days=[
            Day(
                day=day,
                label=format_skeleton("MMMEd", day, locale=locale),
                is_outside=day.month != first.month,
                is_today=day == today,
                entries=entries.get(day, ()),
                more=max(0, counts.get(day, 0) - SHOWN),
                rest=_rest(asked, where, field, day),
                new=_new(asked.known, field, day) if make else "",
            )
            for day in days
        ],
    )


def _first(month: str, today: date) -> date:
    try:
        found = date.fromisoformat(f"{month}-01")
    except ValueError:
        found = today
    return (found if FIRST_YEAR <= found.year <= LAST_YEAR else today).replace(day=1)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _days_shown(first: date) -> list[date]:
    """Whole weeks from the one with the first of the month to the one with its last."""
    begin = first - timedelta(days=(first.weekday() - page_locale().first_week_day) % WEEK)
    weeks = -(-(_next(first) - begin).days // WEEK)
    return [begin + timedelta(days=number) for number in range(weeks * WEEK)]


def _within(field: FieldDeclaration, first: date, end: date) -> str:
    name = quote_name(field.name)
    return f"{name} >= {first:%Y-%m-%d} and {name} < {end:%Y-%m-%d}"


def _rows(
    asked: ListQuery, where: Condition, actor: Actor, field: FieldDeclaration, span: tuple[date, date]
) -> QuerySet[Any]:
    context = Context(now=timezone.now(), zone=actor.zone)
    narrowed = all_of(where, parse_where(_within(field, *span), asked.known))
    rows = matching(asked.known, actor, narrowed, context, also=[field])
    column = field.name if field.stored else field.attribute
    day = TruncDate(column, tzinfo=actor.zone) if field.kind is Kind.DATETIME else F(column)
    found: QuerySet[Any] = search(rows, asked.known, actor, asked.text)
    dated: QuerySet[Any] = found.order_by().annotate(calendar_day=day)
    return dated


def _day(value: Any) -> date:
    return date.fromisoformat(str(value)[:10])


def _counts(rows: QuerySet[Any]) -> Mapping[date, int]:
    found = rows.values("calendar_day").annotate(count=Count("pk")).values_list("calendar_day", "count")
    return {_day(day): count for day, count in found}


def _entries(
    rows: QuerySet[Any], known: RecordType, actor: Actor, field: FieldDeclaration
) -> Mapping[date, list[Entry]]:
    column = field.name if field.stored else field.attribute
    order = [F(column).asc(), F("pk").asc()]
    place = Window(RowNumber(), partition_by=[F("calendar_day")], order_by=order)
    first = rows.annotate(calendar_place=place).filter(calendar_place__lte=SHOWN)
    found: dict[date, list[Entry]] = {}
    for row in first.order_by("calendar_day", "calendar_place"):
        found.setdefault(_day(row.calendar_day), []).append(_entry(row, known, actor, field))
    return found


def _entry(row: Any, known: RecordType, actor: Actor, field: FieldDeclaration) -> Entry:
    value, address = raw_value(row, field), record_address(known, row.pk)
    movable = field.editable and may_change(row, actor)
    return Entry(
        title=str(row) or f"#{row.pk}",
        address=address,
        time=f"{value.astimezone(actor.zone):%H:%M}" if isinstance(value, datetime) else "",
        move=f"{address}cell/{field.name}/" if movable else "",
        version=row.version,
    )


def _rest(asked: ListQuery, where: Condition, field: FieldDeclaration, day: date) -> str:
    narrowed = all_of(where, parse_where(_within(field, day, day + timedelta(days=1)), asked.known))
    return asked.address(where=format_condition(narrowed), shape="", by="", month="", view="all")


def _new(known: RecordType, field: FieldDeclaration, day: date) -> str:
    begun = f"{day:%Y-%m-%d}T09:00" if field.kind is Kind.DATETIME else f"{day:%Y-%m-%d}"
    return f"{reverse('records:add', args=[known])}?{urlencode({field.name: begun})}"
