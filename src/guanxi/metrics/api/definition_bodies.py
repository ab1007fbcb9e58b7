"""The JSON of metrics' definitions and previews."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from guanxi.metrics.calc.definitions import Metric, Unit
from guanxi.metrics.calc.distribution import Distribution
from guanxi.metrics.calc.json_form import to_json
from guanxi.metrics.models import TeamMetric
from guanxi.metrics.previews import Preview
from guanxi.records.values import plain

Definition = Annotated[
    dict[str, Any],
    Field(
        description="`kind` (counted, own_rhythm, combined, otherwise, scored, predicted), `name`, `label`, `unit` and "
        "what the kind has; see docs/metrics.md.",
        examples=[
            {
                "kind": "counted",
                "name": "large_orders",
                "label": "Large orders",
                "unit": "count",
                "fact": "orders",
                "aggregate": "count",
                "window": {"span": "months", "count": 6},
                "condition": "total > 10000",
            }
        ],
    ),
]
Labels = Annotated[dict[str, str], Field(description="What it is called in other languages, by their code.")]


class Sent(Schema):
    """What is sent: a field that is not known is a fault, not a silence."""

    model_config = ConfigDict(extra="forbid")


class MetricCreate(Sent):
    """A metric to add."""

    definition: Definition
    labels: Labels = {}


class MetricUpdate(Sent):
    """What to change of a metric; its name stays."""

    definition: Definition | None = None
    labels: Labels | None = None


class MetricTry(Sent):
    """A metric to try; nothing is kept."""

    definition: Definition


class MetricBody(Schema):
    """A metric: a number about each customer, and a field of theirs."""

    name: str
    label: str
    labels: dict[str, str]
    unit: str
    definition: dict[str, Any]
    origin: Annotated[Literal["built_in", "team"], Field(description="Only the team's own can be changed.")]
    version: Annotated[
        int | None, Field(description="It is the ETag; null for those that come with the program.")
    ]
    computed_at: Annotated[
        str | None, Field(description="When its values were computed; null: not since it was changed.")
    ]
    problem: Annotated[str, Field(description="Why the last refresh could not compute it.")]


class MetricList(Schema):
    """All metrics: the team's own first."""

    items: list[MetricBody]


class BinBody(Schema):
    """So many values from `low` to below `high`; null: all from `low` on."""

    low: str
    high: str | None
    count: int


class ExampleBody(Schema):
    """A customer, its value, and the rows or metrics behind it."""

    id: int
    name: str
    value: Any
    currency: str
    rows: int | None


class PreviewBody(Schema):
    """What a metric would say of the customers you see. Money is in `currency`; dates are in ISO form."""

    as_of: str
    fed_at: str
    seconds: float
    customers: int
    with_value: int
    currency: str
    smallest: str | None
    median: str | None
    largest: str | None
    bins: list[BinBody]
    examples: list[ExampleBody]


def team_body(row: TeamMetric) -> dict[str, Any]:
    """Return a metric of the team's as JSON."""
    return {
        "name": row.name,
        "label": row.label,
        "labels": row.labels,
        "unit": row.unit,
        "definition": row.definition,
        "origin": "team",
        "version": row.version,
        "computed_at": row.computed_at.isoformat() if row.computed_at else None,
        "problem": row.problem,
    }


def built_in_body(metric: Metric) -> dict[str, Any]:
    """Return a metric that comes with the program as JSON."""
    return {
        "name": metric.name,
        "label": metric.label,
        "labels": {},
        "unit": str(metric.unit),
        "definition": to_json(metric),
        "origin": "built_in",
        "version": None,
        "computed_at": None,
        "problem": "",
    }


def preview_body(found: Preview) -> dict[str, Any]:
    """Return a preview as JSON."""
    unit, spread = found.metric.unit, found.figures.spread
    return {
        "as_of": found.as_of.isoformat(),
        "fed_at": found.fed_at.isoformat(),
        "seconds": found.seconds,
        "customers": found.customers,
        "with_value": found.figures.count,
        "currency": found.figures.currency,
        **_spread_body(spread, unit),
        "examples": [
            {
                "id": example.customer_id,
                "name": example.name,
                "value": plain(example.value),
                "currency": example.currency,
                "rows": example.rows.total if example.rows else None,
            }
            for example in found.examples
        ],
    }


def _spread_body(spread: Distribution | None, unit: Unit) -> dict[str, Any]:
    if spread is None:
        return {"smallest": None, "median": None, "largest": None, "bins": []}

    def said(value: float | None) -> str | None:
        if value is None:
            return None
        return date.fromordinal(round(value)).isoformat() if unit is Unit.DATE else f"{value:.12g}"

    return {
        "smallest": said(spread.smallest),
        "median": said(spread.median),
        "largest": said(spread.largest),
        "bins": [
            {"low": said(found.low), "high": said(found.high), "count": found.count} for found in spread.bins
        ],
    }
