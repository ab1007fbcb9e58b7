"""Former values put back into rows that were changed: each row as a whole, or, after a merge, value by value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from guanxi.access.models import Change, ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import record_changes
from guanxi.records.custom.storage import PREFIX, columns_of, held, put, state
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.services.beside import Keeper, keepers_of
from guanxi.records.storing import update_rows
from guanxi.records.storing.columns import stored_values
from guanxi.records.values import plain

Written = Mapping[str, Any]
"""What a change wrote into one row: `{attribute: [before, after]}`."""


def take_back_update(
    change: Change, undo: ChangeSet, taken_back: dict[str, int], kept: dict[str, list[int]]
) -> None:
    """Put the former values back where there still stands what the change wrote, and name the rows where it does not.

    A merge is taken back value by value, also in rows that were deleted since: what belongs to another record goes
    back to it whatever else was edited. Anything else is taken back a row at a time, or not at all.
    """
    name = change.record_type
    written = {int(key): values for key, values in change.rows.items()}
    keepers = keepers_of(name, {column for values in written.values() for column in values})
    columns = {
        key: {column: value for column, value in values.items() if column not in keepers}
        for key, values in written.items()
    }
    merged = change.changeset.verb == ChangeVerb.MERGE
    rows = _rows_of_columns(name, columns, dead=merged)
    untouched = {key: _untouched(rows.get(key), values) for key, values in columns.items()}
    whole = {key for key, values in columns.items() if untouched[key] == values.keys()}
    same = _untouched_beside(written, keepers) & whole
    for column, keeper in keepers.items():
        former = {key: written[key][column][0] for key in same if column in written[key]}
        keeper.restore(former, undo.created_at)
    put_back = {key: set(columns[key]) for key in same}
    if merged:
        put_back |= {key: _apart(name, untouched[key], columns[key]) for key in columns.keys() - same}
    _put_all_back(
        name, {key: (columns[key], names) for key, names in put_back.items()}, rows, undo.created_at
    )
    kept[name] += sorted(written.keys() - same)
    taken_back[name] += len(same)
    beside = {key: {column for column in keepers if column in written[key]} for key in same}
    back = {
        key: {column: tuple(reversed(written[key][column])) for column in names | beside.get(key, set())}
        for key, names in sorted(put_back.items())
        if names or beside.get(key)
    }
    record_changes(undo, record_type=name, action=ChangeAction.UPDATE, rows=back)


def _rows_of_columns(name: str, columns: Mapping[int, Written], *, dead: bool) -> dict[int, Any]:
    """Lock and return the rows whose own columns were changed; with `dead` those deleted since, too."""
    wanted = [key for key, values in columns.items() if values]
    if not wanted:
        return {}
    rows = record_type(name).model.objects.select_for_update(of=("self",)).filter(pk__among=wanted)
    return {row.pk: row for row in (rows if dead else rows.alive()).order_by("pk")}


def _untouched_beside(written: Mapping[int, Written], keepers: Mapping[str, Keeper]) -> set[int]:
    """The rows beside which there still stands what the change wrote."""
    found = {column: keeper.current(written) for column, keeper in keepers.items()}
    return {
        key
        for key, values in written.items()
        if all(found[column].get(key) == values[column][1] for column in keepers.keys() & values.keys())
    }


def _untouched(row: Any, values: Written) -> set[str]:
    """The attributes that still hold what the change wrote; none of a row that is gone."""
    if row is None:
        return set()
    return {name for name, (_, after) in values.items() if plain(held(row, name)) == after}


def _apart(name: str, untouched: set[str], values: Written) -> set[str]:
    """What may go back by itself: an amount and its currency go together or not at all."""
    bound: dict[str, set[str]] = defaultdict(set)
    known = record_type(name)
    for found in known.fields:
        if found.currency:
            currency = known.by_name[found.currency].attribute
            bound[currency] |= {currency, found.attribute}
    touched = values.keys() - untouched
    kept = {member for members in bound.values() if members & touched for member in members}
    return untouched - kept


def _put_all_back(
    name: str, columns: Mapping[int, tuple[Written, Iterable[str]]], rows: Mapping[int, Any], now: datetime
) -> None:
    """Write the former values: one statement for all rows, of no more columns than changed."""
    wanted = {key: (values, set(names)) for key, (values, names) in columns.items() if names}
    if not wanted:
        return
    known = record_type(name)
    changed: set[str] = {"version", "updated_at"}
    for key, (values, names) in wanted.items():
        changed |= columns_of(_put_back(known, rows[key], values, names))
        rows[key].version += 1
        rows[key].updated_at = now
    ordered = sorted(changed)
    stored = {
        key: tuple(
            stored_values(known.model, {column: getattr(rows[key], column) for column in ordered}).values()
        )
        for key in wanted
    }
    update_rows(known.model, ordered, stored)


def _put_back(known: RecordType, row: Any, values: Written, names: set[str]) -> set[str]:
    """Give a row its former values and what follows from them; return all that is another now.

    What was told goes back as it was, byte for byte, also where it would be derived in another way by now.
    """
    before = state(row)
    known_columns = {column.attname: column for column in row._meta.concrete_fields}  # noqa: SLF001 - Django's API
    for _step in ("put", "put again over what was derived"):
        for name in names:
            former = values[name][0]
            if not name.startswith(PREFIX) and former is not None:
                former = known_columns[name].to_python(former)
            put(row, name, former)
        if _step == "put":
            known.derive(row)
    after = state(row)
    return {name for name in before | after if before.get(name) != after.get(name)}
