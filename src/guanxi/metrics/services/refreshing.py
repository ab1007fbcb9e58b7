"""The refresh: feed the warehouse what changed, compute what depends on it, keep that beside the customers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings

from guanxi.access.calc import Actor, Role
from guanxi.access.errors import ForbiddenError
from guanxi.metrics.engine.compaction import compact
from guanxi.metrics.engine.expressions import MONEY_FACT, OTHER
from guanxi.metrics.engine.feed import Attestation, Fed, feed
from guanxi.metrics.engine.opening import open_warehouse
from guanxi.metrics.engine.snapshots import day_of, expire, snapshot_file, write_snapshot
from guanxi.metrics.engine.store import inform_planner
from guanxi.metrics.engine.values import (
    VALUES,
    Basis,
    begin_keeping,
    compute_values,
    finish_keeping,
    is_in_doubt,
)
from guanxi.metrics.engine.warehouse import Manifest, is_complete, only_writer, read_manifest
from guanxi.metrics.facts import fact_named, facts
from guanxi.metrics.models import Feed, Refresh
from guanxi.metrics.queries import house_currency, last_refresh
from guanxi.metrics.services.keeping import keep, tell_the_team, wanted_metrics
from guanxi.records.run_time import one_reading

REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did. `other_currency_rows`: orders left out of a customer's money, being in another currency.

    `future_rows`: orders dated after the day of the computation, left out of everything. `is_whole`: all were computed,
    else those who changed; `written`: customers whose values were written. Seconds by step.
    """

    as_of: str
    engine: str
    customers: int
    currencies: Mapping[str, int]
    house_currency: str
    other_currency_rows: int
    other_currency_customers: int
    future_rows: int
    is_whole: bool
    written: int
    seconds: Mapping[str, float]


def refresh(*, actor: Actor | None, now: datetime, engine: str | None = None) -> Refreshed:
    """Bring the metrics of every customer up to `now` and keep them beside the customers.

    `actor` None is the program itself. The day is that of `now` in UTC, the same for everybody. Derived values:
    repeating it changes nothing, and no change set is left.
    Raises ForbiddenError for whoever only looks, WarehouseBusyError, UnknownEngineError.
    """
    if actor is not None and (actor.read_only or actor.role is Role.VIEWER):
        raise ForbiddenError
    with only_writer(settings.ENVIRONMENT.warehouse), one_reading():
        return _Refresh(settings.ENVIRONMENT.warehouse, now, engine or settings.ENVIRONMENT.engine).run()


class _Refresh:
    """One refresh, step by step. Use it inside `only_writer`."""

    def __init__(self, root: Path, now: datetime, engine: str) -> None:
        self.root, self.now, self.engine = root, now, engine
        self.today = now.astimezone(UTC).date()
        self.clock = Stopwatch()

    def run(self) -> Refreshed:
        house = house_currency()
        before = read_manifest(self.root)
        is_sound = before is not None and is_complete(self.root, before)
        if before is not None and is_sound:
            self._end_the_day_before(before)
        manifest = fed_warehouse(self.root, house, self.now)
        self.clock.lap("feed")
        wanted = wanted_metrics()
        token = _token()
        in_doubt = not is_sound or is_in_doubt(manifest, token, wanted.slots)
        outcome = compute_values(
            root=self.root,
            manifest=manifest,
            metrics=wanted.metrics,
            today=self.today,
            engine=self.engine,
            in_doubt=in_doubt,
        )
        self.clock.lap("compute")
        written = outcome.rows.num_rows + len(outcome.gone)
        is_new = outcome.everyone is not None or written > 0
        if is_new:
            token = secrets.token_hex(16)
            manifest = begin_keeping(self.root, self.now, manifest)
            keep(outcome, wanted, now=self.now, in_doubt=in_doubt)
            self.clock.lap("keep")
        else:
            tell_the_team(wanted, self.now)
        figures = _figures(self.root, manifest, self.today) if not is_new else None
        if is_new:
            basis = Basis(wanted.metrics, self.today, wanted.slots, token)
            kept = finish_keeping(self.root, self.now, manifest, outcome, basis)
            figures = _figures(self.root, kept, self.today)
            self._begin_the_day(kept)
            if outcome.everyone is not None:
                inform_planner()
        self.clock.lap("tell")
        assert figures is not None  # noqa: S101 - one or the other
        done = Refreshed(
            as_of=self.today.isoformat(),
            engine=self.engine,
            house_currency=house,
            is_whole=outcome.everyone is not None,
            written=written,
            seconds=dict(self.clock.laps),
            **figures,
        )
        self._remember(done, token)
        return done

    def _end_the_day_before(self, manifest: Manifest) -> None:
        """What stands is the last that was computed on an earlier day: its snapshot."""
        day = day_of(manifest)
        if day is not None and day < self.today:
            write_snapshot(self.root, manifest, day)

    def _begin_the_day(self, manifest: Manifest) -> None:
        if not snapshot_file(self.root, self.today).exists():
            write_snapshot(self.root, manifest, self.today)
            expire(self.root, self.today, settings.ENVIRONMENT.snapshot_days)

    def _remember(self, done: Refreshed, token: str) -> None:
        row = Refresh.objects.create(
            as_of=self.today,
            started_at=self.now,
            finished_at=self.now,
            engine=self.engine,
            customers=done.customers,
            report={**asdict(done), "token": token},
        )
        Refresh.objects.filter(pk__lte=row.pk - REMEMBERED).delete()


def take_snapshot(*, now: datetime) -> bool:
    """Keep metrics and tiers as they are now as the snapshot of the day: for who has just computed tiers.

    Returns whether there was anything to keep that was not kept. Raises WarehouseBusyError.
    """
    root = settings.ENVIRONMENT.warehouse
    with only_writer(root):
        manifest = fed_warehouse(root, house_currency(), now)
        day = day_of(manifest)
        return day is not None and write_snapshot(root, manifest, day)


def _token() -> str:
    """What the last refresh left beside the customers."""
    last = last_refresh()
    return str(last.report.get("token", "")) if last else ""


def fed_warehouse(root: Path, house: str, now: datetime) -> Manifest:
    """Bring the warehouse up to date with the records. Call it inside `only_writer`."""
    standing = read_manifest(root)
    if standing is not None and is_complete(root, standing):
        compact(root=root, now=now)
    manifest, _ = feed(root=root, facts=facts(), house_currency=house, now=now, attestation=_attestation(now))
    return manifest


def _attestation(now: datetime) -> Attestation:
    def keep_feed(fed: Fed) -> None:
        row = Feed.objects.create(
            token=fed.token, fed_at=now, is_whole=fed.is_whole, customers=fed.customers, rows=fed.rows
        )
        Feed.objects.filter(pk__lte=row.pk - REMEMBERED).delete()

    return Attestation(lambda token: Feed.objects.filter(token=token).exists(), keep_feed)


def _figures(root: Path, manifest: Manifest, today: date) -> dict[str, Any]:
    """What there is to tell of the values as they stand."""
    day = fact_named(MONEY_FACT).day
    with open_warehouse(root, manifest=manifest, names=(VALUES, MONEY_FACT)) as connection:
        counted = connection.execute(
            f"SELECT count(*), coalesce(sum({OTHER}), 0), count(*) FILTER ({OTHER} > 0) FROM {VALUES}"  # noqa: S608
        ).fetchone()
        currencies = connection.execute(
            f"SELECT currency, count(*) FROM {VALUES} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        ).fetchall()
        future = connection.execute(
            f"SELECT count(*) FROM {MONEY_FACT} WHERE {day} > ?",  # noqa: S608
            [today],
        ).fetchone()
    return {
        "customers": counted[0],
        "other_currency_rows": int(counted[1]),
        "other_currency_customers": counted[2],
        "currencies": dict(currencies),
        "future_rows": future[0],
    }


class Stopwatch:
    """Seconds between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        """Keep the time since the lap before under `name`."""
        now = perf_counter()
        self.laps[name], self._last = round(now - self._last, 3), now
