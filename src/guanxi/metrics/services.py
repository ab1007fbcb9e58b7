"""Writes of metrics: the refresh that feeds, computes and keeps; the house's currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import transaction

from guanxi.access.calc import Actor, Role, may_administer
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.metrics.calc.definitions import BUILT_IN, Metric, Unit, facts_of
from guanxi.metrics.engine.computation import Computed, compute
from guanxi.metrics.engine.expressions import OTHER
from guanxi.metrics.engine.feed import feed
from guanxi.metrics.engine.store import keep_beside, rows_of
from guanxi.metrics.engine.warehouse import only_writer
from guanxi.metrics.facts import fact_named
from guanxi.metrics.models import CustomerMetrics, HouseCurrency, Refresh
from guanxi.metrics.queries import house_currency


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did. `other_currency_rows`: orders left out of a customer's money, being in another currency.

    `future_rows`: orders dated after the day of the computation, left out of everything. Seconds by step.
    """

    as_of: str
    engine: str
    customers: int
    currencies: Mapping[str, int]
    house_currency: str
    other_currency_rows: int
    other_currency_customers: int
    future_rows: int
    seconds: Mapping[str, float]


def refresh(*, actor: Actor | None, now: datetime, engine: str | None = None) -> Refreshed:
    """Compute the built-in metrics of every customer as of `now` and keep them beside the customers.

    `actor` None is the program itself. The day is that of `now` in UTC, the same for everybody. Derived values:
    repeating it changes nothing, and no change set is left.
    Raises ForbiddenError for whoever only looks, WarehouseBusyError, UnknownEngineError.
    """
    if actor is not None and (actor.read_only or actor.role is Role.VIEWER):
        raise ForbiddenError
    engine = engine or settings.ENVIRONMENT.engine
    clock = Stopwatch()
    root = settings.ENVIRONMENT.warehouse
    today = now.astimezone(UTC).date()
    house = house_currency()
    with only_writer(root):
        facts = [fact_named(name) for name in ("customers", *facts_of(BUILT_IN))]
        manifest = feed(root=root, facts=facts, house_currency=house, now=now)
        clock.lap("feed")
        computed = compute(root=root, manifest=manifest, metrics=BUILT_IN, today=today, engine=engine)
        clock.lap("compute")
        _keep(computed, BUILT_IN)
        clock.lap("keep")
    done = _refreshed(computed, today.isoformat(), engine, house, clock.laps)
    Refresh.objects.create(
        as_of=today,
        started_at=now,
        finished_at=now,
        engine=engine,
        customers=done.customers,
        report=asdict(done),
    )
    return done


class Stopwatch:
    """Seconds between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        """Keep the time since the lap before under `name`."""
        now = perf_counter()
        self.laps[name], self._last = round(now - self._last, 3), now


def _keep(computed: Computed, metrics: tuple[Metric, ...]) -> None:
    names = ("customer_id", "currency", *(metric.name for metric in metrics))
    columns = ("customer", *names[1:])
    money = [metric.name for metric in metrics if metric.unit is Unit.MONEY]
    keep_beside(CustomerMetrics, columns, rows_of(computed.table, names, money))
    CustomerMetrics.objects.exclude(customer__deleted_in=None).delete()


def _refreshed(
    computed: Computed, as_of: str, engine: str, house: str, seconds: Mapping[str, float]
) -> Refreshed:
    table = computed.table
    other: list[int] = table.column(OTHER).to_pylist()
    currencies: Counter[Any] = Counter(table.column("currency").to_pylist())
    return Refreshed(
        as_of=as_of,
        engine=engine,
        customers=table.num_rows,
        currencies=dict(currencies.most_common()),
        house_currency=house,
        other_currency_rows=sum(other),
        other_currency_customers=sum(1 for count in other if count),
        future_rows=computed.future_rows,
        seconds=dict(seconds),
    )


@transaction.atomic
def set_house_currency(*, actor: Actor, currency: str) -> None:
    """Set the money the house reckons in (three letters, ISO 4217). Raises ForbiddenError, InvalidError."""
    if not may_administer(actor):
        raise ForbiddenError
    code = currency.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise InvalidError({"currency": [f"'{currency}' is not a currency; write CNY, KRW, USD …"]})
    HouseCurrency.objects.update_or_create(pk=1, defaults={"currency": code})
