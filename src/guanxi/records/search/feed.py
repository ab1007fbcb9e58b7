"""Writing records into the index: a few at once with the write itself, a long range of new ones by a job afterwards.

Every write of records tells of itself in a change set (`record_changes`), and that is where this listens: a way of
writing that keeps its history keeps the index too. One that tells of ranges in another way calls `rows_created`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Min

from guanxi.access.models import ChangeAction
from guanxi.access.services import on_changes
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import enqueue
from guanxi.records.declaration import RecordType, record_type, record_types
from guanxi.records.search.calc import grams_of
from guanxi.records.search.grams import create_table, drop_table, keeps_what_left, type_code
from guanxi.records.search.models import SearchEntry, SearchGrams, SearchPending
from guanxi.records.search.redefining import fields_redefined
from guanxi.records.search.texts import entry_texts, searched_columns, searched_fields, touches_entry

KIND = "search.index"
AT_ONCE = 200
"""So many records are written into the index by the write itself; a longer range of new ones waits for the job."""
BATCH = 500


def follow_writes() -> None:
    """Keep the index with every write of records. Called once, at start."""
    on_changes(_written)


def _written(
    name: str, action: ChangeAction, rows: Mapping[int, Mapping[str, tuple[object, object]]]
) -> None:
    if name == "custom_field":
        fields_redefined(rows)
        return
    try:
        known = record_type(name)
    except KeyError:
        return
    if not rows or not searched_fields(known):
        return
    if action is ChangeAction.DELETE:
        forget_rows(known, rows)
    elif action is ChangeAction.CREATE and is_range(rows):
        rows_created(known, min(rows), max(rows))
    elif action is ChangeAction.UPDATE:
        index_rows(known, [key for key, values in rows.items() if touches_entry(known, values)])
    else:
        index_rows(known, rows)


def is_range(ids: Mapping[int, object]) -> bool:
    """Whether new records are many and stand so close together that a range names them well."""
    return len(ids) > AT_ONCE and max(ids) - min(ids) < 2 * len(ids)


def rows_created(known: RecordType, first_id: int, last_id: int) -> None:
    """Note that the records of a range are still to be written into the index: one statement or two.

    Until the job has done so they are found by reading them.
    """
    if not searched_fields(known):
        return
    grown = SearchPending.objects.filter(
        record_type=known.name, last_id__lt=first_id, last_id__gte=first_id - BATCH
    )
    if not grown.update(last_id=last_id):
        SearchPending.objects.create(record_type=known.name, first_id=first_id, last_id=last_id)


def index_rows(known: RecordType, ids: Iterable[int]) -> int:
    """Write records into the index as they stand now; returns how many. Rows that are deleted leave it.

    Four statements for five hundred. Call it in the transaction that wrote or locked the rows.
    """
    columns = searched_columns(known)
    done = 0
    for batch in _batches(ids):
        forget_rows(known, batch)
        rows = known.model.objects.filter(pk__in=batch, deleted_in=None).values_list("pk", *columns)
        done += _write(known, [(row[0], entry_texts(known, row[1:])) for row in rows])
    return done


def _write(known: RecordType, found: Sequence[tuple[int, tuple[str, str]]]) -> int:
    entries = SearchEntry.objects.bulk_create(
        SearchEntry(record_type=known.name, record_id=key, text=text, secret=secret)
        for key, (text, secret) in found
        if text or secret
    )
    code = type_code(known.name)
    SearchGrams.objects.bulk_create(
        SearchGrams(entry=entry, grams={code + gram for gram in grams_of(f"{entry.text}\n{entry.secret}")})
        for entry in entries
    )
    return len(entries)


def forget_rows(known: RecordType, ids: Iterable[int]) -> None:
    """Take records out of the index."""
    for batch in _batches(ids):
        entries = SearchEntry.objects.filter(record_type=known.name, record_id__in=batch)
        if not keeps_what_left(connection.vendor):
            SearchGrams.objects.filter(entry__in=list(entries.values_list("pk", flat=True))).delete()
        entries._raw_delete(entries.db)  # noqa: SLF001 - nothing refers to an entry but its grams


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(ids)
    return (every[start : start + BATCH] for start in range(0, len(every), BATCH))


@transaction.atomic
def index_next() -> tuple[int, bool]:
    """Write the next batch of pending records into the index; returns how many, and whether any range is left.

    The rows are locked meanwhile, so that nobody changes what is being written.
    """
    pending = SearchPending.objects.select_for_update().order_by("pk").first()
    if pending is None:
        return 0, False
    if not pending.record_type:
        _spread(pending)
        return 0, True
    try:
        known = record_type(pending.record_type)
    except KeyError:
        pending.delete()
        return 0, True
    rows = known.model.objects.filter(pk__gte=pending.first_id, pk__lte=pending.last_id, deleted_in=None)
    ids = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)[:BATCH])
    done = index_rows(known, ids)
    if len(ids) < BATCH:
        pending.delete()
    else:
        pending.first_id = ids[-1] + 1
        pending.save(update_fields=["first_id"])
    return done, True


def _spread(pending: SearchPending) -> None:
    """Every record of every type: a range for each."""
    pending.delete()
    for known in record_types():
        bounds = known.model.objects.aggregate(first=Min("pk"), last=Max("pk"))
        if bounds["first"] is not None:
            rows_created(known, bounds["first"], bounds["last"])


def pending_rows() -> int:
    """Return how many numbers of records the ranges cover that are still to be written."""
    return sum(SearchPending.objects.values_list(F("last_id") - F("first_id") + 1, flat=True))


def rebuild() -> None:
    """Empty the index and note every record as pending; `index_next` does the work."""
    with connection.schema_editor() as editor:
        drop_table(None, editor)
        create_table(None, editor)
    with transaction.atomic():
        SearchEntry.objects.all()._raw_delete(using=connection.alias)  # noqa: SLF001
        SearchPending.objects.all().delete()
        SearchPending.objects.create()


def note_missing() -> None:
    """Note every record as pending, the entries that stand being kept until each is written anew."""
    SearchPending.objects.create()


def missing_rows() -> dict[str, int]:
    """Return by type how many records' entries are missing or left over: `{}` when the index is whole.

    What is pending does not count as missing: call it when nothing is.
    """
    found: dict[str, int] = {}
    for known in record_types():
        if not searched_fields(known):
            continue
        living: Any = known.model.objects.filter(deleted_in=None)
        entries = SearchEntry.objects.filter(record_type=known.name)
        missing = living.exclude(pk__in=entries.values("record_id")).count()
        left_over = entries.exclude(record_id__in=living.values("pk")).count()
        if missing + left_over:
            found[known.name] = missing + left_over
    return found


def index_if_due(now: datetime) -> None:
    """Ask for the work on the program's own account when something waits and nobody is about it."""
    if not SearchPending.objects.exists():
        return
    if not Job.objects.filter(kind=KIND, state__in=(JobState.QUEUED, JobState.RUNNING)).exists():
        enqueue(kind=KIND, actor=None, parameters={}, now=now)
