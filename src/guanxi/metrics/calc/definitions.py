"""What a metric is: a named number for each customer, as data. Pure.

Counted over the rows of a fact (`Counted`, `OwnRhythm`), made of two others (`Combined`, `Otherwise`), a place among
all customers (`Scored`), or said by a model (`Predicted`). An engine gives them one meaning; `checking.check` refuses
what has none. Where a metric names another (`of`, `left`, `right`, `other`), it is an **operand**: the name of a
metric, `customer.amount` for a column of the customer's own, or `today`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

TODAY: Final = "today"
CUSTOMER: Final = "customer."
CUSTOMERS: Final = "customers"


class Unit(StrEnum):
    """What the number counts, and how it is kept: whole, exact, or a binary float."""

    COUNT = "count"  # whole
    DAYS = "days"  # whole, rounded half up
    DATE = "date"
    MONEY = "money"  # whole minor units of the customer's currency, rounded half up
    RATIO = "ratio"  # a float; 1 is all
    NUMBER = "number"  # a float
    SCORE = "score"  # whole, rounded half up
    TEXT = "text"

    @property
    def is_whole(self) -> bool:
        """Whether values are whole numbers, equal to the last digit whichever engine computes."""
        return self in (Unit.COUNT, Unit.DAYS, Unit.MONEY, Unit.SCORE)


class Aggregate(StrEnum):
    """What is done with the measure of a customer's rows. "Days" are calendar days."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"  # of an even number of values the mean of the middle two
    DISTINCT = "distinct"  # how many different values
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    FIRST = "first"  # the earliest day; of a measure its value in the earliest row
    LAST = "last"  # the latest day; of a measure its value in the latest row
    DAYS_SINCE_FIRST = "days_since_first"
    DAYS_SINCE_LAST = "days_since_last"
    MONTHS = "months"  # how many calendar months have a row
    INTERVAL_MEAN = "interval_mean"  # days from one day with rows to the next; from two such days on
    INTERVAL_MEDIAN = "interval_median"
    SHARE = "share"  # the part that meets the condition, of the whole: of rows, or of the measure's sum
    TREND = "trend"  # the window against the one before: now ÷ before - 1, of rows or of the measure's sum


class Operation(StrEnum):
    """What is done with two numbers. Whatever is missing, or divided by zero, gives no value."""

    RATIO = "ratio"
    DIFFERENCE = "difference"
    SUM = "sum"


class Quantity(StrEnum):
    """What a purchase model says of a customer."""

    ALIVE = "alive"  # probability that it still buys
    PURCHASES = "purchases"  # days with a purchase to expect in the next 12 months
    VALUE = "value"  # revenue to expect in the next 12 months


class Span(StrEnum):
    """What a window is measured in."""

    DAYS = "days"
    MONTHS = "months"
    YEAR = "year"  # the calendar year up to the day


@dataclass(frozen=True, slots=True)
class Window:
    """The last `count` days or months up to the day of the computation, or the calendar year so far.

    `back` moves it: 1 is the window of the same length right before, and of `YEAR` the same part of last year.
    """

    span: Span
    count: int = 1
    back: int = 0


def last(months: int) -> Window:
    """Return the window of the last `months` months."""
    return Window(Span.MONTHS, months)


def before(months: int) -> Window:
    """Return the window of the `months` months before the last `months`."""
    return Window(Span.MONTHS, months, back=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What every metric has: an identifier, the unit, and what people call it (English; translated where shown)."""

    name: str
    unit: Unit
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(_Named):
    """An aggregate over a customer's rows of a fact, up to the day of the computation; later ones never count.

    `measure` is a field, or two with a sign between them: `amount - cost`, `quantity * price`. `window` None is all
    time. `condition` is a text of the condition language over the fact's fields; it says which rows count, and of
    `SHARE` which part. Money is taken in the customer's own currency only.
    A customer without rows has a count of zero and no other value; one whose rows all lie outside has a sum of zero.
    """

    fact: str
    aggregate: Aggregate
    measure: str = ""
    window: Window | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRhythm(_Named):
    """Days since the last row, divided by the customer's own interval: the `quantile` (0 to 1, .5 the median) of it.

    Above 1 it is silent for longer than it used to be. Known from `minimum` different days with rows on.
    """

    fact: str
    quantile: float = 0.5
    minimum: int = 3
    condition: str = ""
    unit: Unit = Unit.RATIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined(_Named):
    """Two operands divided, subtracted or added. Days may be added to a date; dates subtracted give days."""

    left: str
    operation: Operation
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise(_Named):
    """Operand `of`; operand `other` for customers who have no value in that."""

    of: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored(_Named):
    """Where a customer stands on metric `of` among all who have it: 5 the best fifth, 1 the worst (see `scores`).

    Money is compared within one currency.
    """

    of: str
    best_is_low: bool = False
    unit: Unit = Unit.SCORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted(_Named):
    """What a model of the customers' purchases says (see `guanxi.models`): fitted on the days with rows of a fact.

    `measure` is the money of a row, needed for `Quantity.VALUE`. Without enough customers nobody has a value.
    """

    quantity: Quantity
    fact: str = "orders"
    measure: str = ""


Metric = Counted | OwnRhythm | Combined | Otherwise | Scored | Predicted
FromRows = Counted | OwnRhythm


class DefinitionError(ValueError):
    """A metric that cannot be computed: `code` is stable, the message says in plain English which, why, what helps.

    `metric` is its name, `about` the field of the definition that is wrong. A condition that cannot be read is the
    `__cause__`, and knows its place.
    """

    def __init__(self, code: str, message: str, *, metric: str = "", about: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.metric = metric
        self.about = about


def operands(metric: Metric) -> dict[str, str]:
    """Return what a metric refers to, by the field of the definition that says so."""
    if isinstance(metric, Combined):
        return {"left": metric.left, "right": metric.right}
    if isinstance(metric, Otherwise):
        return {"of": metric.of, "other": metric.other}
    return {"of": metric.of} if isinstance(metric, Scored) else {}


def named_by(metric: Metric) -> tuple[str, ...]:
    """Return the names of the metrics among the operands of a metric."""
    return tuple(name for name in operands(metric).values() if is_metric(name))


def is_metric(operand: str) -> bool:
    """Whether an operand is the name of a metric."""
    return operand != TODAY and not operand.startswith(CUSTOMER)


def from_rows(metrics: Iterable[Metric]) -> Iterator[FromRows]:
    """Return the metrics that are computed from rows of facts."""
    return (metric for metric in metrics if isinstance(metric, (Counted, OwnRhythm)))


def facts_of(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Return the names of the facts the metrics need, in the order met; without `customers`, which is always needed."""
    named: Iterator[Any] = (
        metric for metric in metrics if isinstance(metric, (Counted, OwnRhythm, Predicted))
    )
    return tuple(dict.fromkeys(metric.fact for metric in named))


def with_what_they_need(metrics: Iterable[Metric], known: Iterable[Metric]) -> tuple[Metric, ...]:
    """Return the metrics with all that they refer to, taken from `known`: enough to compute them alone.

    What is not known is left out: `check` tells of it.
    """
    found = {metric.name: metric for metric in metrics}
    by_name = {metric.name: metric for metric in known}
    waiting = list(found.values())
    while waiting:
        for name in named_by(waiting.pop()):
            if name not in found and name in by_name:
                found[name] = by_name[name]
                waiting.append(by_name[name])
    return tuple(found.values())
