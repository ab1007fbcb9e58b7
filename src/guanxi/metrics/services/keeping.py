"""Keeping what was computed beside the customers: the built-in metrics in their columns, the team's in their slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.checking import check
from guanxi.metrics.calc.definitions import DefinitionError, Metric, Unit
from guanxi.metrics.calc.json_form import from_json
from guanxi.metrics.engine.shapes import shapes_of
from guanxi.metrics.engine.store import keep_beside, rows_of
from guanxi.metrics.engine.values import Outcome
from guanxi.metrics.facts import facts
from guanxi.metrics.models import CustomerMetrics, TeamMetric, TeamValues
from guanxi.records.run_time import fields_changed

CHUNK = 900


@dataclass(frozen=True, slots=True)
class Wanted:
    """The metrics to compute: the built-in ones and those of the team that make sense, with the slots of the latter.

    `problems` says why one of the team's is left out, by its key; `versions` at what version each was read.
    """

    team: tuple[Metric, ...]
    slots: dict[str, str]
    problems: dict[int, str]
    versions: dict[int, int]

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """All of them."""
        return (*BUILT_IN, *self.team)


def wanted_metrics() -> Wanted:
    """Return what is to be computed. One of the team's that refers to what is no more is left out, and told."""
    waiting = list(TeamMetric.objects.filter(archived_at=None).order_by("pk"))
    wanted = Wanted((), {}, {}, {row.pk: row.version for row in waiting})
    shapes = shapes_of(facts())
    while waiting:
        refused: list[TeamMetric] = []
        for row in waiting:
            try:
                metric = from_json(row.definition)
                check((*wanted.metrics, metric), shapes)
            except DefinitionError as error:
                wanted.problems[row.pk] = str(error)[:300]
                refused.append(row)
            else:
                wanted.problems.pop(row.pk, None)
                slots = {**wanted.slots, metric.name: row.slot}
                wanted = Wanted((*wanted.team, metric), slots, wanted.problems, wanted.versions)
        if len(refused) == len(waiting):
            break
        waiting = refused
    return wanted


def keep(outcome: Outcome, wanted: Wanted, *, now: datetime, in_doubt: bool) -> None:
    """Write the rows that differ beside the customers, and take away those of customers who are gone."""
    _keep(
        CustomerMetrics,
        outcome.rows,
        {"currency": "currency", **{one.name: one.name for one in BUILT_IN}},
        BUILT_IN,
    )
    if wanted.slots:
        _keep(TeamValues, outcome.rows, wanted.slots, wanted.team)
    for model in (CustomerMetrics, TeamValues):
        beside: models.QuerySet[Any] = model._default_manager.all()  # noqa: SLF001 - Django's documented API
        if in_doubt:
            beside.exclude(customer__deleted_in=None).delete()
        for start in range(0, len(outcome.gone), CHUNK):
            beside.filter(customer__in=outcome.gone[start : start + CHUNK]).delete()
    tell_the_team(wanted, now)


def _keep(model: type[models.Model], table: Any, columns: dict[str, str], metrics: Iterable[Metric]) -> None:
    """Keep the columns of a table: `columns` maps its names to those of the model."""
    money = [metric.name for metric in metrics if metric.unit is Unit.MONEY]
    names: Sequence[str] = ("customer_id", *columns)
    keep_beside(model, ("customer", *columns.values()), rows_of(table, names, money))


@transaction.atomic
def tell_the_team(wanted: Wanted, now: datetime) -> None:
    """Say of each metric of the team that it was computed, or why not; one that was changed meanwhile is let be."""
    is_news = False
    for key, version in wanted.versions.items():
        row = TeamMetric.objects.filter(pk=key, version=version, archived_at=None)
        problem = wanted.problems.get(key, "")
        if problem:
            is_news |= bool(row.exclude(computed_at=None).count())
            row.update(problem=problem, computed_at=None)
        else:
            is_news |= bool(row.filter(computed_at=None).count())
            row.update(problem="", computed_at=now)
    if is_news:
        fields_changed()
