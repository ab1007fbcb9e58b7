"""One batch of rows, written in one transaction: customers, what hangs on them, changes, source rows, review items."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from guanxi.access.calc import Actor
from guanxi.access.models import ChangeAction, ChangeSet
from guanxi.access.services import record_changes
from guanxi.customers.models import Customer
from guanxi.customers.queries import customer_values_of
from guanxi.imports.calc.matching import Likeness
from guanxi.imports.calc.targets import CUSTOMER
from guanxi.imports.extensions import Batch, BatchRow, Changed, extensions
from guanxi.imports.models import Import, Outcome, ReviewItem, SourceRow
from guanxi.imports.services.filling import Filling, would_fill
from guanxi.imports.services.preparing import PreparedRow
from guanxi.imports.services.resolving import Resolved, Resolver
from guanxi.imports.services.standing import COLUMNS, Standing
from guanxi.records.storing import insert_rows, reserve_ids, update_rows

NOT_YOURS: dict[str, Any] = {
    "column": None,
    "code": "not_yours",
    "message": "This customer is somebody else's: you may see it, but not add to it.",
    "parameters": {},
}
NO_CUSTOMER: dict[str, Any] = {
    "column": None,
    "code": "customer_unknown",
    "message": "There is no such customer: bring the customers in first, or mend the name or number.",
    "parameters": {},
}
NEW_COLUMNS = tuple(name for name in COLUMNS if name not in ("version", "created_in_id"))
BLANK: dict[str, Any] = {
    **dict.fromkeys(NEW_COLUMNS, ""),
    "size": None,
    "amount": None,
    "birthday": None,
    "kind": "company",
}
"""What a new customer has where its row says nothing."""
_in_order = itemgetter(*NEW_COLUMNS)

Filled = Mapping[int, tuple[bool, list[str]]]


@dataclass
class BatchWriter:
    """Writes the batches of one import. Call inside the transaction of the batch."""

    source: Import
    actor: Actor
    changeset: ChangeSet
    now: datetime

    @property
    def update(self) -> bool:
        """Whether differing values are to be overwritten."""
        return bool(self.source.options.get("update") or self.source.options.get("key"))

    @property
    def beside(self) -> bool:
        """Whether the rows are records beside customers who are there."""
        return self.source.record_type != CUSTOMER

    def write(self, rows: Sequence[PreparedRow]) -> Counter[str]:
        """Write a batch; return how many rows had which outcome."""
        resolver = Resolver(
            self.actor, self.source.options.get("key", ""), self.update, self.source.pk, self.beside
        )
        resolved = resolver.resolve([row for row in rows if not row.faults])
        filled = self.keep_customers(resolved)
        parts = self.write_parts(resolved)
        outcomes = {row.read.number: self._outcome(row, filled, parts) for row in resolved}
        self._keep_rows(rows, resolved, outcomes, filled)
        self._keep_reviews(resolved, resolver)
        return Counter(outcomes.get(row.number, Outcome.REJECTED).value for row in rows)

    def keep_customers(self, rows: Sequence[Resolved]) -> Filled:
        """Fill customers who are there, then write all; new ones have their numbers afterwards.

        Return for each row that was joined to a customer whether it changed anything, and the fields that stayed.
        """
        _lock(row.customer for row in rows if row.customer is not None and row.is_open)
        filling = Filling(self.update)
        filled = {
            row.read.number: filling.fill(row.customer, row.columns)
            for row in rows
            if row.customer is not None and not row.is_new and row.is_open
        }
        self._add([row.customer for row in rows if row.is_new and row.customer is not None])
        self._change(filling)
        return filled

    def _add(self, made: Sequence[Standing]) -> None:
        if not made:
            return
        for number, customer in zip(reserve_ids(Customer, len(made)), made, strict=True):
            customer.number = number
        team = next(iter(self.actor.teams)) if len(self.actor.teams) == 1 else None
        insert_rows(
            Customer,
            ("id", *NEW_COLUMNS),
            [(new.number, *_in_order(BLANK | new.values)) for new in made],
            {
                "owner_id": self.actor.id,
                "team_id": team,
                "created_in_id": self.changeset.pk,
                "created_at": self.now,
                "updated_at": self.now,
            },
        )
        record_changes(
            self.changeset,
            record_type="customer",
            action=ChangeAction.CREATE,
            rows={customer.number: {} for customer in made},
        )

    def _change(self, filling: Filling) -> None:
        if not filling.changes:
            return
        names = sorted({name for values in filling.changes.values() for name in values})
        update_rows(
            Customer,
            (*names, "version"),
            {
                number: (*[customer.values[name] for name in names], customer.values["version"] + 1)
                for number, customer in filling.customers.items()
            },
            {"updated_at": self.now},
        )
        record_changes(
            self.changeset,
            record_type="customer",
            action=ChangeAction.UPDATE,
            rows={key: dict(sorted(values.items())) for key, values in filling.changes.items()},
        )

    def write_parts(self, rows: Sequence[Resolved]) -> Changed:
        """Let extensions write what hangs on the customers of the rows."""
        total = Changed()
        found = [(row, row.customer) for row in rows if row.customer is not None and row.is_open]
        for extension in extensions():
            name, takes_all = extension.name, extension.takes_every_row()
            batch_rows = [
                BatchRow(row.read.number, customer.number, customer.values, row.is_new, row.read.parts[name])
                for row, customer in found
                if takes_all or row.read.parts[name] is not None
            ]
            if not batch_rows:
                continue
            done = extension.write(Batch(self.actor, self.now, self.changeset, batch_rows, self.update))
            total.added |= done.added
            total.updated |= done.updated
        return total

    def _outcome(self, row: Resolved, filled: Filled, parts: Changed) -> Outcome:
        if row.repeats is not None and not row.still_waits:
            is_twin = row.repeats.source_id == self.source.pk and row.repeats.record_id is not None
            return Outcome.MERGED if is_twin else Outcome.UNCHANGED
        if row.customer is None:
            return Outcome.REJECTED if row.is_refused else Outcome.NEEDS_REVIEW
        if row.beside:
            return _outcome_beside(row, parts)
        if row.is_new:
            return Outcome.ADDED
        if row.is_open:
            return self._joined(row.read.number, row.customer, parts, changed=filled[row.read.number][0])
        return Outcome.REJECTED if would_fill(row.customer, row.columns) else Outcome.UNCHANGED

    def _joined(self, number: int, customer: Standing, parts: Changed, *, changed: bool) -> Outcome:
        """What came of a row whose customer was there: two rows of one file are always merged."""
        if customer.is_new or customer.created_in == self.changeset.pk:
            return Outcome.MERGED
        if self.update and (changed or number in parts.updated):
            return Outcome.UPDATED
        brought = changed or number in parts.added or number in parts.updated
        return Outcome.MERGED if brought else Outcome.UNCHANGED

    def _keep_rows(
        self,
        rows: Sequence[PreparedRow],
        resolved: Sequence[Resolved],
        outcomes: Mapping[int, Outcome],
        filled: Filled,
    ) -> None:
        """Keep every row as it was with what came of it."""
        records = {row.read.number: _record_of(row) for row in resolved}
        refused = {row.read.number for row in resolved if row.is_refused and row.repeats is None}
        kept = []
        for row in rows:
            outcome = outcomes.get(row.number, Outcome.REJECTED)
            faults = [NO_CUSTOMER] if row.number in refused else _faults_of(row, outcome, filled)
            told = json.dumps(faults, ensure_ascii=False) if faults else "[]"
            record = records.get(row.number)
            kept.append((row.number, row.raw, row.fingerprint, record, outcome.value, told))
        insert_rows(
            SourceRow,
            ("number", "raw", "fingerprint", "record_id", "outcome", "faults"),
            kept,
            {"source_id": self.source.pk},
        )

    def _keep_reviews(self, resolved: Sequence[Resolved], resolver: Resolver) -> None:
        """Keep the doubtful rows for review."""
        doubtful = {
            row.read.number: row.verdict for row in resolved if row.verdict.likeness is Likeness.DOUBTFUL
        }
        if not doubtful:
            return
        kept = SourceRow.objects.filter(source=self.source, number__among=list(doubtful)).order_by("number")
        ReviewItem.objects.bulk_create(
            ReviewItem(
                row_id=key,
                reason=doubtful[number].reason,
                candidates=[resolver.customer_of(one).number for one in doubtful[number].ids],
            )
            for key, number in kept.values_list("pk", "number")
        )


def _outcome_beside(row: Resolved, parts: Changed) -> Outcome:
    """What came of a record beside a customer."""
    if not row.is_open:
        return Outcome.REJECTED
    number = row.read.number
    if number in parts.added:
        return Outcome.ADDED
    return Outcome.UPDATED if number in parts.updated else Outcome.UNCHANGED


def _record_of(row: Resolved) -> int | None:
    if row.repeats is not None:
        return row.repeats.record_id
    return row.customer.number if row.customer is not None else None


def _faults_of(row: PreparedRow, outcome: Outcome, filled: Filled) -> list[dict[str, Any]]:
    """The faults of cells; for a row that was joined, the fields that differ and stayed as they were."""
    if row.faults:
        return row.faults
    if outcome is Outcome.REJECTED:
        return [NOT_YOURS]
    return [{"field": name, "code": "kept"} for name in filled.get(row.number, (False, []))[1]]


def _lock(customers: Iterable[Standing]) -> None:
    """Lock customers in the order of their ids, so that two imports never block each other; read again who changed."""
    there = {customer.number: customer for customer in customers if not customer.is_new}
    if not there:
        return
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__among=sorted(there)).order_by("pk")
    stale = [
        key for key, version in rows.values_list("pk", "version") if there[key].values["version"] != version
    ]
    for key, values in customer_values_of(stale, COLUMNS).items() if stale else ():
        there[key].values.update(values)
