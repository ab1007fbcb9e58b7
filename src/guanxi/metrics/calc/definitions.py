"""What a metric is: a named number for each customer, as data. Pure.

Three kinds: counted over the rows of a fact (`Counted`), taken from another place where that has nothing
(`Otherwise`), and a score of one to five among all customers (`Scored`). An engine gives them one meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Aggregate(StrEnum):
    """What is done with the measure of a customer's rows."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"  # of money: rounded half up to a whole minor unit
    FIRST = "first"  # earliest date
    LAST = "last"  # latest date
    DAYS_SINCE_LAST = "days_since_last"


class Unit(StrEnum):
    """What the number counts."""

    COUNT = "count"
    DAYS = "days"
    DATE = "date"
    MONEY = "money"  # whole minor units of the customer's currency
    SCORE = "score"


DATED = frozenset({Aggregate.FIRST, Aggregate.LAST, Aggregate.DAYS_SINCE_LAST})
UNITS = {
    Aggregate.COUNT: Unit.COUNT,
    Aggregate.SUM: Unit.MONEY,
    Aggregate.MEAN: Unit.MONEY,
    Aggregate.FIRST: Unit.DATE,
    Aggregate.LAST: Unit.DATE,
    Aggregate.DAYS_SINCE_LAST: Unit.DAYS,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """An aggregate over the rows of a fact up to the day of the computation.

    `months` limits it to that many months back (None: all time). Rows dated in the future never count.
    Money is summed in the customer's own currency only.
    """

    name: str
    fact: str
    aggregate: Aggregate
    measure: str = ""
    months: int | None = None

    @property
    def unit(self) -> Unit:
        """What the number counts."""
        return UNITS[self.aggregate]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Metric `of`; for customers without a single row in its fact, the customer's own money `column`."""

    name: str
    of: str
    column: str
    unit: Unit = Unit.MONEY


@dataclass(frozen=True, slots=True)
class Scored:
    """Where a customer stands on `of` among all who have it: 5 the best fifth, 1 the worst (see `scores`).

    Money is compared within one currency.
    """

    name: str
    of: str
    best_is_low: bool = False
    unit: Unit = Unit.SCORE


Metric = Counted | Otherwise | Scored

BUILT_IN: tuple[Metric, ...] = (
    Counted("recency_days", "orders", Aggregate.DAYS_SINCE_LAST),
    Counted("frequency", "orders", Aggregate.COUNT),
    Counted("orders_12m", "orders", Aggregate.COUNT, months=12),
    Counted("value_12m", "orders", Aggregate.SUM, "total", months=12),
    Counted("value_total", "orders", Aggregate.SUM, "total"),
    Counted("average_ticket", "orders", Aggregate.MEAN, "total"),
    Counted("first_order", "orders", Aggregate.FIRST),
    Counted("last_order", "orders", Aggregate.LAST),
    Otherwise("contribution", of="value_12m", column="amount"),
    Scored("recency_score", of="recency_days", best_is_low=True),
    Scored("frequency_score", of="frequency"),
    Scored("value_score", of="value_total"),
)


class DefinitionError(ValueError):
    """Metrics that cannot be computed: the message says which and why, in plain English."""


def counted(metrics: Iterable[Metric]) -> Iterator[Counted]:
    """Return the metrics that are computed from rows of facts."""
    return (metric for metric in metrics if isinstance(metric, Counted))


def facts_of(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Return the names of the facts the metrics need, in the order met."""
    return tuple(dict.fromkeys(metric.fact for metric in counted(metrics)))


def months_of(metrics: Iterable[Metric]) -> tuple[int, ...]:
    """Return the lengths of the windows the metrics look at, ascending."""
    return tuple(sorted({metric.months for metric in counted(metrics) if metric.months is not None}))


def check(metrics: Sequence[Metric]) -> None:
    """Raise DefinitionError for a doubled name, a wrong unit, a reference to itself or to what comes later."""
    known: dict[str, Metric] = {}
    for metric in metrics:
        if metric.name in known:
            raise DefinitionError(f"metric '{metric.name}' is defined twice")
        if isinstance(metric, Counted):
            _check_counted(metric)
        elif metric.of not in known:
            raise DefinitionError(
                f"metric '{metric.name}' refers to '{metric.of}', which is not defined before it"
            )
        elif not isinstance(known[metric.of], Counted):
            raise DefinitionError(
                f"metric '{metric.name}' needs a metric counted from rows, not '{metric.of}'"
            )
        elif isinstance(metric, Otherwise) and known[metric.of].unit is not Unit.MONEY:
            raise DefinitionError(f"metric '{metric.name}' replaces money, which '{metric.of}' is not")
        known[metric.name] = metric


def _check_counted(metric: Counted) -> None:
    needs_measure = metric.aggregate in (Aggregate.SUM, Aggregate.MEAN)
    if needs_measure is not bool(metric.measure):
        wish = "needs a measure" if needs_measure else "takes no measure"
        raise DefinitionError(f"metric '{metric.name}': {metric.aggregate} {wish}")
    if metric.months is not None and not 1 <= metric.months <= 600:
        raise DefinitionError(f"metric '{metric.name}': a window has 1 to 600 months")
