"""Apache Spark as the engine: the same expressions, the same Parquet files, on as many machines as there are.

`spark://host:port` is a cluster, `local[2]` this process, and `spark-local-cluster` a cluster of two worker processes
on this machine. The workers read the files of the warehouse under the same paths: on a real cluster the home lies on
storage that all machines share.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from guanxi.metrics.calc.definitions import Metric
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.engine.expressions import Step
from guanxi.metrics.engine.opening import view_sql
from guanxi.metrics.engine.running import EngineMissingError, run_steps
from guanxi.metrics.engine.warehouse import Manifest

LOCAL_CLUSTER = "spark-local-cluster"
_MASTERS = {LOCAL_CLUSTER: "local-cluster[2,1,1024]"}
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1g",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_SMALL = {"spark.executor.memory": "768m", "spark.sql.shuffle.partitions": "4"}


def is_spark(engine: str) -> bool:
    """Whether an engine's name is one of Spark's."""
    return engine == LOCAL_CLUSTER or engine.startswith(("spark://", "local["))


def spark_session(engine: str) -> Any:
    """Return the session of this process with the cluster; beginning one takes some ten seconds.

    Raises EngineMissingError without pyspark or without Java.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - heavy, and an extra
    except ImportError as error:
        raise EngineMissingError(
            "Spark is not installed: pip install 'guanxi[spark]', and Java 17 beside it; or use duckdb"
        ) from error
    import pyspark  # noqa: PLC0415

    os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(_MASTERS.get(engine, engine)).appName("guanxi")
    for name, value in {**_SETTINGS, **(_SMALL if engine == LOCAL_CLUSTER else {})}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise EngineMissingError(f"Spark at '{engine}' does not start: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


class SparkRun:
    """Runs steps in a Spark session. Outcomes are kept in the memory of the workers, and let go with `close`."""

    dialect = "pyspark"

    def __init__(self, session: Any) -> None:
        self._session = session
        self._kept: list[tuple[str, Any]] = []

    def open(self, root: Path, manifest: Manifest, names: Iterable[str]) -> None:
        """Make a view for each fact over the files of a manifest."""
        for name in names:
            query = view_sql(manifest, root, name, files=self._files)
            self._session.sql(query).createOrReplaceTempView(name)

    def _files(self, root: Path, names: Iterable[str]) -> str:
        """The name of a view of files: Spark's SQL has no list of them."""
        paths = [str(root / name) for name in names]
        view = f"files_{len(self._kept)}"
        frame = self._session.read.parquet(*paths)
        frame.createOrReplaceTempView(view)
        self._kept.append((view, frame))
        return view

    def keep(self, step: Step) -> None:
        """Run a step and keep its outcome as a table."""
        frame = self._session.sql(step.sql).persist()
        frame.createOrReplaceTempView(step.name)
        self._kept.append((step.name, frame))

    def take(self, name: str, table: Any) -> None:
        """Make an Arrow table a table here."""
        frame = self._session.createDataFrame(table)
        frame.createOrReplaceTempView(name)
        self._kept.append((name, frame))

    def arrow(self, query: str) -> Any:
        """Return the outcome of a query as an Arrow table."""
        return self._session.sql(query).toArrow()

    def close(self) -> None:
        """Let go of what was kept."""
        for name, frame in self._kept:
            self._session.catalog.dropTempView(name)
            frame.unpersist()
        self._kept.clear()


def compute_with_spark(
    engine: str,
    root: Path,
    manifest: Manifest,
    metrics: tuple[Metric, ...],
    shapes: tuple[FactShape, ...],
    today: date,
) -> tuple[Any, int]:
    """Return what `computation.compute` tells: the metrics as an Arrow table, and the orders of days to come."""
    run = SparkRun(spark_session(engine))
    try:
        run.open(root, manifest, [shape.name for shape in shapes])
        return run_steps(run, metrics, shapes, today)
    finally:
        run.close()
