"""The long work of this room: bulk changes, and formulas computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop, override

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ChangeVerb
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.jobs.errors import JobFailedError
from guanxi.jobs.services import JobRun, register, watch
from guanxi.records.declaration import record_type
from guanxi.records.services.bulk import KIND, BulkChange, bulk_rows, change_batch, changeable_rows
from guanxi.records.services.recomputing import (
    RECOMPUTE,
    recompute_batch,
    recompute_if_due,
    rows_to_recompute,
)

BATCH = 500


def run_bulk(run: JobRun) -> Mapping[str, Any]:
    """Change the rows in batches by id, each batch with its checkpoint. Returns the counts that people see."""
    change = BulkChange.of(run.parameters)
    if run.actor is None:
        raise JobFailedError(gettext_noop("A bulk change needs a person who answers for it."))
    try:
        return _run(run, change, run.actor)
    except InvalidError as error:
        raise JobFailedError(str(error)) from error
    except ConditionError as error:
        with override(run.actor.language):
            raise JobFailedError(explain(error)) from error
    except ForbiddenError as error:
        raise JobFailedError(gettext_noop("You may not hang these records on that one.")) from error


def _run(run: JobRun, change: BulkChange, actor: Actor) -> dict[str, Any]:
    reached: dict[str, Any] = dict(run.checkpoint) or _beginning(change, actor, run)
    changeset = run.open_changeset(ChangeVerb.BULK)
    while True:
        with transaction.atomic():
            ids = _next_ids(change, actor, reached, run)
            if not ids:
                break
            reached["changed"] += change_batch(change, ids, actor=actor, changeset=changeset, now=run.now())
            reached["done"] += len(ids)
            reached["after"] = ids[-1]
            run.advance(done=reached["done"], total=reached["total"], checkpoint=reached)
    return {
        "matched": reached["matched"],
        "changed": reached["changed"],
        "unchanged": reached["done"] - reached["changed"],
        "not_allowed": reached["matched"] - reached["total"],
    }


def _beginning(change: BulkChange, actor: Actor, run: JobRun) -> dict[str, Any]:
    """What is there when the work begins: rows that come later are not meant."""
    rows = bulk_rows(change, actor, now=run.now())
    mine = changeable_rows(rows, change, actor)
    last = mine.aggregate(last=Max("pk"))["last"] or 0
    return {"matched": rows.count(), "total": mine.count(), "last": last, "after": 0, "done": 0, "changed": 0}


def _next_ids(change: BulkChange, actor: Actor, reached: Mapping[str, Any], run: JobRun) -> list[int]:
    rows = changeable_rows(bulk_rows(change, actor, now=run.now()), change, actor)
    ahead = rows.filter(pk__gt=reached["after"], pk__lte=reached["last"]).order_by("pk")
    return list(ahead.values_list("pk", flat=True)[:BATCH])


def run_recompute(run: JobRun) -> Mapping[str, Any]:
    """Compute the formulas of a type anew, in batches by id. Returns the counts that people see."""
    known = record_type(run.parameters["type"])
    reached: dict[str, Any] = dict(run.checkpoint) or {
        "total": rows_to_recompute(known),
        "after": 0,
        "done": 0,
        "changed": 0,
    }
    while True:
        with transaction.atomic():
            looked_at, changed, last = recompute_batch(known, reached["after"])
            if not looked_at:
                break
            reached |= {
                "after": last,
                "done": reached["done"] + looked_at,
                "changed": reached["changed"] + changed,
            }
            total = max(reached["total"], reached["done"])
            run.advance(done=reached["done"], total=total, checkpoint=reached)
    return {"matched": reached["done"], "changed": reached["changed"]}


register(KIND, run_bulk)
register(RECOMPUTE, run_recompute)
watch(recompute_if_due)
