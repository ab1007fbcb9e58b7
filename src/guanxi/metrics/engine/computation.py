"""Computing the metrics of every customer from the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from guanxi.metrics.calc.definitions import Metric
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.engine.expressions import needed
from guanxi.metrics.engine.opening import open_warehouse
from guanxi.metrics.engine.running import DuckDBRun, keep_step, run_steps
from guanxi.metrics.engine.shapes import shape_of
from guanxi.metrics.engine.spark import LOCAL_CLUSTER, compute_with_spark, is_spark
from guanxi.metrics.engine.warehouse import Manifest
from guanxi.metrics.facts import fact_named, facts

__all__ = ["Computed", "UnknownEngineError", "compute", "keep_step", "shapes_for"]

DUCKDB = "duckdb"
Shapes = tuple[FactShape, ...]


class UnknownEngineError(ValueError):
    """An engine this program does not have."""


@dataclass(frozen=True, slots=True)
class Computed:
    """The metrics as an Arrow table, and how many orders were left out of it because they lie in the future."""

    table: Any
    future_rows: int


def shapes_for(metrics: Sequence[Metric]) -> Shapes:
    """Return the shapes of the facts that metrics are computed from. Raises KeyError for a fact nobody declares."""
    names = needed(metrics, (fact.name for fact in facts()))
    return tuple(shape_of(fact_named(name)) for name in names)


def compute(
    *, root: Path, manifest: Manifest, metrics: Sequence[Metric], today: date, engine: str = "duckdb"
) -> Computed:
    """Compute all metrics of all customers as of `today` from the files of one manifest.

    Raises UnknownEngineError, EngineMissingError, DefinitionError, KeyError for a fact nobody declares.
    """
    wanted, shapes = tuple(metrics), shapes_for(metrics)
    if is_spark(engine):
        return Computed(*compute_with_spark(engine, root, manifest, wanted, shapes, today))
    if engine != DUCKDB:
        raise UnknownEngineError(
            f"there is no engine '{engine}'; use {DUCKDB}, spark://host:port or {LOCAL_CLUSTER}"
        )
    names = [shape.name for shape in shapes]
    with open_warehouse(root, manifest=manifest, names=names) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return Computed(*run_steps(DuckDBRun(connection), wanted, shapes, today))
