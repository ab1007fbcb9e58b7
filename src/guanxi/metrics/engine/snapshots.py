"""What every customer's metrics and tiers were on earlier days: one Parquet file a day, written whole, replaced whole.

The snapshot of a day is written with the first computation of that day. What is computed later that day stands in the
warehouse itself, and takes its place when the next day begins (or when tiers were computed).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from guanxi.metrics.engine.opening import open_warehouse, quoted
from guanxi.metrics.engine.values import NOTE, VALUES
from guanxi.metrics.engine.warehouse import Manifest

DIRECTORY = "snapshots"
KEY = b"guanxi"
BATCH = 100_000


@dataclass(frozen=True, slots=True)
class DatedColumn:
    """A field of the customer that is kept by day beside the metrics: the `value` of a fact where `only` holds."""

    name: str
    fact: str
    value: str
    only: tuple[tuple[str, str], ...] = ()


_columns: dict[str, DatedColumn] = {}


def register_dated_column(column: DatedColumn) -> None:
    """Keep a field by day. Called once, at start, by the room that keeps the values."""
    _columns[column.name] = column


def dated_columns() -> tuple[DatedColumn, ...]:
    """Return what is kept by day beside the metrics."""
    return tuple(_columns.values())


def day_of(manifest: Manifest) -> date | None:
    """Return the day of the values that stand, None when there are none."""
    day = manifest.notes.get(NOTE, {}).get("day")
    return date.fromisoformat(day) if day and VALUES in manifest.facts else None


def standing_sql(manifest: Manifest) -> str:
    """Return the SELECT, over the views of the warehouse, of metrics and tiers of everybody as they stand."""
    shown, joined = ["metrics.*"], ""
    for place, column in enumerate(_fed(manifest)):
        only = " AND ".join(f"{quoted(name)} = '{value}'" for name, value in column.only) or "TRUE"
        shown.append(f"beside_{place}.value AS {quoted(column.name)}")
        joined += (
            f" LEFT JOIN (SELECT customer_id, {quoted(column.value)} AS value FROM {quoted(column.fact)}"  # noqa: S608
            f" WHERE {only}) AS beside_{place} USING (customer_id)"
        )
    return f"SELECT {', '.join(shown)} FROM {VALUES} AS metrics{joined}"  # noqa: S608 - names are the program's own


def names_of(manifest: Manifest) -> list[str]:
    """Return the facts that `standing_sql` reads."""
    return [VALUES, *dict.fromkeys(column.fact for column in _fed(manifest))]


def _fed(manifest: Manifest) -> list[DatedColumn]:
    return [column for column in dated_columns() if column.fact in manifest.facts]


def write_snapshot(root: Path, manifest: Manifest, day: date) -> bool:
    """Keep what stands as the snapshot of a day, unless it is that already. Returns whether it was written."""
    path = root / DIRECTORY / f"{day.isoformat()}.parquet"
    key = _key(manifest)
    if path.exists() and _key_in(path) == key:
        return False
    from pyarrow import parquet  # noqa: PLC0415 - heavy

    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".draft")
    with open_warehouse(root, manifest=manifest, names=names_of(manifest)) as connection:
        reader = connection.sql(f"{standing_sql(manifest)} ORDER BY customer_id").to_arrow_reader(BATCH)
        schema = reader.schema.with_metadata({KEY: key})
        with draft.open("wb") as file:
            with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch.replace_schema_metadata(schema.metadata))
            file.flush()
            os.fsync(file.fileno())
    draft.replace(path)
    return True


def _key(manifest: Manifest) -> bytes:
    """What tells this state of metrics and tiers from any other."""
    groups = dict.fromkeys(manifest.facts[name]["group"] for name in names_of(manifest))
    state = [[name, manifest.groups[name]["begun"], manifest.groups[name]["steps"]] for name in groups]
    return json.dumps(state).encode()


def _key_in(path: Path) -> bytes:
    from pyarrow import parquet  # noqa: PLC0415 - heavy

    found: bytes = (parquet.read_schema(path).metadata or {}).get(KEY, b"")
    return found


def snapshot_days(root: Path) -> list[date]:
    """Return the days there are snapshots of, in their order."""
    found = []
    for path in (root / DIRECTORY).glob("*.parquet"):
        try:
            found.append(date.fromisoformat(path.stem))
        except ValueError:
            continue
    return sorted(found)


def snapshot_file(root: Path, day: date) -> Path:
    """Return the file of a day's snapshot."""
    return root / DIRECTORY / f"{day.isoformat()}.parquet"


def last_before(days: Sequence[date], day: date) -> date | None:
    """Return the last of some days that is not after `day`."""
    return max((found for found in days if found <= day), default=None)


def to_expire(days: Iterable[date], today: date, kept_days: int) -> list[date]:
    """Return the days whose snapshots go: older than so many days, and not the first one kept of their month.

    >>> to_expire([date(2025, 1, 2), date(2025, 1, 9), date(2026, 1, 2)], date(2026, 3, 1), 60)
    [datetime.date(2025, 1, 9)]
    """
    firsts: dict[tuple[int, int], date] = {}
    old = []
    for day in sorted(days):
        first = firsts.setdefault((day.year, day.month), day)
        if day < today - timedelta(days=kept_days) and day != first:
            old.append(day)
    return old


def expire(root: Path, today: date, kept_days: int) -> int:
    """Remove the snapshots that are too old, and drafts of killed writers. Returns how many days went."""
    for draft in (root / DIRECTORY).glob("*.draft"):
        draft.unlink(missing_ok=True)
    old = to_expire(snapshot_days(root), today, kept_days)
    for day in old:
        snapshot_file(root, day).unlink(missing_ok=True)
    return len(old)


def scan_snapshot(root: Path, day: date) -> Any:
    """Return the SELECT of a day's snapshot."""
    path = str(snapshot_file(root, day)).replace("'", "''")
    return f"SELECT * FROM read_parquet('{path}')"  # noqa: S608 - a day's name
