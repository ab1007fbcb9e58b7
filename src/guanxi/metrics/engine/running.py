"""What computing metrics asks of an engine, and the computing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from guanxi.metrics.calc.definitions import Metric
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.engine.expressions import MONEY_FACT, PREDICTED, Step, compiled
from guanxi.metrics.engine.predictions import asked_of, predicted_table, predictions, purchases_sql
from guanxi.metrics.engine.shapes import types_of


class EngineMissingError(Exception):
    """An engine that is known and not installed or not running here: the message says what to do."""


class Run(Protocol):
    """An engine with a table for each fact, for one computation."""

    dialect: str

    def keep(self, step: Step) -> None:
        """Run a step and keep its outcome as a table of its name."""

    def take(self, name: str, table: Any) -> None:
        """Make an Arrow table a table here."""

    def arrow(self, query: str) -> Any:
        """Return the outcome of a query as an Arrow table."""


class DuckDBRun:
    """Runs steps in a DuckDB connection that has a view for each fact."""

    dialect = "duckdb"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def keep(self, step: Step) -> None:
        """Run a step and keep its outcome as a table."""
        keep_step(self._connection, step)

    def take(self, name: str, table: Any) -> None:
        """Make an Arrow table a table here."""
        self._connection.register(name, table)

    def arrow(self, query: str) -> Any:
        """Return the outcome of a query as an Arrow table."""
        return self._connection.sql(query).to_arrow_table()


_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "date": "DATE", "string": "VARCHAR"}


def keep_step(connection: Any, step: Step) -> None:
    """Run a step in DuckDB and keep its outcome as a table.

    Its columns are typed beforehand: DuckDB adds up whole numbers into wider ones than Ibis thinks.
    """
    columns = ", ".join(f'"{name}" {_TYPES.get(kind, kind)}' for name, kind in step.columns.items())
    connection.execute(f"CREATE TABLE {step.name} ({columns})")
    connection.execute(f"INSERT INTO {step.name} {step.sql}")


def run_steps(
    run: Run, metrics: tuple[Metric, ...], shapes: tuple[FactShape, ...], today: date
) -> tuple[Any, int]:
    """Compute the metrics of all customers; return the Arrow table, and how many orders lie in the future."""
    plan = compiled(metrics, shapes, run.dialect, today)
    run.keep(plan.figures)
    run.keep(plan.by_customer)
    keep_predictions(run, metrics, shapes, today)
    table = run.arrow(plan.among_all.sql).cast(arrow_schema(plan.among_all.columns))
    days = [(shape.name, shape.day) for shape in shapes if shape.name == MONEY_FACT]
    return table, sum(_future_rows(run, name, day, today) for name, day in days)


def arrow_schema(columns: Mapping[str, str]) -> Any:
    """Return columns with Ibis types as an Arrow schema."""
    import ibis  # noqa: PLC0415 - heavy

    return ibis.schema(dict(columns)).to_pyarrow()


def _future_rows(run: Run, name: str, day: str, today: date) -> int:
    query = f"SELECT COUNT(*) AS found FROM {name} WHERE CAST({day} AS DATE) > DATE '{today.isoformat()}'"  # noqa: S608
    return int(run.arrow(query).column("found")[0].as_py())


def keep_predictions(run: Run, metrics: Sequence[Metric], shapes: Sequence[FactShape], today: date) -> None:
    """Keep what models say of the customers as the table `predicted`; nothing where no metric asks for it."""
    result = None
    for (fact, _measure), asked in asked_of(metrics).items():
        shape = next(shape for shape in shapes if shape.name == fact)
        most = max(asked, key=lambda metric: bool(metric.measure))
        purchases = run.arrow(purchases_sql(most, shape, run.dialect, today))
        said = predictions(purchases, [metric.quantity for metric in asked])
        schema = arrow_schema({"customer_id": "int64", **{one.name: types_of(one.unit) for one in asked}})
        columns = [(metric, said[metric.quantity]) for metric in asked]
        table = predicted_table(purchases.column("customer_id"), columns, schema)
        result = table if result is None else result.join(table, "customer_id", join_type="full outer")
    if result is not None:
        run.take(PREDICTED, result)
