"""Spark on two worker processes says what DuckDB says, of every built-in metric, on messy facts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.definitions import Aggregate, Counted, Metric, Predicted, Span, Unit, Window
from guanxi.metrics.engine.computation import Computed, compute
from guanxi.metrics.engine.spark import LOCAL_CLUSTER, spark_session
from tests.metrics.messy import TODAY, bought, drawn, written

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("java") is None, reason="no Java here")]

ODD: tuple[Metric, ...] = (
    Counted(
        name="odd_quantity",
        unit=Unit.NUMBER,
        fact="order_lines",
        aggregate=Aggregate.MEDIAN,
        measure="quantity",
        window=Window(Span.DAYS, 400),
    ),
    Counted(
        name="odd_product",
        unit=Unit.MONEY,
        fact="order_lines",
        aggregate=Aggregate.SUM,
        measure="quantity * unit_price",
        condition='product_line contains "PAINT" or amount > 5000.005',
    ),
    Counted(
        name="odd_line",
        unit=Unit.TEXT,
        fact="order_lines",
        aggregate=Aggregate.LAST,
        measure="product_line",
    ),
    Counted(
        name="odd_share",
        unit=Unit.RATIO,
        fact="orders",
        aggregate=Aggregate.SHARE,
        measure="total",
        condition="ordered_on >= today - 1y",
    ),
)
PREDICTED = tuple(metric for metric in BUILT_IN if isinstance(metric, Predicted))
METRICS = (*(metric for metric in BUILT_IN if metric not in PREDICTED), *ODD)


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Computed, Computed]]:
    """What DuckDB and Spark make of the same files; which fields stand is read from the database."""
    root: Path = tmp_path_factory.mktemp("warehouse")
    with django_db_blocker.unblock():
        manifest = written(root, drawn(20261102, customers=400))
        wanted: dict[str, Any] = {"root": root, "manifest": manifest, "metrics": METRICS, "today": TODAY}
        found = compute(**wanted), compute(**wanted, engine=LOCAL_CLUSTER)
    yield found
    spark_session(LOCAL_CLUSTER).stop()


def test_two_worker_processes_compute(both: tuple[Computed, Computed]) -> None:
    context = spark_session(LOCAL_CLUSTER).sparkContext
    assert context.master.startswith("local-cluster[2,")
    assert context._jsc.sc().getExecutorMemoryStatus().size() == 3  # the driver and two workers


def test_customers_currencies_and_what_was_left_out_are_the_same(both: tuple[Computed, Computed]) -> None:
    duckdb, spark = both
    assert duckdb.future_rows == spark.future_rows > 0
    assert duckdb.table.schema == spark.table.schema
    for name in ("customer_id", "currency", "other_currency_rows"):
        assert duckdb.table.column(name).to_pylist() == spark.table.column(name).to_pylist()


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_both_engines_say_the_same(metric: Metric, both: tuple[Computed, Computed]) -> None:
    first, second = (found.table.column(metric.name).to_pylist() for found in both)
    assert any(value is not None for value in first)
    if metric.unit in (Unit.RATIO, Unit.NUMBER):
        assert [value is None for value in first] == [value is None for value in second]
        known = [(one, other) for one, other in zip(first, second, strict=True) if one is not None]
        assert [one for one, _ in known] == pytest.approx([other for _, other in known], rel=1e-9, abs=1e-12)
    else:
        assert first == second


@pytest.mark.django_db
def test_models_are_told_the_same_by_both_engines(both: tuple[Computed, Computed], tmp_path: Path) -> None:
    """On customers who buy as the models suppose: messy ones fit none."""
    wanted: dict[str, Any] = {"root": tmp_path, "metrics": PREDICTED, "today": TODAY}
    wanted["manifest"] = written(tmp_path, bought(300))
    first, second = compute(**wanted), compute(**wanted, engine=LOCAL_CLUSTER)
    for metric in PREDICTED:
        said = first.table.column(metric.name).to_pylist()
        assert any(value is not None for value in said)
        assert second.table.column(metric.name).to_pylist() == pytest.approx(said, rel=1e-9)
