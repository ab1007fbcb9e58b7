"""The metrics the team has defined: reads of them, and the fields of the customer they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanxi.access.errors import NotFoundError
from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.definitions import Metric, Unit
from guanxi.metrics.calc.json_form import from_json
from guanxi.metrics.calc.slots import Shelf, shelf_of
from guanxi.metrics.declarations import CURRENCY
from guanxi.metrics.facts import facts
from guanxi.metrics.models import TeamMetric
from guanxi.records.declaration import FieldDeclaration, Join, Kind, RecordType
from guanxi.records.run_time import register_fields
from guanxi.records.usage import Use, register_uses

RELATION = "team_values_beside"
BESIDE = Join(alias="team_metrics", relation=RELATION)
NOT_YET = Join(alias="team_metrics_to_come", relation=RELATION, only=(("customer", "0"),))
"""Beside no customer: what stands in a slot before the metric is computed is another metric's, or out of date."""

_KINDS = {
    Shelf.WHOLE: Kind.INTEGER,
    Shelf.MONEY: Kind.MONEY,
    Shelf.NUMBER: Kind.NUMBER,
    Shelf.DATE: Kind.DATE,
    Shelf.TEXT: Kind.TEXT,
}


def team_metrics() -> QuerySet[TeamMetric]:
    """Return the metrics of the team that are in use."""
    return TeamMetric.objects.filter(archived_at=None)


def team_metric_named(name: str) -> TeamMetric:
    """Return the team's metric called so. Raises NotFoundError."""
    found = team_metrics().filter(name=name).first()
    if found is None:
        raise NotFoundError
    return found


def definitions_of(metrics: Iterable[TeamMetric]) -> tuple[Metric, ...]:
    """Return what metrics of the team are, as data."""
    return tuple(from_json(metric.definition) for metric in metrics)


def every_metric() -> tuple[Metric, ...]:
    """Return the metrics that come with the program and the team's own that are in use."""
    return (*BUILT_IN, *definitions_of(team_metrics().order_by("pk")))


def uses_in_metrics(known: RecordType, name: str) -> list[Use]:
    """Return the team's metrics that speak of a field: by its name of the facts of its type, or as the customer's."""
    own = [fact.name for fact in facts() if fact.record_type == known.name]
    own += ["customer"] if known.name == "customer" else []
    told = [(row, json.dumps(row.definition, ensure_ascii=False)) for row in team_metrics()]
    return [
        Use(_("metric"), label_of(row))
        for row, text in told
        if _is_word_of(text, name) and any(_is_word_of(text, fact) for fact in own)
    ]


def _is_word_of(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _label(own: str, others: Mapping[str, str]) -> str:
    return others.get(get_language() or "", "") or own


_label_lazily = lazy(_label, str)


def label_of(metric: TeamMetric) -> str | Promise:
    """Return what a metric is called, in the language of whoever reads it."""
    return _label_lazily(metric.label, metric.labels) if metric.labels else metric.label


def field_of(metric: TeamMetric) -> FieldDeclaration:
    """Return the field of the customer that a metric of the team is; without values until it was computed."""
    join = BESIDE if metric.computed_at else NOT_YET
    kind = _KINDS[shelf_of(Unit(metric.unit))]
    options: dict[str, Any] = {"currency": CURRENCY} if kind is Kind.MONEY else {}
    return FieldDeclaration(
        name=metric.name,
        label=label_of(metric),
        kind=kind,
        column=f"{join.alias}__{metric.slot}",
        editable=False,
        join=join,
        **options,
    )


def team_fields() -> list[FieldDeclaration]:
    """Return the fields that the team's metrics are."""
    return [field_of(metric) for metric in team_metrics()]


register_fields("customer", team_fields)
register_uses(uses_in_metrics)
