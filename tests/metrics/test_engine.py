"""The engine against the plain meaning of the metrics, on drawn facts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db.models import QuerySet
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from guanxi.customers.models import Customer
from guanxi.metrics import facts as registry
from guanxi.metrics.calc.built_in import BUILT_IN, SENSITIVE
from guanxi.metrics.calc.definitions import (
    Aggregate,
    Combined,
    Counted,
    Metric,
    Operation,
    OwnRhythm,
    Predicted,
    Scored,
    Span,
    Unit,
    Window,
    last,
)
from guanxi.metrics.calc.secrets import secrets
from guanxi.metrics.engine import spark
from guanxi.metrics.engine.computation import UnknownEngineError, compute
from guanxi.metrics.engine.running import EngineMissingError
from guanxi.metrics.engine.shapes import shapes_of
from guanxi.metrics.facts import Column, Fact, facts, register_fact
from tests.metrics.book import Book
from tests.metrics.messy import TODAY, drawn, written

pytestmark = pytest.mark.django_db  # which fields stand is read from the database

NO_SHRINKING = (Phase.explicit, Phase.generate)  # a smaller seed makes nothing simpler
SPOKEN_OF = tuple(metric for metric in BUILT_IN if not isinstance(metric, Predicted))
MORE: tuple[Metric, ...] = (
    Counted(
        name="mean_quantity",
        unit=Unit.NUMBER,
        fact="order_lines",
        aggregate=Aggregate.MEAN,
        measure="quantity",
    ),
    Counted(
        name="median_quantity",
        unit=Unit.NUMBER,
        fact="order_lines",
        aggregate=Aggregate.MEDIAN,
        measure="quantity",
        window=Window(Span.DAYS, 400),
    ),
    Counted(
        name="smallest_order",
        unit=Unit.MONEY,
        fact="orders",
        aggregate=Aggregate.MINIMUM,
        measure="total",
        condition="total > 0.005",
    ),
    Counted(
        name="first_line",
        unit=Unit.TEXT,
        fact="order_lines",
        aggregate=Aggregate.FIRST,
        measure="product_line",
    ),
    Counted(
        name="share_of_large",
        unit=Unit.RATIO,
        fact="orders",
        aggregate=Aggregate.SHARE,
        measure="total",
        condition="total >= 1000",
        window=last(24),
    ),
    Counted(
        name="visit_trend", unit=Unit.RATIO, fact="interactions", aggregate=Aggregate.TREND, window=last(3)
    ),
    OwnRhythm(name="slow_rhythm", fact="orders", quantile=0.8, minimum=4, condition="total > 0"),
    Combined(
        name="score_gap",
        unit=Unit.SCORE,
        left="value_score",
        operation=Operation.DIFFERENCE,
        right="frequency_score",
    ),
    Scored(name="rhythm_score", of="own_rhythm", best_is_low=True),
)


def computed(rows: Mapping[str, Sequence[Any]], metrics: Sequence[Metric]) -> tuple[dict[int, Any], int]:
    """What the engine says, `{customer: row}`, and the rows it left out as future ones."""
    with TemporaryDirectory() as directory:
        root = Path(directory)
        result = compute(root=root, manifest=written(root, rows), metrics=metrics, today=TODAY)
        return {row["customer_id"]: row for row in result.table.to_pylist()}, result.future_rows


def closely(value: Any) -> Any:
    """Floats to a billionth, anything else exactly."""
    return pytest.approx(value, rel=1e-9, abs=1e-12) if isinstance(value, float) else value


@given(st.integers(0, 2**32), st.integers(1, 12))
@settings(max_examples=25, phases=NO_SHRINKING)
def test_every_metric_means_what_its_definition_says(seed: int, customers: int) -> None:
    rows, metrics = drawn(seed, customers), (*SPOKEN_OF, *MORE)
    found, future = computed(rows, metrics)
    by_the_book = Book(rows, TODAY).values(metrics)
    assert found.keys() == by_the_book.keys()
    for key, expected in by_the_book.items():
        for name in ("currency", *(metric.name for metric in metrics)):
            assert found[key][name] == closely(expected[name]), name
    assert future == sum(order["ordered_on"] > TODAY for order in rows["orders"])


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
@settings(max_examples=5, phases=NO_SHRINKING)
def test_the_order_of_the_rows_does_not_matter(seed: int, chance: random.Random) -> None:
    rows = drawn(seed, 8)
    shuffled = {name: chance.sample(found, len(found)) for name, found in rows.items()}
    assert computed(rows, SPOKEN_OF) == computed(shuffled, SPOKEN_OF)


def test_a_customer_without_anything_has_counts_of_zero_and_nothing_else() -> None:
    rows = drawn(1, 0) | {"customers": [{"customer_id": 1, "currency": "CNY", "day": TODAY}]}
    row = computed(rows, SPOKEN_OF)[0][1]
    counts = {metric.name for metric in SPOKEN_OF if metric.unit is Unit.COUNT}
    assert {name for name, value in row.items() if value == 0} == {
        *counts, "other_currency_rows", "customer_age_days"
    }  # fmt: skip
    assert {name for name, value in row.items() if value is not None} == {
        *counts, "other_currency_rows", "customer_age_days", "customer_id", "currency"
    }  # fmt: skip


def test_what_an_unknown_cost_leaves_unknown() -> None:
    line = {"customer_id": 1, "ordered_on": TODAY, "currency": "CNY", "amount": 1000, "product_id": 1}
    order = {"order_id": 1, "customer_id": 1, "ordered_on": TODAY, "currency": "CNY", "total": 2000}
    empty = drawn(1, 0) | {"customers": [{"customer_id": 1, "currency": "CNY"}], "orders": [order]}
    margin = [metric for metric in SPOKEN_OF if metric.name in SENSITIVE]

    def margins(*costs: int | None) -> tuple[Any, ...]:
        lines = [{**line, "order_line_id": place, "cost": cost} for place, cost in enumerate(costs)]
        row = computed({**empty, "order_lines": lines}, margin)[0][1]
        return row["margin_12m"], row["costed_12m"], row["margin_rate_12m"]

    assert margins(600, None) == (400, 1000, 0.4)
    assert margins(None, None) == (0, 0, None)


def test_metrics_that_tell_of_costs_are_those_marked_so() -> None:
    assert secrets(BUILT_IN, shapes_of(facts())) == SENSITIVE


@pytest.fixture
def surveys() -> Any:
    """A fact that a later room brings."""

    def nothing() -> QuerySet[Any, Any]:
        return Customer.objects.none().values_list("pk")

    columns = {"survey_id": Column.INTEGER, "customer_id": Column.INTEGER}
    columns |= {"answered_on": Column.DATE, "score": Column.INTEGER, "remark": Column.TEXT}
    register_fact(Fact("surveys", columns, nothing, day="answered_on", key="survey_id"))
    yield
    del registry._facts["surveys"]


def test_a_later_rooms_fact_needs_only_a_definition(surveys: None) -> None:
    rows = drawn(1, 0) | {
        "customers": [{"customer_id": 1, "currency": "CNY"}],
        "surveys": [
            {"survey_id": 7, "customer_id": 1, "answered_on": TODAY, "score": 2, "remark": "느려요"},
            {"survey_id": 9, "customer_id": 1, "answered_on": TODAY, "score": 5, "remark": "快多了"},
            {"survey_id": 8, "customer_id": 1, "answered_on": TODAY.replace(year=2025), "score": 4},
        ],
    }
    metrics = (
        Counted(
            name="satisfaction", unit=Unit.SCORE, fact="surveys", aggregate=Aggregate.LAST, measure="score"
        ),
        Counted(name="said", unit=Unit.TEXT, fact="surveys", aggregate=Aggregate.LAST, measure="remark"),
        Counted(
            name="pleased", unit=Unit.RATIO, fact="surveys", aggregate=Aggregate.SHARE, condition="score >= 4"
        ),
    )
    row = computed(rows, metrics)[0][1]
    assert (row["satisfaction"], row["said"], row["pleased"]) == (5, "快多了", pytest.approx(2 / 3))


def test_an_engine_that_is_not_there_is_named(tmp_path: Path) -> None:
    wanted: dict[str, Any] = {"metrics": BUILT_IN, "today": TODAY, "manifest": written(tmp_path, drawn(1, 1))}
    with pytest.raises(UnknownEngineError, match="abacus"):
        compute(root=tmp_path, engine="abacus", **wanted)


def test_spark_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(EngineMissingError, match="pip install"):
        spark.spark_session("spark://nowhere:7077")
