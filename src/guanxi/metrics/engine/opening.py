"""Reading the warehouse: a DuckDB connection with a view for each fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from guanxi.metrics.engine.warehouse import STEP, Manifest, read_manifest


class NeverFedError(Exception):
    """The warehouse, or a fact of it, was never fed: refresh the metrics first."""


def open_warehouse(
    root: Path, *, manifest: Manifest | None = None, names: Iterable[str] = (), since: int | None = None
) -> Any:
    """Return a DuckDB connection, in memory, with a view a fact over one manifest (by default the present one).

    Use it as a context manager. `names` are the facts wanted (none: all that were fed). With `since`, the views have
    only the rows of customers who changed after that step; facts that are nobody's have all.
    Raises NeverFedError.
    """
    import duckdb  # noqa: PLC0415 - heavy

    manifest = manifest or read_manifest(root)
    if manifest is None:
        raise NeverFedError("the warehouse is empty; refresh the metrics first")
    wanted = tuple(names) or tuple(manifest.facts)
    missing = [name for name in wanted if name not in manifest.facts]
    if missing:
        raise NeverFedError(f"'{missing[0]}' is not in the warehouse yet; refresh the metrics first")
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET TimeZone = 'UTC'")
        for name in wanted:
            connection.execute(f"CREATE VIEW {quoted(name)} AS {view_sql(manifest, root, name, since)}")
    except BaseException:
        connection.close()
        raise
    return connection


def view_sql(
    manifest: Manifest,
    root: Path,
    name: str,
    since: int | None = None,
    files: Callable[[Path, Iterable[str]], str] | None = None,
) -> str:
    """Return the SELECT of a fact's rows as they are now, in words both DuckDB and Spark's SQL could speak but for
    `read_parquet`, which `files` replaces: it returns the table of them. All names in it are the program's own."""
    files = files or scan
    known = manifest.facts[name]
    columns = ", ".join(quoted(column) for column in known["columns"])
    base = f"SELECT {columns} FROM {files(root, known['files'])} AS kept"  # noqa: S608
    if not known["group"]:
        return base
    group = manifest.groups[known["group"]]
    none = f"{base} WHERE FALSE"
    if not manifest.has_deltas(name):
        return base if since is None else none
    changed = files(root, [group["changed"]])
    after = known["since"] if since is None else since
    parts = []
    if since is None:
        parts.append(
            f"{base} WHERE NOT EXISTS (SELECT 1 FROM {changed} AS changed"  # noqa: S608
            f" WHERE changed.customer_id = kept.customer_id AND changed.{STEP} > {int(after)})"
        )
    if known["deltas"]:
        parts.append(
            f"SELECT {columns} FROM {files(root, known['deltas'])} AS kept WHERE EXISTS"  # noqa: S608
            f" (SELECT 1 FROM {changed} AS changed WHERE changed.customer_id = kept.customer_id"
            f" AND changed.{STEP} = kept.{STEP} AND changed.{STEP} > {int(after)})"
        )
    return " UNION ALL ".join(parts) or none


def changed_sql(manifest: Manifest, root: Path, group: str, since: int) -> str:
    """Return the SELECT of the customers of a group who changed after a step: `customer_id`."""
    known = manifest.groups.get(group)
    if not known or not known["changed"]:
        return "SELECT 0::BIGINT AS customer_id WHERE FALSE"
    return f"SELECT customer_id FROM {scan(root, [known['changed']])} WHERE {STEP} > {int(since)}"  # noqa: S608


def scan(root: Path, names: Iterable[str]) -> str:
    """Return the table expression of Parquet files of the warehouse."""
    paths = ", ".join("'" + str(root / name).replace("'", "''") + "'" for name in names)
    return f"read_parquet([{paths}])"


def quoted(name: str) -> str:
    """Return a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
