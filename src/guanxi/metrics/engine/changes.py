"""Which customers changed since the last feed, told by the change sets.

What a feed has seen is remembered as a `Mark`: the newest change, and the numbers below it that were not there. On
PostgreSQL such a number may belong to a transaction that was still open, and come to light later; it is looked for
again until every transaction of that moment is over. SQLite lets one writer in at a time: its numbers come in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q

from guanxi.access.models import Change, ChangeAction
from guanxi.metrics.facts import Fact, Source
from guanxi.records.declaration import record_type

BATCH = 900
RANGES_AT_ONCE = 100
MOVED = "customer_id"  # the column that says whose a record is: an edit of it touches the former customer too
Gap = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a feed has seen: changes up to `last`, but for `gaps`: `(first, last, horizon)`.

    `horizon` is the first transaction that had not begun when the gap was seen.
    """

    last: int
    gaps: tuple[Gap, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"last": self.last, "gaps": [list(gap) for gap in self.gaps]}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Mark:
        """Return what `to_json` gave."""
        return cls(found["last"], tuple((first, last, horizon) for first, last, horizon in found["gaps"]))


@contextmanager
def one_view_of_the_database() -> Iterator[None]:
    """Read everything inside as of one moment. Inside a transaction that is already open, as of that."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "BEGIN DEFERRED"
            )  # the program's transactions take the write lock; a feed shall not
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def mark_now(former: Mark | None) -> Mark:
    """Return what is to be seen in this moment's view of the changes."""
    last = Change.objects.aggregate(last=Max("id"))["last"] or 0
    if connection.vendor != "postgresql":
        return Mark(last)
    oldest, next_one = _transactions()
    if oldest == next_one:
        return Mark(last)  # nobody else is writing: what is missing was rolled back
    waiting = [gap for gap in (former.gaps if former else ()) if gap[2] > oldest]
    waited_for = tuple(found for gap in waiting for found in _missing(gap[0] - 1, gap[1], gap[2]))
    begin = former.last if former else 0
    return Mark(last, (*waited_for, *_missing(begin, last, next_one)))


def _transactions() -> tuple[int, int]:
    """The oldest transaction that is open, and the first that has not begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
            " FROM (SELECT pg_current_snapshot() AS s) AS present"
        )
        oldest, next_one = cursor.fetchone()
    return int(oldest), int(next_one)


def _missing(after: int, last: int, horizon: int) -> list[Gap]:
    """The ranges of numbers above `after`, up to `last`, that no change has."""
    found: list[Gap] = []
    expected = after + 1
    seen = Change.objects.filter(pk__gt=after, pk__lte=last).order_by("pk").values_list("pk", flat=True)
    for number in seen.iterator(chunk_size=10_000):
        if number > expected:
            found.append((expected, number - 1, horizon))
        expected = number + 1
    if expected <= last:
        found.append((expected, last, horizon))
    return found


@dataclass
class Touched:
    """The customers whose rows are to be read again; `is_many` once they are more than `limit`: all are read then."""

    limit: int
    customers: set[int] = field(default_factory=set)
    is_many: bool = False

    def add(self, ids: Iterable[int | None]) -> None:
        """Count customers in."""
        self.customers.update(key for key in ids if key is not None)
        self.is_many = self.is_many or len(self.customers) > self.limit


@dataclass
class _Gatherer:
    """Gathers the records of one type that changed, and asks a source for their customers a batch at a time."""

    source: Source
    beside: frozenset[str]
    touched: Touched
    waiting: list[int] = field(default_factory=list)

    def take(self, change: Change, ids: Sequence[int]) -> None:
        """Count a change in; `ids` are its records where it does not name them itself."""
        if self.touched.is_many:
            return
        if change.action == ChangeAction.UPDATE:
            rows = {int(key): values for key, values in change.rows.items() if self._counts(values)}
            self.touched.add(values[MOVED][0] for values in rows.values() if MOVED in values)
            ids = list(rows)
        self.waiting += ids
        while len(self.waiting) >= BATCH:
            self.ask()

    def ask(self) -> None:
        """Ask for the customers of a batch."""
        batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
        if batch and not self.touched.is_many:
            self.touched.add(self.source.customers(batch))

    def _counts(self, names: Iterable[str]) -> bool:
        return any((name in self.beside) is self.source.beside for name in names)


def touched_customers(
    facts: Sequence[Fact], former: Mark, mark: Mark, limits: Mapping[str, int]
) -> dict[str, Touched]:
    """Return who was touched between two marks, by the keys of `limits`: groups of facts, and names of facts that are
    nobody's. Of the latter, only whether anything was touched is of use: they are read whole."""
    touched = {name: Touched(limit) for name, limit in limits.items()}
    gatherers: defaultdict[str, list[_Gatherer]] = defaultdict(list)
    for fact in facts:
        for name, source in fact.sources.items():
            found = touched[fact.group if fact.customer else fact.name]
            gatherers[name].append(_Gatherer(source, _beside(name), found))
    for change in _changes_between(former, mark, sorted(gatherers)):
        ids = () if change.action == ChangeAction.UPDATE else _ids_of(change)
        for gatherer in gatherers[change.record_type]:
            gatherer.take(change, ids)
    for gatherer in (one for found in gatherers.values() for one in found):
        while gatherer.waiting:
            gatherer.ask()
    return touched


def _beside(name: str) -> frozenset[str]:
    """The fields of a record type that are kept beside the record; none for rows that live inside a record."""
    try:
        return frozenset(found.name for found in record_type(name).fields if found.join is not None)
    except KeyError:
        return frozenset()


def _changes_between(former: Mark, mark: Mark, names: Sequence[str]) -> Iterator[Change]:
    """The changes of some record types that came to light after `former`."""
    rows = Change.objects.filter(record_type__in=names).order_by("pk")
    yield from rows.filter(pk__gt=former.last, pk__lte=mark.last).iterator(chunk_size=100)
    gaps = list(former.gaps)
    for start in range(0, len(gaps), RANGES_AT_ONCE):
        late = Q()
        for first, last, _ in gaps[start : start + RANGES_AT_ONCE]:
            late |= Q(pk__gte=first, pk__lte=last)
        yield from rows.filter(late).iterator(chunk_size=100)


def _ids_of(change: Change) -> Sequence[int]:
    """The records that were made, removed or brought back: the first two carry the change set themselves."""
    if change.last_id - change.first_id + 1 == change.count:
        return range(change.first_id, change.last_id + 1)
    if change.action == ChangeAction.RESTORE:
        return [int(key) for key in change.rows]
    column = "created_in" if change.action == ChangeAction.CREATE else "deleted_in"
    rows = record_type(change.record_type).model.objects.filter(
        pk__gte=change.first_id, pk__lte=change.last_id, **{column: change.changeset_id}
    )
    return list(rows.order_by().values_list("pk", flat=True))
