"""The functions of formulas: what each may be given, what it gives, and how it is computed.

What is empty is None. Unless it says otherwise, a function gives nothing where it is given nothing.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from guanxi.conditions.context import Context
from guanxi.conditions.schema import FieldType as Type
from guanxi.formulas.money import Money

NUMBERS = frozenset({Type.INTEGER, Type.NUMBER})
AMOUNTS = NUMBERS | {Type.MONEY}
TEXTS = frozenset({Type.TEXT, Type.CHOICE})
DAYS = frozenset({Type.DATE})
TIMES = frozenset({Type.DATE, Type.DATETIME})
ORDERED = AMOUNTS | TIMES
JOINED = TEXTS | AMOUNTS | DAYS
ANYTHING = frozenset(Type)
LONGEST_TEXT = 10_000
"""Characters: no formula grows without end."""

_TRUTH = frozenset({Type.BOOLEAN})
_WHOLE = frozenset({Type.INTEGER})
_MONEY = frozenset({Type.MONEY})
_YEARS = range(1000, 9001)


@dataclass(frozen=True, slots=True)
class Function:
    """`takes` are the kinds of value of each argument; from `least` on they may be left out; the last may be
    `repeated`.

    `gives` is the kind of the result; None: that of the arguments from `alike` on, which must agree. `compute` is given
    the clock and the values; `skips` says that it deals with empty values itself.
    """

    takes: tuple[frozenset[Type], ...]
    compute: Callable[..., Any]
    gives: Type | None = None
    least: int = 1
    repeated: bool = False
    alike: int = 0
    skips: bool = False


def as_text(value: Any) -> str:
    """Return a value as it stands in a text: numbers without zeros at the end, days as 2026-03-31."""
    if isinstance(value, Money):
        return f"{as_text(value.amount)} {value.currency}".strip()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)


class TooLongError(ValueError):
    """A text grew beyond `LONGEST_TEXT`: the whole formula gives nothing then."""


def limited(text: str) -> str:
    """Return the text. Raises TooLongError."""
    if len(text) > LONGEST_TEXT:
        raise TooLongError
    return text


def add_months(day: date, months: Decimal) -> date | None:
    """Return the day so many months later; past a month's end it is the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if year not in _YEARS:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: Decimal) -> date | None:
    """Return the day so many days later; nothing beyond the years 1000 to 9000."""
    number = day.toordinal() + int(days)
    if not date(_YEARS[0], 1, 1).toordinal() <= number <= date(_YEARS[-1], 12, 31).toordinal():
        return None
    return day + timedelta(days=int(days))


def day_of(value: date, context: Context) -> date:
    """Return the day of a time in the zone of the clock; a day is itself."""
    return value.astimezone(context.zone).date() if isinstance(value, datetime) else value


def _day(part: Callable[[date], int]) -> Callable[..., Decimal]:
    return lambda context, value: Decimal(part(day_of(value, context)))


def _days_between(context: Context, start: date, end: date) -> Decimal:
    return Decimal((day_of(end, context) - day_of(start, context)).days)


def _months_between(context: Context, start: date, end: date) -> Decimal:
    """Whole months: from 31 January to 28 February is one, as it is the last day."""
    first, last = day_of(start, context), day_of(end, context)
    if last < first:
        return -_months_between(context, end, start)
    months = (last.year - first.year) * 12 + last.month - first.month
    reached = add_months(first, Decimal(months))
    return Decimal(months if reached is not None and reached <= last else months - 1)


def _years_between(context: Context, start: date, end: date) -> Decimal:
    return Decimal(int(_months_between(context, start, end) / 12))


def _per_amount(change: Callable[..., Decimal]) -> Callable[..., Any]:
    """Do with the amount of money what is done with a number."""

    def changed(context: Context, value: Any, *more: Any) -> Any:
        if isinstance(value, Money):
            return Money(change(context, value.amount, *more), value.currency)
        return change(context, value, *more)

    return changed


def _rounded(_context: Context, number: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP)


def _extreme(pick: Callable[..., Any]) -> Callable[..., Any]:
    """The smallest or largest of those that are not empty; nothing where currencies differ."""

    def picked(_context: Context, *values: Any) -> Any:
        found = [value for value in values if value is not None]
        if not found:
            return None
        if isinstance(found[0], Money):
            if len({money.currency for money in found}) > 1:
                return None
            return pick(found, key=lambda money: money.amount)
        return pick(found)

    return picked


def _join(_context: Context, separator: str | None, *values: Any) -> str:
    return limited((separator or "").join(as_text(value) for value in values if value not in (None, "")))


def _contains(_context: Context, whole: str | Sequence[str], part: str) -> bool:
    return part.casefold() in whole.casefold() if isinstance(whole, str) else part in whole


def _end(_context: Context, text: str, count: Decimal) -> str:
    return text[-int(count) :] if count >= 1 else ""


def _first_known(_context: Context, *values: Any) -> Any:
    return next((value for value in values if value not in (None, "", ())), None)


def _is_empty(_context: Context, value: Any) -> bool:
    return value in (None, "", ())


def _length(_context: Context, value: Any) -> Decimal:
    return Decimal(len(value or ()))


def _money(_context: Context, amount: Decimal, currency: str) -> Money:
    return Money(amount, currency.strip().upper())


def _if(_context: Context, condition: bool | None, then: Any, otherwise: Any = None) -> Any:  # noqa: FBT001
    if condition is None:
        return None
    return then if condition else otherwise


FUNCTIONS: Mapping[str, Function] = {
    "if": Function((_TRUTH, ANYTHING, ANYTHING), _if, least=2, alike=1, skips=True),
    "coalesce": Function((ANYTHING,), _first_known, repeated=True, skips=True),
    "empty": Function((ANYTHING,), _is_empty, Type.BOOLEAN, skips=True),
    "min": Function((ORDERED,), _extreme(min), repeated=True, skips=True),
    "max": Function((ORDERED,), _extreme(max), repeated=True, skips=True),
    "round": Function((AMOUNTS, _WHOLE), _per_amount(_rounded)),
    "floor": Function((NUMBERS,), lambda _, number: number.to_integral_value(ROUND_FLOOR), Type.INTEGER),
    "ceiling": Function((NUMBERS,), lambda _, number: number.to_integral_value(ROUND_CEILING), Type.INTEGER),
    "abs": Function((AMOUNTS,), _per_amount(lambda _, number: abs(number))),
    "length": Function((TEXTS | {Type.CHOICES},), _length, Type.INTEGER, skips=True),
    "join": Function((TEXTS, JOINED), _join, Type.TEXT, least=2, repeated=True, skips=True),
    "upper": Function((TEXTS,), lambda _, text: limited(text.upper()), Type.TEXT),
    "lower": Function((TEXTS,), lambda _, text: limited(text.lower()), Type.TEXT),
    "trim": Function((TEXTS,), lambda _, text: text.strip(), Type.TEXT),
    "left": Function((TEXTS, _WHOLE), lambda _, text, count: text[: max(int(count), 0)], Type.TEXT, least=2),
    "right": Function((TEXTS, _WHOLE), _end, Type.TEXT, least=2),
    "contains": Function((TEXTS | {Type.CHOICES}, TEXTS), _contains, Type.BOOLEAN, least=2),
    "today": Function((), lambda context: context.today(), Type.DATE, least=0),
    "date": Function((TIMES,), lambda context, value: day_of(value, context), Type.DATE),
    "year": Function((TIMES,), _day(lambda day: day.year), Type.INTEGER),
    "month": Function((TIMES,), _day(lambda day: day.month), Type.INTEGER),
    "day": Function((TIMES,), _day(lambda day: day.day), Type.INTEGER),
    "weekday": Function((TIMES,), _day(date.isoweekday), Type.INTEGER),
    "days_between": Function((TIMES, TIMES), _days_between, Type.INTEGER, least=2),
    "months_between": Function((TIMES, TIMES), _months_between, Type.INTEGER, least=2),
    "years_between": Function((TIMES, TIMES), _years_between, Type.INTEGER, least=2),
    "add_days": Function((DAYS, _WHOLE), lambda _, day, days: add_days(day, days), Type.DATE, least=2),
    "add_months": Function(
        (DAYS, _WHOLE), lambda _, day, months: add_months(day, months), Type.DATE, least=2
    ),
    "add_years": Function(
        (DAYS, _WHOLE), lambda _, day, years: add_months(day, years * 12), Type.DATE, least=2
    ),
    "amount": Function((_MONEY,), lambda _, money: money.amount, Type.NUMBER),
    "currency": Function((_MONEY,), lambda _, money: money.currency, Type.TEXT),
    "money": Function((NUMBERS, TEXTS), _money, Type.MONEY, least=2),
}
"""By name, as it is written. `weekday` counts from Monday = 1."""
