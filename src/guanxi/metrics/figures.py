"""How the values of metrics are spread over the customers that somebody sees, as they stand beside them now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guanxi.access.calc import Actor
from guanxi.customers.models import Customer
from guanxi.metrics.calc.definitions import Metric, Unit
from guanxi.metrics.calc.distribution import Distribution, distribution
from guanxi.metrics.declarations import CURRENCY
from guanxi.records.declaration import FieldDeclaration, record_type
from guanxi.records.queries import joined

AT_ONCE = 16
"""So many columns are read in one pass: a pass of all of them would fill the memory at a million customers."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a metric: how many customers have a value, and how the values are spread.

    Money is that in `currency`, which most of the customers with a value reckon in; `elsewhere` counts the others.
    Days are ordinals; texts have no spread.
    """

    count: int
    spread: Distribution | None
    currency: str
    elsewhere: int


def figures_of(actor: Actor, metrics: Iterable[Metric]) -> dict[str, Figures]:
    """Return the figures of metrics by name; one that is no field of the customer is left out."""
    known = record_type("customer").by_name
    wanted = [metric for metric in metrics if metric.name in known]
    found: dict[str, Figures] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        fields = [known[metric.name] for metric in part]
        columns = _columns(actor, [*fields, known[CURRENCY]])
        currencies = columns.pop()
        for metric, column in zip(part, columns, strict=True):
            found[metric.name] = summarised(metric.unit, column, currencies)
    return found


def _columns(actor: Actor, fields: Sequence[FieldDeclaration]) -> list[list[Any]]:
    rows = joined(Customer.objects.visible_to(actor), fields).order_by()
    columns: list[list[Any]] = [[] for _field in fields]
    for row in rows.values_list(*(field.name for field in fields)).iterator(chunk_size=10_000):
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return columns


def summarised(unit: Unit, values: Sequence[Any], currencies: Sequence[str | None]) -> Figures:
    """Return the figures of values as they stand beside customers who reckon in these currencies."""
    pairs = [(value, code or "") for value, code in zip(values, currencies, strict=True) if value is not None]
    if unit is Unit.TEXT or not pairs:
        return Figures(len(pairs), None, "", 0)
    currency, elsewhere = "", 0
    if unit is Unit.MONEY:
        used = Counter(code for _value, code in pairs)
        currency = max(used, key=lambda code: (used[code], code))
        elsewhere = len(pairs) - used[currency]
        pairs = [pair for pair in pairs if pair[1] == currency]
    numbers = [value.toordinal() if isinstance(value, date) else float(value) for value, _code in pairs]
    is_whole = unit.is_whole and unit is not Unit.MONEY
    return Figures(
        count=len(pairs) + elsewhere,
        spread=distribution(numbers, whole=is_whole, days=unit is Unit.DATE),
        currency=currency,
        elsewhere=elsewhere,
    )
