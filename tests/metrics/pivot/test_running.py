"""A query ends when its time is up, or nobody waits for it."""

from __future__ import annotations

from threading import Thread
from typing import Any

import duckdb
import pytest

from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.engine.pivot.running import Run, Stop, StoppedError

ENDLESS: tuple[str, dict[str, Any]] = (
    "SELECT COUNT(*) FROM range(10000000) AS a, range(10000000) AS b WHERE a.range % 7 = b.range % 5",
    {},
)


def test_a_query_beyond_its_time_ends_with_one_clear_line() -> None:
    with duckdb.connect(":memory:") as connection, Run(connection, seconds=0.2) as run:
        with pytest.raises(PivotError, match=r"longer than 0\.2 seconds"):
            run.rows(ENDLESS)
        with pytest.raises(PivotError, match="longer than"):
            run.rows(("SELECT 1", {}))


def test_a_query_can_be_stopped_from_outside_and_nothing_runs_after_it() -> None:
    stop = Stop()
    with duckdb.connect(":memory:") as connection, Run(connection, stop=stop, seconds=600) as run:
        Thread(target=stop.set).start()
        with pytest.raises(StoppedError):
            run.rows(ENDLESS)
        with pytest.raises(StoppedError):
            run.rows(("SELECT 1", {}))


def test_a_query_that_takes_too_much_memory_is_told() -> None:
    with duckdb.connect(":memory:", config={"memory_limit": "20MB", "temp_directory": ""}) as connection:
        hungry = ("SELECT COUNT(DISTINCT range || 'x') FROM range(10000000)", {})
        with Run(connection) as run, pytest.raises(PivotError, match="more memory"):
            run.rows(hungry)
