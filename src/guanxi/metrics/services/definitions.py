"""The team's own metrics: defining, changing and archiving them, with a change set that undo takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, StaleError
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.customers.models import Customer
from guanxi.jobs.models import Job
from guanxi.jobs.queries import is_waiting
from guanxi.jobs.services import enqueue
from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.checking import check
from guanxi.metrics.calc.definitions import DefinitionError, Metric, Unit, named_by
from guanxi.metrics.calc.json_form import from_json, to_json
from guanxi.metrics.calc.slots import free_slot, shelf_of
from guanxi.metrics.engine.shapes import shapes_of
from guanxi.metrics.facts import facts
from guanxi.metrics.models import Feed, TeamMetric
from guanxi.metrics.services.due import REFRESH
from guanxi.metrics.team import definitions_of, team_metric_named, team_metrics
from guanxi.records.declaration import declared_type
from guanxi.records.run_time import fields_changed, lock_fields
from guanxi.records.services.beside import Keeper, register_keeper

RECORD_TYPE = "metric"
FIELD = "definition"
ADDRESSES = frozenset({"new", "try", "figures", "refresh", "refreshing", "preview"})
"""Names that stand in the addresses of pages and of the API."""
LABEL_LENGTH = 100
NAME_LENGTH = 40

State = dict[str, Any] | None


def may_define(actor: Actor) -> bool:
    """Whether the actor may define metrics: managers and administrators."""
    return actor.manages and not actor.read_only


def checked_metric(definition: object, *, instead_of: str = "") -> Metric:
    """Return the metric that JSON describes, checked beside all others; `instead_of` names the one it replaces.

    Raises InvalidError with the fault under the part of the definition it is about; its cause is the DefinitionError.
    """
    try:
        metric = from_json(definition)
        others = definitions_of(team_metrics().exclude(name=instead_of).order_by("pk"))
        check((*BUILT_IN, *others, metric), shapes_of(facts()))
    except DefinitionError as error:
        about = error.about.partition(".")[0] if error.metric in ("", _name_in(definition)) else ""
        raise InvalidError({about or FIELD: [str(error)]}) from error
    if metric.name != instead_of:
        _require_free_name(metric.name)
    if not metric.label.strip() or len(metric.label) > LABEL_LENGTH:
        raise InvalidError(
            {"label": [_("Give it a name of at most %(limit)d characters.") % {"limit": LABEL_LENGTH}]}
        )
    return replace(metric, label=metric.label.strip())


def _name_in(definition: object) -> object:
    return definition.get("name") if isinstance(definition, Mapping) else ""


def _require_free_name(name: str) -> None:
    """A metric is a field: no other field and no attribute of the record may have its name."""
    if len(name) > NAME_LENGTH:
        raise InvalidError({"name": [_("At most %(limit)d characters.") % {"limit": NAME_LENGTH}]})
    if name in declared_type("customer").by_name or hasattr(Customer, name) or name in ADDRESSES:
        raise InvalidError({"name": [_("Customers have a field of this name already.")]})


def _checked_labels(labels: Mapping[str, str]) -> dict[str, str]:
    known = dict(settings.LANGUAGES)
    for language, text in labels.items():
        if language not in known or len(text) > LABEL_LENGTH:
            raise InvalidError(
                {"labels": [_("Labels are by language: %(languages)s.") % {"languages": ", ".join(known)}]}
            )
    return {language: text.strip() for language, text in labels.items() if text.strip()}


@transaction.atomic
def define_metric(
    *, actor: Actor, definition: object, labels: Mapping[str, str] | None = None, now: datetime
) -> tuple[TeamMetric, ChangeSet]:
    """Add a metric: at once a field of the customer, its values with the next refresh, which is asked for.

    Raises ForbiddenError, InvalidError (by part of the definition), ConflictError when every slot for its unit is lent.
    """
    if not may_define(actor):
        raise ForbiddenError
    lock_fields()
    metric = checked_metric(definition)
    row = TeamMetric(created_by_id=actor.id, created_at=now, archived_at=now, version=0)
    return row, _write(
        row, {FIELD: to_json(metric), "labels": _checked_labels(labels or {})}, actor, ChangeVerb.CREATE, now
    )


@transaction.atomic
def change_metric(
    *,
    actor: Actor,
    name: str,
    definition: object,
    labels: Mapping[str, str] | None = None,
    version: int | None = None,
    now: datetime,
) -> tuple[TeamMetric, ChangeSet | None]:
    """Change a metric of the team's; its name stays. None in place of a change set: nothing was different.

    Raises NotFoundError, ForbiddenError, InvalidError, ConflictError, or StaleError when it is no more at `version`.
    """
    row = _locked(actor, name, version)
    metric = checked_metric(definition, instead_of=name)
    if metric.name != name:
        raise InvalidError({"name": [_("Saved views speak of this name: it stays.")]})
    state: State = {
        FIELD: to_json(metric),
        "labels": row.labels if labels is None else _checked_labels(labels),
    }
    if state == state_of(row):
        return row, None
    return row, _write(row, state, actor, ChangeVerb.UPDATE, now)


@transaction.atomic
def archive_metric(*, actor: Actor, name: str, version: int | None = None, now: datetime) -> ChangeSet:
    """Take a metric out of use and free its slot. Its definition is kept: undo brings it back.

    Raises NotFoundError, ForbiddenError, StaleError, or ConflictError while another metric refers to it.
    """
    row = _locked(actor, name, version)
    _require_unused(name)
    return _write(row, None, actor, ChangeVerb.DELETE, now)


def _require_unused(name: str) -> None:
    using = [other.label for other in team_metrics() if name in named_by(from_json(other.definition))]
    if using:
        raise ConflictError(_("It is used by: %(names)s.") % {"names": ", ".join(using)})


def _locked(actor: Actor, name: str, version: int | None) -> TeamMetric:
    if not may_define(actor):
        team_metric_named(name)
        raise ForbiddenError
    lock_fields()
    row = team_metric_named(name)
    if version is not None and version != row.version:
        raise StaleError(version=row.version, current=state_of(row) or {})
    return row


def state_of(row: TeamMetric) -> State:
    """Return what history keeps of a metric: None when it is not in use."""
    return None if row.archived_at else {FIELD: row.definition, "labels": row.labels}


def _write(row: TeamMetric, state: State, actor: Actor, verb: ChangeVerb, now: datetime) -> ChangeSet:
    before = state_of(row)
    _put(row, state, now)
    changeset = open_changeset(actor=actor, verb=verb, why=row.label, now=now)
    rows = {row.pk: {FIELD: (before, state)}}
    record_changes(changeset, record_type=RECORD_TYPE, action=ChangeAction.UPDATE, rows=rows)
    return changeset


def _put(row: TeamMetric, state: State, now: datetime) -> None:
    """Keep a state; values of another definition are shown to nobody any more. Raises ConflictError without a slot."""
    if state is None:
        row.slot, row.archived_at = "", now
    else:
        _take(row, state)
    row.changed_at = now
    row.version += 1
    row.save()
    fields_changed()
    if state is not None and row.computed_at is None:
        refresh_soon(now)


def _take(row: TeamMetric, state: Mapping[str, Any]) -> None:
    metric = from_json(state[FIELD])
    is_same = row.archived_at is None and _meaning(row.definition) == _meaning(state[FIELD])
    if not is_same:
        row.computed_at, row.problem = None, ""
    if row.archived_at is not None or shelf_of(metric.unit) is not shelf_of(Unit(row.unit)):
        row.slot = _lend(metric)
    row.name, row.label, row.unit = metric.name, metric.label, metric.unit
    row.definition, row.labels, row.archived_at = state[FIELD], state["labels"], None


def _meaning(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in definition.items() if key != "label"}


def _lend(metric: Metric) -> str:
    slot = free_slot(metric.unit, set(team_metrics().values_list("slot", flat=True)))
    if slot is None:
        raise ConflictError(
            _("There is no place for another metric of this unit: archive one that is not used.")
        )
    return slot


def request_refresh(*, actor: Actor, now: datetime) -> Job:
    """Ask for a refresh. Raises ForbiddenError for whoever does not manage."""
    if not may_define(actor):
        raise ForbiddenError
    return enqueue(kind=REFRESH, actor=actor, parameters={}, now=now)


def refresh_soon(now: datetime) -> None:
    """Ask for a refresh on the program's own account, unless one is asked for already and has not begun."""
    if not is_waiting(REFRESH):
        enqueue(kind=REFRESH, actor=None, parameters={}, now=now)


def feed_anew(now: datetime) -> None:
    """Have the warehouse read everything at the next refresh: what formulas gave has changed without a change set."""
    Feed.objects.all().delete()
    refresh_soon(now)


def states(ids: Iterable[int]) -> dict[int, object]:
    """Return what each metric is now: what undo compares."""
    return {row.pk: state_of(row) for row in TeamMetric.objects.filter(pk__in=ids)}


def restore(former: Mapping[int, object], now: datetime) -> None:
    """Put former definitions back: undo's hook. Raises ConflictError where the name or the slots were taken since."""
    lock_fields()
    for row in TeamMetric.objects.filter(pk__in=former):
        state = former[row.pk]
        if state is None:
            _require_unused(row.name)
        if state is not None and team_metrics().filter(name=row.name).exclude(pk=row.pk).exists():
            raise ConflictError(_("Another metric has its name now."))
        _put(row, state, now)  # type: ignore[arg-type]  # what record_changes kept


register_keeper(RECORD_TYPE, FIELD, Keeper(current=states, restore=restore))
