"""Definitions of metrics over HTTP: those that come with the program, the team's own, and what one would say."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

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
from guanxi.metrics.api.definition_bodies import (
    MetricBody,
    MetricCreate,
    MetricList,
    MetricTry,
    MetricUpdate,
    PreviewBody,
    built_in_body,
    preview_body,
    team_body,
)
from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.models import TeamMetric
from guanxi.metrics.previews import NeverFedError, NoPreviewError, TooSlowError, preview_metric
from guanxi.metrics.services.definitions import archive_metric, change_metric, checked_metric, define_metric
from guanxi.metrics.team import team_metric_named, team_metrics
from guanxi.records.api.preconditions import IfMatch, etag, required_version

ROOT = "/api/v1/metrics"
CHANGESET_HEADER = "Guanxi-Changeset"

router = Router(tags=["metrics"])

WRITTEN: dict[int, type[Schema]] = {**REFUSALS, 409: Problem}
CONDITIONAL: dict[int, type[Schema]] = {**WRITTEN, 412: Problem, 428: Problem}


@router.get(
    "", response={200: MetricList, **REFUSALS}, operation_id="list_metrics", summary="List the metrics"
)
def list_metrics(request: HttpRequest) -> HttpResponse:
    """Those the team has defined, and those that come with the program."""
    actor_of_request(request)
    items = [*map(team_body, team_metrics()), *map(built_in_body, BUILT_IN)]
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
        return Answer(HTTPStatus.CREATED, team_body(row), headers)

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
        return _json(preview_body(preview_metric(actor=actor, metric=metric, now=timezone.now())))
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
        return _json(team_body(row), headers={"ETag": etag(row.version)})
    found = next((metric for metric in BUILT_IN if metric.name == name), None)
    if found is None:
        raise NotFoundError
    return _json(built_in_body(found))


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
    return _json(team_body(row), headers=_headers(row, changeset))


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
