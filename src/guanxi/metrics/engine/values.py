"""The current values of all metrics in columns: computed for everybody, or for who changed and who depends on them.

They are kept in the warehouse as `customer_metrics`, a fact of the group `values`: a base, and after each computation a
delta of the customers whose values differ. What they were computed from is noted (`values`): the day, the definitions,
and the step of the customers' facts that was seen. On the same day, with the same definitions, only the customers who
changed since are computed, from their own rows; scores and the like are then taken anew among all, and what models said
of a customer stands until the next day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from guanxi.metrics.calc.definitions import Metric, Predicted
from guanxi.metrics.engine.computation import compute, keep_step, shapes_for
from guanxi.metrics.engine.expressions import BY_CUSTOMER, PREDICTED, Plan, compiled, late, own_columns
from guanxi.metrics.engine.feed import changed_table, with_step
from guanxi.metrics.engine.opening import changed_sql, open_warehouse, quoted, view_sql
from guanxi.metrics.engine.warehouse import Manifest, Writer
from guanxi.metrics.facts import ALL_CUSTOMERS

VALUES = "customer_metrics"
GROUP = "values"
FRESH = "fresh"
NOTE = "values"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a computation gave: the rows that differ from those kept, by customer, and who is gone.

    `rows` is an Arrow table: `customer_id`, `currency`, the metrics, and `other_currency_rows`; `everyone` the same of
    all customers when all were computed, else None.
    """

    rows: Any
    gone: Sequence[int]
    everyone: Any = None


def fingerprint(metrics: Sequence[Metric]) -> str:
    """Return what tells these definitions from any others."""
    return sha256(repr(tuple(metrics)).encode()).hexdigest()


def seen_by_values(manifest: Manifest, metrics: Sequence[Metric], today: date) -> int | None:
    """Return the step of the customers' facts up to which the kept values hold; None: all are to be computed anew."""
    note = manifest.notes.get(NOTE)
    group = manifest.groups.get(ALL_CUSTOMERS)
    if note is None or group is None or VALUES not in manifest.facts:
        return None
    same = (
        note["day"] == today.isoformat()
        and note["definitions"] == fingerprint(metrics)
        and note["begun"] == group["begun"]
        and note["loose"] == _loose(manifest)
    )
    return int(note["step"]) if same and not own_columns(late(metrics)) else None


def _loose(manifest: Manifest) -> list[str]:
    """The files of facts that are read whole: a change of one may concern everybody."""
    loose = [
        name
        for name, known in manifest.facts.items()
        if not known["group"] and "customer_id" in known["columns"]
    ]
    return [file for name in sorted(loose) for file in manifest.facts[name]["files"]]


def compute_values(
    *, root: Path, manifest: Manifest, metrics: Sequence[Metric], today: date, engine: str, in_doubt: bool
) -> Outcome:
    """Compute what is to be computed; `in_doubt` returns the rows of everybody as differing.

    Raises UnknownEngineError, DefinitionError, KeyError.
    """
    seen = None if in_doubt else seen_by_values(manifest, metrics, today)
    if seen is None or engine != "duckdb":
        everyone = compute(root=root, manifest=manifest, metrics=metrics, today=today, engine=engine).table
        rows, gone = (everyone, []) if in_doubt else _differing(root, manifest, everyone)
        return Outcome(rows, gone, everyone)
    if seen == manifest.groups[ALL_CUSTOMERS]["steps"]:
        return Outcome(_kept_schema(root, manifest).empty_table(), ())
    return _of_changed(root, manifest, tuple(metrics), today, seen)


def _kept_schema(root: Path, manifest: Manifest) -> Any:
    from pyarrow import parquet  # noqa: PLC0415 - heavy

    return parquet.read_schema(manifest.base_files(root, VALUES)[0])


def _differing(root: Path, manifest: Manifest, everyone: Any) -> tuple[Any, list[int]]:
    """The rows of a new table that are not kept just so, and the customers that are kept and not in it."""
    import duckdb  # noqa: PLC0415 - heavy

    known = manifest.facts.get(VALUES)
    if known is None or known["columns"] != everyone.schema.names:
        return everyone, []
    with duckdb.connect(":memory:") as connection:
        connection.register("present", everyone)
        connection.execute(f"CREATE VIEW kept AS {view_sql(manifest, root, VALUES)}")
        rows = connection.sql(
            f"SELECT * FROM present WHERE NOT EXISTS (SELECT 1 FROM kept WHERE {_same(known['columns'], 'present')})"  # noqa: S608
            " ORDER BY customer_id"
        ).to_arrow_table()
        gone = connection.sql(
            "SELECT customer_id FROM kept WHERE customer_id NOT IN (SELECT customer_id FROM present) ORDER BY 1"
        ).fetchall()
    return rows.cast(everyone.schema), [key for (key,) in gone]


def _same(columns: Sequence[str], other: str) -> str:
    """The SQL that says that a row of `kept` is the row of `other`, of the same customer."""
    others = (name for name in columns if name != "customer_id")
    equal = (f"kept.{quoted(name)} IS NOT DISTINCT FROM {other}.{quoted(name)}" for name in others)
    return " AND ".join([f"kept.customer_id = {other}.customer_id", *equal])


def _of_changed(
    root: Path, manifest: Manifest, metrics: tuple[Metric, ...], today: date, seen: int
) -> Outcome:
    """Compute the metrics of the customers who changed, then what depends on everybody."""
    shapes = shapes_for(metrics)
    names = [shape.name for shape in shapes]
    plan = compiled(metrics, shapes, "duckdb", today)
    with open_warehouse(root, manifest=manifest, names=names, since=seen) as connection:
        connection.execute(f"CREATE VIEW kept AS {view_sql(manifest, root, VALUES)}")
        connection.execute(f"CREATE TABLE changed AS {changed_sql(manifest, root, ALL_CUSTOMERS, seen)}")
        keep_step(connection, plan.figures)
        keep_step(connection, replace(plan.by_customer, name=FRESH))
        _take_over_predictions(connection, metrics)
        rows = connection.sql(_differing_rows(connection, plan, manifest.facts[VALUES]["columns"], metrics))
        table = rows.to_arrow_table().cast(_kept_schema(root, manifest))
        gone = connection.sql(
            "SELECT customer_id FROM kept WHERE customer_id IN (SELECT customer_id FROM changed)"  # noqa: S608
            f" AND customer_id NOT IN (SELECT customer_id FROM {FRESH}) ORDER BY 1"
        ).fetchall()
    return Outcome(table, [key for (key,) in gone])


def _take_over_predictions(connection: Any, metrics: tuple[Metric, ...]) -> None:
    """Models are fitted on everybody, once a day: until then they say what they said."""
    said = [quoted(metric.name) for metric in metrics if isinstance(metric, Predicted)]
    if said:
        columns = ", ".join(["customer_id", *said])
        connection.execute(f"CREATE VIEW {PREDICTED} AS SELECT {columns} FROM kept")  # noqa: S608


def _differing_rows(connection: Any, plan: Plan, columns: Sequence[str], metrics: tuple[Metric, ...]) -> str:
    """Take anew what depends on everybody, and return the query of the rows that are no more what was kept."""
    own = ", ".join(quoted(name) for name in plan.by_customer.columns)
    later = [quoted(metric.name) for metric in late(metrics)]
    connection.execute(
        f"CREATE VIEW {BY_CUSTOMER} AS SELECT {own} FROM kept"  # noqa: S608 - names are ours
        f" WHERE customer_id NOT IN (SELECT customer_id FROM changed) UNION ALL SELECT {own} FROM {FRESH}"
    )
    connection.execute(
        f"CREATE TABLE later AS SELECT {', '.join(['customer_id', *later])} FROM ({plan.among_all.sql})"  # noqa: S608
    )
    differ = " OR ".join(f"kept.{name} IS DISTINCT FROM later.{name}" for name in later) or "FALSE"
    connection.execute(
        "CREATE TABLE differing AS SELECT later.customer_id FROM later LEFT JOIN kept USING (customer_id)"  # noqa: S608
        f" WHERE later.customer_id IN (SELECT customer_id FROM changed) OR {differ}"
    )
    shown = ", ".join(
        f"{'later' if quoted(name) in later else BY_CUSTOMER}.{quoted(name)}" for name in columns
    )
    return (
        f"SELECT {shown} FROM {BY_CUSTOMER} JOIN later USING (customer_id)"  # noqa: S608
        " WHERE customer_id IN (SELECT customer_id FROM differing) ORDER BY customer_id"
    )


def is_in_doubt(manifest: Manifest, token: str, slots: Mapping[str, str]) -> bool:
    """Return whether it is not known what stands beside the customers.

    It is known when the last keeping came to its end, and the database has its `token`, and nothing was moved to other
    `slots` since.
    """
    note = manifest.notes.get(NOTE)
    return note is None or note["keeping"] or note["token"] != token or note["slots"] != dict(slots)


def begin_keeping(root: Path, now: datetime, manifest: Manifest) -> Manifest:
    """Note that values are about to be written beside the customers: if that is cut short, next time all are."""
    note = manifest.notes.get(NOTE)
    if note is None:
        return manifest
    writer = Writer(root, now)
    writer.note(NOTE, {**note, "keeping": True})
    return writer.swap()


@dataclass(frozen=True, slots=True)
class Basis:
    """What values were computed from, and the `token` that stands beside the customers with them."""

    metrics: Sequence[Metric]
    today: date
    slots: Mapping[str, str]
    token: str


def finish_keeping(root: Path, now: datetime, manifest: Manifest, outcome: Outcome, basis: Basis) -> Manifest:
    """Make the outcome the kept values."""
    writer = Writer(root, now)
    if outcome.everyone is not None:
        writer.begin_group(GROUP)
        writer.write(VALUES, outcome.everyone.schema, [outcome.everyone], group=GROUP)
    else:
        _write_differing(root, writer, outcome, manifest)
    group = manifest.groups[ALL_CUSTOMERS]
    note = {
        "of": ALL_CUSTOMERS,
        "begun": group["begun"],
        "step": group["steps"],
        "day": basis.today.isoformat(),
        "definitions": fingerprint(basis.metrics),
        "slots": dict(basis.slots),
        "loose": _loose(manifest),
        "token": basis.token,
        "keeping": False,
    }
    writer.note(NOTE, note)
    return writer.swap()


def _write_differing(root: Path, writer: Writer, outcome: Outcome, manifest: Manifest) -> None:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    ids = sorted({*outcome.rows.column("customer_id").to_pylist(), *outcome.gone})
    if not ids:
        return
    step = manifest.groups[GROUP]["steps"] + 1
    changed = changed_table(root, manifest, GROUP, ids, step)
    writer.add_step(GROUP, changed, changed.num_rows)
    schema = with_step(outcome.rows.schema)
    steps = pa.repeat(pa.scalar(step, pa.int64()), outcome.rows.num_rows)
    writer.write_delta(VALUES, schema, [outcome.rows.append_column(schema.field(schema.names[-1]), steps)])
