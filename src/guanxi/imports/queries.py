"""Reads of imports: one's own, or all for administrators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from guanxi.access.calc import Actor
from guanxi.access.errors import NotFoundError
from guanxi.access.models import Change, ChangeAction, ChangeSet
from guanxi.customers.models import Customer
from guanxi.duplicates.queries import survivors_of
from guanxi.imports.models import Import, ReviewItem, Sender, SourceRow


def imports_visible_to(actor: Actor) -> QuerySet[Import]:
    """Return the imports an actor may see and go on with."""
    found = Import.objects.select_related("changeset", "job", "check_job", "created_by")
    return found if actor.is_administrator else found.filter(created_by_id=actor.id)


def get_import(actor: Actor, import_id: int) -> Import:
    """Return one import. Raises NotFoundError."""
    found = imports_visible_to(actor).filter(pk=import_id).first()
    if found is None:
        raise NotFoundError
    return found


def import_of_job(actor: Actor, job_id: int) -> Import | None:
    """Return the import that a job carries out, if it is one."""
    return imports_visible_to(actor).filter(job_id=job_id).first()


def open_reviews(actor: Actor) -> QuerySet[ReviewItem]:
    """Return the doubtful rows that wait for this actor's decision, oldest first."""
    waiting = ReviewItem.objects.filter(
        Q(row__source__changeset=None) | Q(row__source__changeset__undone_by=None), decision=""
    )
    mine = waiting if actor.is_administrator else waiting.filter(row__source__created_by_id=actor.id)
    return mine.select_related("row", "row__source", "row__source__created_by")


def get_review(actor: Actor, review_id: int) -> ReviewItem:
    """Return one doubtful row that waits. Raises NotFoundError."""
    found = open_reviews(actor).filter(pk=review_id).first()
    if found is None:
        raise NotFoundError
    return found


def candidates_now(items: Iterable[ReviewItem]) -> dict[int, list[int]]:
    """Return the candidates of doubtful rows by item; who was merged since stands there as whom it became."""
    found = {item.pk: item.candidates for item in items}
    became = survivors_of({number for numbers in found.values() for number in numbers})
    return {
        key: list(dict.fromkeys(became.get(number, number) for number in numbers))
        for key, numbers in found.items()
    }


class FormerRow(NamedTuple):
    """A row that came in before: what it said, the record it became, what came of it, and its import."""

    fingerprint: str
    record_id: int | None
    outcome: str
    source_id: int


def rows_like(actor: Actor, fingerprints: Iterable[str]) -> list[FormerRow]:
    """Return the rows the actor brought in before that say the same as these, newest first.

    Rows that became a record, rows that still wait for a decision, and rows somebody decided to leave out.
    """
    settled = Q(review__decision__in=("", "skip"), source__changeset__undone_by=None)
    kept = Q(record_id__isnull=False) | settled
    wanted = sorted(set(fingerprints))
    rows = SourceRow.objects.filter(kept, source__created_by_id=actor.id, fingerprint__among=wanted)
    return [FormerRow(*row) for row in rows.order_by("-id").values_list(*FormerRow._fields)]


def customers_met(source_id: int, ids: Iterable[int]) -> set[int]:
    """Return those of the customers that rows of this import have become or met already."""
    rows = SourceRow.objects.filter(source_id=source_id, record_id__among=list(ids))
    return {number for number in rows.values_list("record_id", flat=True) if number is not None}


def rows_of_customers(ids: Iterable[int]) -> QuerySet[SourceRow]:
    """Return the rows that became or met customers the asker may see, newest first; not those of an import undone."""
    rows = SourceRow.objects.filter(
        source__changeset__undone_by=None, source__record_type="customer", record_id__in=list(ids)
    )
    return rows.select_related("source", "source__created_by").order_by("-id")


def rejected_rows(source: Import) -> QuerySet[SourceRow]:
    """Return the rows that were not taken, in the order of the file."""
    return SourceRow.objects.filter(source=source, outcome="rejected").order_by("number")


def outcomes_of(source: Import) -> dict[str, int]:
    """Return how many rows had which outcome, decisions of people included."""
    rows = SourceRow.objects.filter(source=source).order_by().values_list("outcome")
    return dict(rows.annotate(count=Count("pk")))


def sender_names() -> list[str]:
    """Return whose lists are known, by name: everybody who brings lists in may know."""
    return list(Sender.objects.values_list("name", flat=True))


def kept_by_undo(actor: Actor, source: Import, most: int) -> list[Customer]:
    """Return the first customers of an undone import that were edited since and therefore stayed, by number.

    Those it made that still live, and those it changed whose change was not taken back; of both, what the actor sees.
    """
    if source.changeset is None or source.changeset.undone_by_id is None:
        return []
    visible = Customer.objects.visible_to(actor)
    made = list(visible.filter(created_in=source.changeset).order_by("pk")[:most])
    changed = _not_taken_back(source.changeset, most)
    return [*made, *visible.filter(pk__among=changed).order_by("pk")][:most]


def _not_taken_back(changeset: ChangeSet, most: int) -> list[int]:
    """The first customers whose change stands although the change set was undone; no rows are read where none is."""
    updates = {"record_type": "customer", "action": ChangeAction.UPDATE}
    written = Change.objects.filter(changeset=changeset, **updates)
    back = Change.objects.filter(changeset=changeset.undone_by, **updates)
    if _total(written) == _total(back):
        return []
    found: dict[int, None] = {}
    for change in written.order_by("pk").iterator(chunk_size=1):
        beside = back.filter(first_id__lte=change.last_id, last_id__gte=change.first_id)
        undone: defaultdict[str, set[str]] = defaultdict(set)
        for rows in beside.values_list("rows", flat=True).iterator(chunk_size=1):
            for key, values in rows.items():
                undone[key] |= values.keys()
        found |= {int(key): None for key, values in change.rows.items() if values.keys() - undone[key]}
        if len(found) >= most:
            break
    return list(found)[:most]


def _total(changes: QuerySet[Change]) -> int:
    return int(changes.aggregate(total=Sum("count"))["total"] or 0)
