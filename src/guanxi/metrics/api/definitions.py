"""Definitions of metrics over HTTP: those that come with the program, the team's own, and what one would say."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from guanxi.access.api import (
    REFUSALS,
    Answer,
    IdempotencyKey,
    Problem,
    ProblemError,
    actor_of_request,
    answer_once,
)
from guanxi.access.errors import NotFoundError
from guanxi.access.models import ChangeSet
from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.definitions import Metric, Unit
from guanxi.metrics.calc.distribution import Distribution
from guanxi.metrics.calc.json_form import to_json
from guanxi.metrics.models import TeamMetric
from guanxi.metrics.previews import NeverFedError, NoPreviewError, Preview, TooSlowError, preview_metric
from guanxi.metrics.services.definitions import archive_metric, change_metric, checked_metric, define_metric
from guanxi.metrics.team import team_metric_named, team_metrics
from guanxi.records.api.preconditions import IfMatch, etag, required_version
from guanxi.records.values import plain

ROOT = "/api/v1/metrics"
CHANGESET_HEADER = "Guanxi-Changeset"

router = Router(tags=["metrics"])

WRITTEN: dict[int, type[Schema]] = {**REFUSALS, 409: Problem}
CONDITIONAL: dict[int, type[Schema]] = {**WRITTEN, 412: Problem, 428: Problem}

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


@router.get(
    "", response={200: MetricList, **REFUSALS}, operation_id="list_metrics", summary="List the metrics"
)
def list_metrics(request: HttpRequest) -> HttpResponse:
    """Those the team has defined, and those that come with the program."""
    actor_of_request(request)
    items = [*map(_team_body, team_metrics()), *map(_built_in_body, BUILT_IN)]
    return _json({"items": items})


@router.post(
    "",
    response={201: MetricBody, **WRITTEN},
    operation_id="create_metric",
    summary="Define a metric",
    description="Managers and administrators. At once a field of the customer; its values come with the refresh that "
    f"follows. `{CHANGESET_HEADER}` names the change set.",
)
def create_metric(
    request: HttpRequest, payload: MetricCreate, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Add a metric of the team's."""

    def work() -> Answer:
        row, changeset = define_metric(
            actor=actor_of_request(request),
            definition=payload.definition,
            labels=payload.labels,
            now=timezone.now(),
        )
        headers = {**_headers(row, changeset), "Location": f"{ROOT}/{row.name}"}
        return Answer(HTTPStatus.CREATED, _team_body(row), headers)

    return answer_once(request, idempotency_key, work, body=payload.dict())


@router.post(
    "/preview",
    response={200: PreviewBody, **WRITTEN},
    operation_id="preview_metric",
    summary="Try a metric",
    description="Computes it over the warehouse as it was last fed, for the customers you see; nothing is kept.",
)
def preview(request: HttpRequest, payload: MetricTry) -> HttpResponse:
    """Try a metric; 409 with the code `never_fed` before the first refresh, `too_slow`, `no_preview`."""
    actor = actor_of_request(request)
    name = payload.definition.get("name")
    is_there = isinstance(name, str) and team_metrics().filter(name=name).exists()
    metric = checked_metric(payload.definition, instead_of=str(name) if is_there else "")
    try:
        return _json(_preview_body(preview_metric(actor=actor, metric=metric, now=timezone.now())))
    except NeverFedError as error:
        detail = _("Nothing was fed to the warehouse yet. A preview can be computed after the first refresh.")
        raise ProblemError(HTTPStatus.CONFLICT, "never_fed", detail) from error
    except TooSlowError as error:
        detail = _("This takes longer than a preview may. It can be kept: the refresh has more time.")
        raise ProblemError(HTTPStatus.CONFLICT, "too_slow", detail) from error
    except NoPreviewError as error:
        detail = _("What a model says is computed with the next refresh; there is no preview of it.")
        raise ProblemError(HTTPStatus.CONFLICT, "no_preview", detail) from error


@router.get(
    "/{name}", response={200: MetricBody, **REFUSALS}, operation_id="read_metric", summary="Read a metric"
)
def read_metric(request: HttpRequest, name: str) -> HttpResponse:
    """One metric, with its ETag if it is the team's own."""
    actor_of_request(request)
    row = team_metrics().filter(name=name).first()
    if row is not None:
        return _json(_team_body(row), headers={"ETag": etag(row.version)})
    found = next((metric for metric in BUILT_IN if metric.name == name), None)
    if found is None:
        raise NotFoundError
    return _json(_built_in_body(found))


@router.patch(
    "/{name}",
    response={200: MetricBody, **CONDITIONAL},
    operation_id="update_metric",
    summary="Change a metric of the team's",
)
def update_metric(
    request: HttpRequest, name: str, payload: MetricUpdate, if_match: IfMatch = None
) -> HttpResponse:
    """Until the refresh that follows, nobody has a value."""
    actor = actor_of_request(request)
    row = team_metric_named(name)
    version = required_version(if_match, row.version)
    row, changeset = change_metric(
        actor=actor,
        name=name,
        definition=row.definition if payload.definition is None else payload.definition,
        labels=payload.labels,
        version=version,
        now=timezone.now(),
    )
    return _json(_team_body(row), headers=_headers(row, changeset))


@router.delete(
    "/{name}",
    response={204: None, **CONDITIONAL},
    operation_id="delete_metric",
    summary="Take a metric of the team's out of use",
    description=f"`{CHANGESET_HEADER}` names the change set that brings it back when it is undone.",
)
def delete_metric(request: HttpRequest, name: str, if_match: IfMatch = None) -> HttpResponse:
    """Its definition is kept for undo; its slot is free for another."""
    actor = actor_of_request(request)
    version = required_version(if_match, team_metric_named(name).version)
    gone = archive_metric(actor=actor, name=name, version=version, now=timezone.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={CHANGESET_HEADER: str(gone.pk)})


def _headers(row: TeamMetric, changeset: ChangeSet | None) -> dict[str, str]:
    headers = {"ETag": etag(row.version)}
    return headers | ({CHANGESET_HEADER: str(changeset.pk)} if changeset is not None else {})


def _json(body: Any, *, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse(body, headers=headers, json_dumps_params={"ensure_ascii": False})


def _team_body(row: TeamMetric) -> dict[str, Any]:
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


def _built_in_body(metric: Metric) -> dict[str, Any]:
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


def _preview_body(found: Preview) -> dict[str, Any]:
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
