"""Keeping the warehouse quick to read: many deltas become one, and one base where much has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from guanxi.metrics.engine.opening import open_warehouse, scan
from guanxi.metrics.engine.warehouse import STEP, Manifest, Writer, read_manifest

MOST_DELTAS = 8
SHARE = 10  # one customer in so many: their rows in the base are read in vain each time
FEW = 1_000
BATCH = 100_000


def compact(*, root: Path, now: datetime, most_deltas: int = MOST_DELTAS, few: int = FEW) -> bool:
    """Put deltas together where they are many, or into the base where a tenth changed. Call it inside `only_writer`.

    The rows stay what they are; nothing is read from the database. Returns whether anything was done.
    """
    manifest = read_manifest(root)
    if manifest is None:
        return False
    writer = Writer(root, now)
    done = False
    for group, known in manifest.groups.items():
        names = [name for name, fact in manifest.facts.items() if fact["group"] == group]
        rows = max((manifest.facts[name]["rows"] for name in names), default=0)
        if known["customers"] > max(few, min(rows, _customers(manifest)) // SHARE):
            _write_bases(writer, manifest, root, group, names)
            done = True
        elif any(len(manifest.facts[name]["deltas"]) > most_deltas for name in names):
            _merge_deltas(writer, manifest, root, names)
            done = True
    if done:
        writer.swap()
    return done


def _customers(manifest: Manifest) -> int:
    return int(manifest.facts.get("customers", {}).get("rows", 0))


def _write_bases(writer: Writer, manifest: Manifest, root: Path, group: str, names: list[str]) -> None:
    """Write the rows as they are now; who has seen the last step has seen the new base."""
    begun = writer.begin_group(group)
    with open_warehouse(root, manifest=manifest, names=names) as connection:
        for name in names:
            schema = _schema(manifest.base_files(root, name))
            rows = connection.sql(f'SELECT * FROM "{name}"')  # noqa: S608 - names are ours
            writer.write(name, schema, _tables(rows, schema), group=group)
    seen = manifest.notes.get("values", {})
    if _has_seen_all(seen, manifest.groups[group]) and seen.get("of") == group:
        writer.note("values", {**seen, "begun": begun, "step": 0})


def _has_seen_all(seen: Mapping[str, Any], group: Mapping[str, Any]) -> bool:
    return (seen.get("begun"), seen.get("step")) == (group["begun"], group["steps"])


def _merge_deltas(writer: Writer, manifest: Manifest, root: Path, names: list[str]) -> None:
    """Write the rows of all deltas that still hold into one."""
    import duckdb  # noqa: PLC0415 - heavy

    with duckdb.connect(":memory:") as connection:
        for name in names:
            files = [str(root / file) for file in manifest.facts[name]["deltas"]]
            if files:
                schema = _schema(files)
                writer.replace_deltas(
                    name, schema, _tables(connection.sql(_held(manifest, root, name)), schema)
                )


def _held(manifest: Manifest, root: Path, name: str) -> str:
    """Return the SELECT of the rows of a fact's deltas that hold, with their step."""
    known = manifest.facts[name]
    changed = scan(root, [manifest.groups[known["group"]]["changed"]])
    return (
        f"SELECT * FROM {scan(root, known['deltas'])} AS kept WHERE EXISTS"  # noqa: S608 - names are ours
        f" (SELECT 1 FROM {changed} AS changed WHERE changed.customer_id = kept.customer_id"
        f" AND changed.{STEP} = kept.{STEP})"
    )


def _schema(files: list[str]) -> Any:
    from pyarrow import parquet  # noqa: PLC0415 - heavy

    return parquet.read_schema(files[0])


def _tables(rows: Any, schema: Any) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    for batch in rows.to_arrow_reader(BATCH):
        yield pa.Table.from_batches([batch]).cast(schema)
