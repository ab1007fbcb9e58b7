"""Computing the metrics of every customer from the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from guanxi.metrics.calc.definitions import Metric, facts_of, months_of
from guanxi.metrics.calc.windows import months_before
from guanxi.metrics.engine.expressions import compiled, moment_columns
from guanxi.metrics.engine.warehouse import Manifest
from guanxi.metrics.facts import Fact, fact_named


class UnknownEngineError(ValueError):
    """An engine this program does not have."""


@dataclass(frozen=True, slots=True)
class Computed:
    """The metrics as an Arrow table, and how many rows of facts were left out because they lie in the future."""

    table: Any
    future_rows: int


def moment_of(today: date, metrics: Sequence[Metric]) -> dict[str, date]:
    """Return the row of `moment`: the day, and the last day before each window."""
    return {
        "today": today,
        **{f"after_{months}": months_before(today, months) for months in months_of(metrics)},
    }


def compute(
    *, root: Path, manifest: Manifest, metrics: Sequence[Metric], today: date, engine: str = "duckdb"
) -> Computed:
    """Compute all metrics of all customers as of `today` from the files of one manifest.

    Raises UnknownEngineError, DefinitionError, KeyError for a fact nobody declares.
    """
    if engine != "duckdb":
        raise UnknownEngineError(f"there is no engine '{engine}' yet; use duckdb")
    facts = tuple(fact_named(name) for name in ("customers", *facts_of(metrics)))
    return _compute_with_duckdb(root, manifest, tuple(metrics), facts, today)


def _compute_with_duckdb(
    root: Path, manifest: Manifest, metrics: tuple[Metric, ...], facts: tuple[Fact, ...], today: date
) -> Computed:
    import duckdb  # noqa: PLC0415 - heavy

    with duckdb.connect(":memory:") as connection:
        for fact in facts:
            connection.read_parquet(manifest.files(root, fact.name)).create_view(fact.name)
        columns = moment_columns(metrics)
        moment = moment_of(today, metrics)
        connection.execute(f"CREATE TABLE moment ({', '.join(f'{name} DATE' for name in columns)})")
        marks = ", ".join("?" for _ in columns)
        connection.execute(f"INSERT INTO moment VALUES ({marks})", [moment[name] for name in columns])  # noqa: S608
        table = connection.sql(compiled(metrics, facts, "duckdb")).to_arrow_table()
        future = sum(_future_rows(connection, fact) for fact in facts if fact.day)
    return Computed(table, future)


def _future_rows(connection: Any, fact: Fact) -> int:
    query = f'SELECT COUNT(*) FROM "{fact.name}", moment WHERE "{fact.day}" > today'  # noqa: S608 - names are ours
    return int(connection.execute(query).fetchone()[0])
