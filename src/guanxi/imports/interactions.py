"""What was said and done with customers, when the rows of a list are interactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.customers.models import Interaction, InteractionKind
from guanxi.imports.extensions import Batch, Changed, PlainExtension, Values
from guanxi.imports.own_fields import fill_fields, own_values
from guanxi.records.cleaning import clean_moment
from guanxi.records.storing import insert_rows, reserve_ids
from guanxi.records.storing.columns import stored_values

PART = "interaction"
COLUMNS = ("kind", "happened_at", "summary")
LONGEST_SUMMARY = 300

Known = tuple[int, str, datetime, str]
"""By what an interaction is known again: customer, kind, time, summary."""


class InteractionExtension(PlainExtension):
    """Adds the interaction a row speaks of, once: known by its kind, time and summary."""

    name = PART

    def prepare(
        self, rows: Sequence[Values], _survey: Mapping[str, Any], _options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Return what each row says of an interaction."""
        return [own_values(row, PART) or None for row in rows]

    def write(self, batch: Batch) -> Changed:
        """Add the interactions that their customers do not have yet; fill the other fields of all."""
        wanted = [(row, _known_by(row.customer, row.prepared, batch)) for row in batch.rows if row.prepared]
        known = _numbers({row.customer for row, _ in wanted if not row.is_new})
        fresh: dict[Known, int] = {}
        for row, key in wanted:
            if key not in known:
                fresh.setdefault(key, row.number)
        new = _add(batch, list(fresh))
        numbers = known | new
        changed = Changed(added=set(fresh.values()))
        given: dict[int, dict[str, Any]] = {}
        for row, key in wanted:
            rest = {name: value for name, value in row.prepared.items() if name not in COLUMNS}
            given.setdefault(numbers[key], {}).update(rest)
        filled = fill_fields(batch, PART, given, set(new.values())) - set(new.values())
        changed.updated |= {row.number for row, key in wanted if numbers[key] in filled}
        return changed


def _known_by(customer: int, said: Mapping[str, Any], batch: Batch) -> Known:
    """An interaction without a time is of the moment it came in; without a summary its note begins it."""
    moment = clean_moment(said["happened_at"], batch.actor) if said.get("happened_at") else batch.now
    lines = str(said.get("summary") or said.get("note") or "").splitlines() or [""]
    return (customer, said.get("kind") or InteractionKind.NOTE.value, moment, lines[0][:LONGEST_SUMMARY])


def _numbers(customers: Iterable[int]) -> dict[Known, int]:
    wanted = sorted(customers)
    if not wanted:
        return {}
    rows = Interaction.objects.alive().filter(customer__id__among=wanted).order_by("-pk")
    return {
        (customer, kind, moment, summary): number
        for number, customer, kind, moment, summary in rows.values_list("pk", "customer_id", *COLUMNS)
    }


def _add(batch: Batch, made: Sequence[Known]) -> dict[Known, int]:
    if not made:
        return {}
    ids = reserve_ids(Interaction, len(made))
    names = ("customer_id", *COLUMNS)
    insert_rows(
        Interaction,
        ("id", *names),
        [
            (number, *stored_values(Interaction, dict(zip(names, known, strict=True))).values())
            for number, known in zip(ids, made, strict=True)
        ],
        {"created_in_id": batch.changeset.pk, "created_at": batch.now, "updated_at": batch.now},
    )
    record_changes(
        batch.changeset, record_type=PART, action=ChangeAction.CREATE, rows={number: {} for number in ids}
    )
    return dict(zip(made, ids, strict=True))
