"""A pivot by five dimensions against raw DuckDB, and the first pivot of a process that has only just begun.

The peer is the query somebody would write by hand over the same Parquet files on an open connection, its rows fetched;
it gives the finest groups only, where ours gives totals and the finished document too. Both are asked turn about in one
run, and the numbers are compared. Run: `python bench/pivot.py [ROWS CUSTOMERS]`, in full `python bench/pivot.py
10000000 1000000`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from measuring import machine

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
REPEATS = 3

DRAWN = {
    "int64": "CAST(1 + hash(i * 7 + {place}) % 40 AS BIGINT)",
    "decimal(18, 3)": "CAST(hash(i * 7 + {place}) % 1000 AS DECIMAL(18, 3))",
    "float64": "CAST(hash(i * 7 + {place}) % 1000 AS DOUBLE)",
    "date": "DATE '2023-11-02' + CAST(hash(i * 11 + {place}) % 1095 AS INTEGER)",
    "timestamp('UTC')": "TIMESTAMPTZ '2026-01-01 00:00:00+00'",
    "boolean": "hash(i * 7 + {place}) % 3 = 0",
    "string": "'某' || CAST(hash(i * 13 + {place}) % 12 AS VARCHAR)",
    "money": "CAST(100 + hash(i * 17 + {place}) % 1000000 AS BIGINT)",
}

QUESTIONS = {
    "five dimensions, sum and count": (
        ["customer.industry", "customer.source", "state"],
        ["ordered_on:year", "customer.kind"],
        ["sum:total", "count"],
        """SELECT c.industry, c.source, o.state, date_trunc('year', o.ordered_on), c.kind, SUM(o.total), COUNT(*)
        FROM orders o LEFT JOIN customers c USING (customer_id) GROUP BY ALL""",
    ),
    "four dimensions of the fact, mean": (
        ["state", "number"],
        ["ordered_on:quarter", "currency"],
        ["mean:total"],
        """SELECT state, number, date_trunc('quarter', ordered_on), currency, AVG(total) FROM orders GROUP BY ALL""",
    ),
    "one dimension, different customers": (
        ["ordered_on:month"],
        [],
        ["distinct:customer"],
        "SELECT date_trunc('month', ordered_on), COUNT(DISTINCT customer_id) FROM orders GROUP BY ALL",
    ),
    "one dimension, median": (
        ["customer.industry"],
        [],
        ["median:total"],
        """SELECT c.industry, MEDIAN(o.total) FROM orders o LEFT JOIN customers c USING (customer_id)
        GROUP BY ALL""",
    ),
}


def main() -> None:
    """Fill a warehouse, run the pairs, print the table; then begin new processes."""
    if sys.argv[1:2] == ["--cold"]:
        print(json.dumps(cold(sys.argv[2])))
        return
    rows, customers = (int(text) for text in (sys.argv[1:3] or ("1000000", "100000")))
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as home:
        os.environ |= {"GUANXI_HOME": home, "DJANGO_SETTINGS_MODULE": "guanxi.config.settings"}
        os.environ.pop("GUANXI_DATABASE_URL", None)
        start_django(migrate=True)
        fill(Path(home) / "warehouse", {"customers": customers, "orders": rows})
        print(f"{rows:,} orders of {customers:,} customers; {machine()}")
        show_pairs()
        show_cold()


def start_django(*, migrate: bool = False) -> None:
    """Set Django up over the home."""
    import django  # noqa: PLC0415 - after the environment is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    if migrate:
        call_command("migrate", verbosity=0)


def fill(root: Path, sizes: dict[str, int]) -> None:
    """Write facts of drawn rows as the feed would, in one currency."""
    import duckdb  # noqa: PLC0415 - heavy

    from guanxi.metrics.engine.warehouse import MANIFEST, VERSION  # noqa: PLC0415 - Django is up now
    from guanxi.metrics.facts import fact_named  # noqa: PLC0415

    root.mkdir(parents=True, exist_ok=True)
    known = {}
    for name, size in sizes.items():
        fact = fact_named(name)
        columns = [
            f'{_drawn(fact, column, kind, place, sizes["customers"])} AS "{column}"'
            for place, (column, kind) in enumerate(fact.columns.items())
        ]
        query = f"SELECT {', '.join(columns)} FROM range(1, {size + 1}) AS drawn(i)"  # noqa: S608
        duckdb.sql(query).to_parquet(str(root / f"{name}.parquet"), compression="zstd")
        known[name] = {
            "files": [f"{name}.parquet"], "rows": size, "columns": list(fact.columns), "group": "", "since": 0,
            "deltas": [],
        }  # fmt: skip
    body = {
        "version": VERSION,
        "generation": "bench",
        "written_at": NOW.isoformat(),
        "facts": known,
        "groups": {},
        "notes": {},
    }
    (root / MANIFEST).write_text(json.dumps({**body, "before": []}), encoding="utf-8")


def _drawn(fact: Any, column: str, kind: Any, place: int, customers: int) -> str:
    if column == fact.key:
        return "i"
    if column == "customer_id":
        return f"CAST(1 + hash(i) % {customers} AS BIGINT)"
    if column == "currency":
        return "'CNY'"
    declared = fact.declared.get(column)
    if declared is not None and declared.choices:
        codes = ", ".join(f"'{code}'" for code, _label in declared.choices)
        return f"[{codes}][CAST(1 + hash(i * 5 + {place}) % {len(declared.choices)} AS BIGINT)]"
    return DRAWN[kind.value].format(place=place)


def ask(rows: list[str], columns: list[str], measures: list[str], where: str = "") -> Any:
    """Return the text of an answer, as the API gives it."""
    from guanxi.conditions.context import Context  # noqa: PLC0415 - Django is up now
    from guanxi.metrics.calc.pivot.document import json_text  # noqa: PLC0415
    from guanxi.metrics.calc.pivot.request import Wish  # noqa: PLC0415
    from guanxi.metrics.pivot import PivotQuestion, pivot  # noqa: PLC0415

    wish = Wish(rows=rows, columns=columns, measures=measures)
    found = pivot(PivotQuestion(None, "orders", wish, where, Context(now=NOW, zone=UTC), seconds=600))
    return found, json_text(found)


def show_pairs() -> None:
    """Print each question: ours, by hand, what ours takes more."""
    from django.conf import settings  # noqa: PLC0415 - Django is up now

    from guanxi.metrics.engine.opening import open_warehouse  # noqa: PLC0415

    connection = open_warehouse(settings.ENVIRONMENT.warehouse)
    print("| question | ours, ms | raw DuckDB, ms | more, ms | processor: ours | raw | more | groups |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, (rows, columns, measures, statement) in QUESTIONS.items():
        ours = partial(ask, rows, columns, measures)
        by_hand = partial(fetched, connection, statement)
        compare(ours()[0], by_hand(), measures)
        pairs = [(*timed(ours), *timed(by_hand)) for _ in range(REPEATS)]
        mine, my_work, theirs, their_work = (
            statistics.median(found) * 1000 for found in zip(*pairs, strict=True)
        )
        print(
            f"| {name} | {mine:.0f} | {theirs:.0f} | {mine - theirs:+.0f} | {my_work:.0f} | {their_work:.0f} "
            f"| {my_work - their_work:+.0f} | {len(by_hand()):,} |"
        )
    connection.close()


def fetched(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    """Return the peer's rows."""
    found: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
    return found


def compare(found: dict[str, Any], by_hand: list[tuple[Any, ...]], measures: list[str]) -> None:
    """Hold the grand total against the peer's rows, where it follows from them."""
    if measures[-1] == "count":
        assert found["totals"][-1] == sum(row[-1] for row in by_hand), "the two answers differ"
        total = found["totals"][-2]
        assert total * 100 == sum(row[-2] for row in by_hand), "the two answers differ"


def show_cold() -> None:
    """Print the first pivot of a new process, Django's start beside it; a condition for the first and second time."""
    print(
        "| a new process | Django's start, ms | the first pivot, ms | its processor time, ms | the second, ms |"
    )
    print("| --- | --- | --- | --- | --- |")
    for name, where in (
        ("without a condition", ""),
        ("a condition nobody asked before", 'customer.industry != "某3" and total >= 100.5'),
        ("the same, kept in the home", 'customer.industry != "某3" and total >= 100.5'),
    ):
        out = subprocess.run(
            [sys.executable, __file__, "--cold", where], check=True, capture_output=True, text=True
        )
        took = json.loads(out.stdout)
        figures = " | ".join(f"{took[part]:.0f}" for part in ("django", "first", "first_work", "second"))
        print(f"| {name} | {figures} |")


def cold(where: str) -> dict[str, float]:
    """Measure in this process, in milliseconds."""
    rows, columns, measures, _statement = QUESTIONS["five dimensions, sum and count"]
    django, _work = timed(start_django)
    first, first_work = timed(lambda: ask(rows, columns, measures, where))
    second, _work = timed(lambda: ask(rows, columns, measures, where))
    took = {"django": django, "first": first, "first_work": first_work, "second": second}
    return {name: seconds * 1000 for name, seconds in took.items()}


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds a piece of work took: on the clock, and of all processors."""
    start, work_start = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - work_start


if __name__ == "__main__":
    main()
