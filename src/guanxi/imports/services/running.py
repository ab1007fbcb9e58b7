"""Carrying an import out as a job, and taking it back."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError, InvalidError
from guanxi.access.models import ChangeSet, ChangeVerb
from guanxi.imports.calc.targets import CUSTOMER, WHOSE
from guanxi.imports.calc.targets import SUBJECTS as BESIDE
from guanxi.imports.models import Import, Outcome, ReviewItem, SourceRow
from guanxi.imports.queries import get_import, rejected_rows
from guanxi.imports.reading import ReadError, Table
from guanxi.imports.services.checking import check_rows
from guanxi.imports.services.pipeline import prepared_batches
from guanxi.imports.services.preparing import PreparedRow
from guanxi.imports.services.table import forget_rows, opened
from guanxi.imports.services.writing import BatchWriter
from guanxi.imports.texts import failure_text
from guanxi.jobs.errors import JobFailedError
from guanxi.jobs.models import Job
from guanxi.jobs.services import JobRun, enqueue
from guanxi.records.declaration import record_types
from guanxi.records.services import Undone, undo_changeset
from guanxi.records.storing import many_rows, tell_planner

BATCH_ROWS = 1000
TOLD_ROWS = 10_000
"""After so many rows the database's planner is told of them, and whenever they have doubled."""
MOST_REJECTED_TOLD = 1000
IMPORT, CHECK = "import", "import.check"
SUBJECTS = frozenset({"name", "contact_name", "key_person", "address", "email"})


@transaction.atomic
def start_import(*, actor: Actor, import_id: int, now: datetime, queued: bool = True) -> Job:
    """Begin to take the file over; the same job is returned when it has begun.

    Raises NotFoundError, or InvalidError when no column says who the customers are.
    `queued` False leaves running the job to the caller.
    """
    get_import(actor, import_id)
    source = Import.objects.select_for_update().get(pk=import_id)
    if source.job is not None:
        return source.job
    require_subject(source)
    job = enqueue(kind=IMPORT, actor=actor, parameters={"import": source.pk}, now=now, queued=queued)
    source.job = job
    source.save(update_fields=["job"])
    return job


def require_subject(source: Import) -> None:
    """Raise InvalidError when no column says who the customers are."""
    mapped = set(source.mapping.values())
    wanted = [SUBJECTS] if source.record_type == CUSTOMER else [frozenset(WHOSE), *BESIDE[source.record_type]]
    if not all(fields & mapped for fields in wanted):
        if source.record_type != CUSTOMER:
            raise InvalidError(
                {"map": [_("Say which columns name the customer and what the rows are about.")]}
            )
        columns = ", ".join(source.header)
        said = _("No column was recognised as the customer's name. Say which it is: %(columns)s")
        raise InvalidError({"map": [(said % {"columns": columns})[:500]]})


@transaction.atomic
def start_check(*, actor: Actor, import_id: int, now: datetime, queued: bool = True) -> Job:
    """Begin to look through all rows for faults; nothing is written but what was found. Raises NotFoundError."""
    source = get_import(actor, import_id)
    require_subject(source)
    job = enqueue(kind=CHECK, actor=actor, parameters={"import": source.pk}, now=now, queued=queued)
    Import.objects.filter(pk=source.pk).update(check_job=job)
    return job


@transaction.atomic
def undo_import(*, actor: Actor, import_id: int, now: datetime) -> Undone:
    """Take an import back with everything that was decided about its doubtful rows.

    Raises NotFoundError, ConflictError when it wrote nothing, still runs, or was undone already.
    """
    source = get_import(actor, import_id)
    if source.changeset is None or (source.job is not None and not source.job.is_over):
        raise ConflictError(_("This import has written nothing yet, or still runs."))
    decided = ReviewItem.objects.filter(row__source=source, changeset__undone_by=None)
    for changeset_id in (
        decided.exclude(changeset=None).order_by("-changeset_id").values_list("changeset_id", flat=True)
    ):
        undo_changeset(actor=actor, changeset_id=changeset_id, now=now)
    return undo_changeset(actor=actor, changeset_id=source.changeset.pk, now=now)


def run_check(run: JobRun) -> dict[str, Any]:
    """The job of `start_check`."""
    source = _import_of(run)
    total = source.head["row_count"]
    with _readable(source) as table:
        check_rows(source, table, lambda done: run.advance(done=done, total=total, step="checking"))
    with transaction.atomic():
        Import.objects.filter(pk=source.pk).update(preview=source.preview, checked=source.checked)
        run.advance(done=total, total=total)
    return dict(source.checked or {})


def run_import(run: JobRun) -> dict[str, Any]:
    """The job of `start_import`: batches of a thousand rows and more, each committed with its checkpoint."""
    source = _import_of(run)
    if run.actor is None:
        raise JobFailedError(gettext_noop("The person who asked for this import is not there any more."))
    changeset = _changeset(run, source)
    with _readable(source) as table, many_rows(), _no_collector():
        after = int(run.checkpoint.get("row", 0))
        keep_survey = (
            None if run.checkpoint else _keep_survey(source)
        )  # after a restart what was found stands
        told = int(run.job.done)
        for batch in prepared_batches(source, table, after=after, first=BATCH_ROWS, keep_survey=keep_survey):
            _run_batch(run, source, changeset, batch, total=source.head["row_count"])
            if int(run.job.done) >= 2 * told + TOLD_ROWS:
                told = int(run.job.done)
                tell_planner([SourceRow, *(known.model for known in record_types())])
    result = _finish(run, source)
    forget_rows(source)
    return result


@contextmanager
def _no_collector() -> Iterator[None]:
    """Rows make no cycles: the collector would walk them again and again, a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _import_of(run: JobRun) -> Import:
    source = Import.objects.filter(pk=run.parameters["import"]).first()
    if source is None:
        raise JobFailedError(gettext_noop("The import was removed."))
    return source


@contextmanager
def _readable(source: Import) -> Iterator[Table]:
    """Read the import's table; a file that cannot be read fails the job in one line."""
    try:
        with opened(source) as table:
            yield table
    except ReadError as error:
        raise JobFailedError(failure_text(error)) from error


def _changeset(run: JobRun, source: Import) -> ChangeSet:
    changeset = run.open_changeset(ChangeVerb.IMPORT, why=source.name)
    if source.changeset_id != changeset.pk:
        Import.objects.filter(pk=source.pk).update(changeset=changeset)
        source.changeset = changeset
    return changeset


def _keep_survey(source: Import) -> Callable[[dict[str, Any]], None]:
    """What extensions found in the whole file is kept before the first batch is written."""

    def keep(found: dict[str, Any]) -> None:
        Import.objects.filter(pk=source.pk).update(survey=found)

    return keep


def _run_batch(
    run: JobRun, source: Import, changeset: ChangeSet, rows: list[PreparedRow], total: int
) -> None:
    assert run.actor is not None  # noqa: S101 - seen by the caller
    with transaction.atomic():
        _wait_for_twins(source)
        written = BatchWriter(source, run.actor, changeset, run.now()).write(rows)
        counts = Counter(run.checkpoint.get("counts", {}))
        counts.update(written)
        run.advance(
            done=int(run.job.done) + len(rows),
            total=total,
            step="importing",
            checkpoint={"row": rows[-1].number, "counts": dict(counts)},
        )


def _wait_for_twins(source: Import) -> None:
    """Two imports of one file at once take turns, so that the second finds what the first has written."""
    twins = Import.objects.select_for_update().filter(digest=source.digest).order_by("pk")
    twins.values_list("pk", flat=True).first()


def _finish(run: JobRun, source: Import) -> dict[str, Any]:
    counts = run.checkpoint.get("counts", {})
    result: dict[str, Any] = {
        "rows": sum(counts.values()),
        **{outcome.value: counts.get(outcome.value, 0) for outcome in Outcome},
        "rejected": told_rejected(source),
        "rejected_count": counts.get("rejected", 0),
        "import": source.pk,
    }
    if result["rejected"]:
        result["errors_url"] = f"/api/v1/imports/{source.pk}/rejected"
    Import.objects.filter(pk=source.pk).update(counts=counts)
    return result


def told_rejected(source: Import) -> list[dict[str, Any]]:
    """Return the first thousand faults of rejected rows: row number in the file, column name, reason."""
    header = source.header
    told = [
        {
            "row": number,
            "column": header[fault["column"]] if fault["column"] is not None else None,
            "reason": fault["message"],
        }
        for number, faults in rejected_rows(source).values_list("number", "faults")[:MOST_REJECTED_TOLD]
        for fault in faults
    ]
    return told[:MOST_REJECTED_TOLD]
