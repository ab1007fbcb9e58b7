"""What a metric would say, for somebody who is defining it: over the customers they see, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter
from typing import Any, NamedTuple

from django.conf import settings

from guanxi.access.calc import Actor, Sharing, Verb, scope
from guanxi.conditions.tree import Everything
from guanxi.customers.models import Customer
from guanxi.metrics.calc.definitions import (
    Counted,
    Metric,
    OwnRhythm,
    Predicted,
    Unit,
    named_by,
    with_what_they_need,
)
from guanxi.metrics.calc.money import decimals_of
from guanxi.metrics.engine.opening import NeverFedError
from guanxi.metrics.engine.preview import RowsBehind, TooSlowError, rows_behind, values_of
from guanxi.metrics.engine.warehouse import read_manifest
from guanxi.metrics.figures import Figures, summarised
from guanxi.metrics.team import every_metric

__all__ = ["NeverFedError", "NoPreviewError", "Preview", "TooSlowError", "preview_metric"]

SECONDS = 8.0
EXAMPLES = 10


class NoPreviewError(Exception):
    """A model is fitted with the refresh, not while somebody is typing."""


@dataclass(frozen=True, slots=True)
class Example:
    """A customer, the value it has (money in major units of `currency`), and what that was counted or made of."""

    customer_id: int
    name: str
    value: Any
    currency: str
    rows: RowsBehind | None
    made_of: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """A metric over the customers that somebody sees; texts have the `commonest` in place of a spread."""

    metric: Metric
    as_of: date
    fed_at: datetime
    seconds: float
    customers: int
    figures: Figures
    commonest: Sequence[tuple[str, int]]
    examples: Sequence[Example]


def preview_metric(*, actor: Actor, metric: Metric, now: datetime) -> Preview:
    """Compute a checked metric over the warehouse and tell what the actor may know of it.

    Raises NeverFedError, TooSlowError after some seconds, NoPreviewError for what a model says.
    """
    began = perf_counter()
    metrics = with_what_they_need([metric], (found for found in every_metric() if found.name != metric.name))
    if any(isinstance(found, Predicted) for found in metrics):
        raise NoPreviewError
    root, today = settings.ENVIRONMENT.warehouse, now.astimezone(UTC).date()
    manifest = read_manifest(root)
    if manifest is None:
        raise NeverFedError
    table = values_of(root, metrics, today=today, seconds=SECONDS)
    seen = _seen_ids(actor)
    customers = table.num_rows if seen is None else len(seen)
    values = _values(table, metric, seen)
    figures = summarised(metric.unit, [one.value for one in values], [one.currency for one in values])
    chosen = _chosen(values, metric.unit, figures.currency)
    named = dict(
        Customer.objects.visible_to(actor)
        .filter(pk__in=[one.customer_id for one in chosen])
        .values_list("pk", "name")
    )
    chosen = [one for one in chosen if one.customer_id in named]
    behind: Mapping[int, RowsBehind] = {}
    if isinstance(metric, (Counted, OwnRhythm)):
        currencies = {one.customer_id: one.currency for one in chosen}
        behind = rows_behind(root, metric, currencies, today=today, seconds=SECONDS)
    parts = _parts(table, metric, metrics, chosen)
    return Preview(
        metric=metric,
        as_of=today,
        fed_at=datetime.fromisoformat(manifest.written_at),
        customers=customers,
        figures=figures,
        commonest=_commonest(values) if metric.unit is Unit.TEXT else [],
        examples=[
            Example(
                one.customer_id,
                named[one.customer_id],
                one.value,
                one.currency,
                behind.get(one.customer_id),
                parts.get(one.customer_id, {}),
            )
            for one in chosen
        ],
        seconds=round(perf_counter() - began, 3),
    )


def _seen_ids(actor: Actor) -> set[int] | None:
    """The customers the actor sees, as the records say now; None means all."""
    if isinstance(scope(actor, Verb.VIEW, Sharing.OWNED), Everything):
        return None
    return set(Customer.objects.visible_to(actor).values_list("pk", flat=True))


class _Value(NamedTuple):
    """A customer with a value."""

    value: Any
    customer_id: int
    currency: str


def _values(table: Any, metric: Metric, seen: set[int] | None) -> list[_Value]:
    """The values of the customers that are seen and have one, money in major units."""
    columns = (table.column(name).to_pylist() for name in (metric.name, "customer_id", "currency"))
    return [
        _Value(value_in(value, metric.unit, currency or ""), key, currency or "")
        for value, key, currency in zip(*columns, strict=True)
        if value is not None and (seen is None or key in seen)
    ]


def _chosen(values: Sequence[_Value], unit: Unit, currency: str) -> list[_Value]:
    """Customers to show: the largest values, two from the middle and the smallest, in that order."""
    comparable = [one for one in values if unit is not Unit.MONEY or one.currency == currency]
    ordered = sorted(comparable, key=lambda one: (one.value, -one.customer_id), reverse=True)
    if len(ordered) <= EXAMPLES:
        return ordered
    top, middle = EXAMPLES // 2, len(ordered) // 2
    return [*ordered[:top], *ordered[middle : middle + 2], *ordered[top - EXAMPLES + 2 :]]


def _commonest(values: Sequence[_Value]) -> list[tuple[str, int]]:
    """The texts most customers have."""
    return Counter(str(one.value) for one in values).most_common(EXAMPLES)


def value_in(value: Any, unit: Unit, currency: str) -> Any:
    """Return a computed value as people know it: money in major units."""
    if value is None or unit is not Unit.MONEY:
        return value
    return Decimal(value).scaleb(-decimals_of(currency))


def _parts(
    table: Any, metric: Metric, metrics: Sequence[Metric], chosen: Sequence[_Value]
) -> dict[int, dict[str, Any]]:
    """Of what the values of some customers are made: the metrics it refers to."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    from pyarrow import compute  # noqa: PLC0415 - heavy

    units = {found.name: found.unit for found in metrics}
    names = named_by(metric)
    ids = pa.array([one.customer_id for one in chosen], pa.int64())
    rows = table.filter(compute.is_in(table.column("customer_id"), ids)).to_pylist()
    return {
        row["customer_id"]: {name: value_in(row[name], units[name], row["currency"] or "") for name in names}
        for row in rows
    }
