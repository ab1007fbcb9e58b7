"""All built-in metrics at once, against one hand-written DuckDB query a metric: the same files, the same answers.

The hand-written queries are given the currency of every customer's figures for nothing; ours finds it. Models are left
out on both sides. Run: `python bench/all_metrics.py [CUSTOMERS LINES]`, by default 100,000 and 1,000,000; the full size
is 1,000,000 and 10,000,000.
"""

# ruff: noqa: S608 - the queries are written here

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from measuring import machine, print_table, timed

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
REPEATS = 3
RANDOM = "(hash(i * {0} + {1}) % 1000000 / 1000000.0)"

ORDERS = "orders WHERE ordered_on <= DATE '2026-11-02'"
LINES = "order_lines WHERE ordered_on <= DATE '2026-11-02'"
TOUCHED = "interactions WHERE day <= DATE '2026-11-02'"
YEAR = "ordered_on > DATE '2025-11-02'"
YEAR_OF_TOUCHES = "day > DATE '2025-11-02'"
BEFORE = "ordered_on > DATE '2024-11-02' AND ordered_on <= DATE '2025-11-02'"
OWN = (
    "orders JOIN figures USING (customer_id)"
    " WHERE ordered_on <= DATE '2026-11-02' AND orders.currency = figures.currency"
)
OWN_LINES = (
    "order_lines JOIN figures USING (customer_id)"
    " WHERE ordered_on <= DATE '2026-11-02' AND order_lines.currency = figures.currency"
)
GAPS = (
    "(SELECT customer_id, day, day - LAG(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap FROM"
    f" (SELECT DISTINCT customer_id, ordered_on AS day FROM {ORDERS}))"
)


def grouped(what: str, source: str, *, more: str = "") -> str:
    """A query of one aggregate a customer."""
    return f"SELECT customer_id, {what} AS value FROM {source}{f' AND {more}' if more else ''} GROUP BY 1"


def combined(what: str, **parts: str) -> str:
    """A query of two aggregates a customer, made one."""
    (first, one), (second, other) = parts.items()
    return f"SELECT customer_id, {what} AS value FROM ({one}) {first} JOIN ({other}) {second} USING (customer_id)"


def scored(query: str, order: str, partition: str = "") -> str:
    """A query of fifths."""
    over = (
        f"OVER (PARTITION BY {partition} ORDER BY value {order})"
        if partition
        else f"OVER (ORDER BY value {order})"
    )
    among = f"OVER (PARTITION BY {partition})" if partition else "OVER ()"
    return (
        f"SELECT customer_id, 1 + (RANK() {over} - 1) * 5 // COUNT(*) {among} AS value FROM ({query})"
        " JOIN figures USING (customer_id)"
    )


VALUE_YEAR = grouped("SUM(total)", OWN, more=YEAR)
VALUE_BEFORE = grouped("SUM(total)", OWN, more=BEFORE)
ORDERS_YEAR = grouped("COUNT(*)", ORDERS, more=YEAR)
ORDERS_BEFORE = grouped("COUNT(*)", ORDERS, more=BEFORE)
VISITS_YEAR = grouped("COUNT(*)", TOUCHED, more=f"{YEAR_OF_TOUCHES} AND kind = 'visit'")
TOUCHES_YEAR = grouped("COUNT(*)", TOUCHED, more=f"{YEAR_OF_TOUCHES} AND kind <> 'note'")
MARGIN = grouped("SUM(amount - cost)", OWN_LINES, more=YEAR)
COSTED = grouped("SUM(amount)", OWN_LINES, more=f"{YEAR} AND cost IS NOT NULL")
RECENCY = grouped("DATE '2026-11-02' - MAX(ordered_on)", ORDERS)
NEXT = (
    f"SELECT customer_id, MAX(day) + CAST(FLOOR(MEDIAN(gap) + .5) AS INTEGER) AS value FROM {GAPS} GROUP BY 1"
    " HAVING MEDIAN(gap) IS NOT NULL"
)

BY_HAND = {
    "recency_days": RECENCY,
    "frequency": grouped("COUNT(*)", ORDERS),
    "orders_12m": ORDERS_YEAR,
    "orders_before_12m": ORDERS_BEFORE,
    "months_active_12m": grouped("COUNT(DISTINCT date_trunc('month', ordered_on))", ORDERS, more=YEAR),
    "value_total": grouped("SUM(total)", OWN),
    "value_12m": VALUE_YEAR,
    "value_before_12m": VALUE_BEFORE,
    "value_3m": grouped("SUM(total)", OWN, more="ordered_on > DATE '2026-08-02'"),
    "value_this_year": grouped("SUM(total)", OWN, more="ordered_on > DATE '2025-12-31'"),
    "value_last_year": grouped(
        "SUM(total)", OWN, more="ordered_on > DATE '2024-12-31' AND ordered_on <= DATE '2025-11-02'"
    ),
    "value_trend_6m": combined(
        "one.value / two.value - 1",
        one=grouped("SUM(total)", OWN, more="ordered_on > DATE '2026-05-02'"),
        two=grouped(
            "SUM(total)", OWN, more="ordered_on > DATE '2025-11-02' AND ordered_on <= DATE '2026-05-02'"
        ),
    ),
    "average_ticket": grouped("CAST(FLOOR(AVG(total) + .5) AS BIGINT)", OWN),
    "median_ticket": grouped("CAST(FLOOR(MEDIAN(total) + .5) AS BIGINT)", OWN),
    "largest_order": grouped("MAX(total)", OWN),
    "last_order_value": grouped("ARG_MAX(total, (ordered_on, order_id))", OWN),
    "refund_share": grouped("COUNT(*) FILTER (total < 0) / COUNT(*)", ORDERS),
    "first_order": grouped("MIN(ordered_on)", ORDERS),
    "last_order": grouped("MAX(ordered_on)", ORDERS),
    "tenure_days": grouped("DATE '2026-11-02' - MIN(ordered_on)", ORDERS),
    "interval_mean": f"SELECT customer_id, CAST(FLOOR(AVG(gap) + .5) AS BIGINT) AS value FROM {GAPS} GROUP BY 1",
    "interval_median": f"SELECT customer_id, CAST(FLOOR(MEDIAN(gap) + .5) AS BIGINT) AS value FROM {GAPS} GROUP BY 1",
    "own_rhythm": f"SELECT customer_id, (DATE '2026-11-02' - MAX(day)) / MEDIAN(gap) AS value FROM {GAPS}"
    " GROUP BY 1 HAVING COUNT(gap) >= 2",
    "margin_12m": MARGIN,
    "costed_12m": COSTED,
    "products_held": grouped("COUNT(DISTINCT product_id)", LINES),
    "products_12m": grouped("COUNT(DISTINCT product_id)", LINES, more=YEAR),
    "product_lines_held": grouped("COUNT(DISTINCT product_line)", LINES, more="product_line <> ''"),
    "product_lines_12m": grouped(
        "COUNT(DISTINCT product_line)", LINES, more=f"{YEAR} AND product_line <> ''"
    ),
    "quantity_12m": grouped("CAST(SUM(quantity) AS DOUBLE)", LINES, more=YEAR),
    "touches_12m": TOUCHES_YEAR,
    "visits": grouped("COUNT(*)", TOUCHED, more="kind = 'visit'"),
    "visits_12m": VISITS_YEAR,
    "calls_12m": grouped("COUNT(*)", TOUCHED, more=f"{YEAR_OF_TOUCHES} AND kind = 'call'"),
    "meetings_12m": grouped("COUNT(*)", TOUCHED, more=f"{YEAR_OF_TOUCHES} AND kind = 'meeting'"),
    "messages_12m": grouped("COUNT(*)", TOUCHED, more=f"{YEAR_OF_TOUCHES} AND kind IN ('message', 'mail')"),
    "last_touch": grouped("MAX(day)", TOUCHED, more="kind <> 'note'"),
    "silence_days": grouped("DATE '2026-11-02' - MAX(day)", TOUCHED, more="kind <> 'note'"),
    "last_visit": grouped("MAX(day)", TOUCHED, more="kind = 'visit'"),
    "days_since_visit": grouped("DATE '2026-11-02' - MAX(day)", TOUCHED, more="kind = 'visit'"),
    "contact_count": "SELECT customer_id, COUNT(*) AS value FROM contacts GROUP BY 1",
    "key_person_count": "SELECT customer_id, COUNT(*) AS value FROM contacts WHERE is_key_person GROUP BY 1",
    "place_count": "SELECT customer_id, COUNT(*) AS value FROM places GROUP BY 1",
    "contribution": "SELECT c.customer_id, COALESCE(v.value, c.amount) AS value FROM customers c LEFT JOIN"
    f" ({VALUE_YEAR}) v USING (customer_id) WHERE v.value IS NOT NULL",
    "orders_change": combined("one.value - two.value", one=ORDERS_YEAR, two=ORDERS_BEFORE),
    "value_change": combined("one.value - two.value", one=VALUE_YEAR, two=VALUE_BEFORE),
    "value_growth": combined("one.value / two.value", one=VALUE_YEAR, two=VALUE_BEFORE),
    "margin_rate_12m": combined("one.value / two.value", one=MARGIN, two=COSTED),
    "share_of_wallet": f"SELECT customer_id, v.value / c.demand AS value FROM ({VALUE_YEAR}) v"
    " JOIN customers c USING (customer_id) JOIN figures f USING (customer_id) WHERE c.currency = f.currency",
    "next_order": NEXT,
    "overdue_days": f"SELECT customer_id, DATE '2026-11-02' - value AS value FROM ({NEXT})",
    "revenue_per_visit_12m": combined(
        "CAST(FLOOR(one.value / two.value + .5) AS BIGINT)", one=VALUE_YEAR, two=VISITS_YEAR
    ),
    "touches_per_order_12m": combined("one.value / two.value", one=TOUCHES_YEAR, two=ORDERS_YEAR),
    "customer_age_days": "SELECT customer_id, DATE '2026-11-02' - day AS value FROM customers",
    "recency_score": scored(RECENCY, "DESC"),
    "frequency_score": scored(grouped("COUNT(*)", ORDERS), ""),
    "value_score": scored(grouped("SUM(total)", OWN), "", "currency"),
}


def main() -> None:
    """Write a warehouse, compute all metrics in both ways, print the table."""
    customers, lines = (int(text) for text in (sys.argv[1:3] or ("100000", "1000000")))
    print(machine())
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as home:
        os.environ |= {"GUANXI_HOME": home, "DJANGO_SETTINGS_MODULE": "guanxi.config.settings"}
        os.environ.pop("GUANXI_DATABASE_URL", None)
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        root = Path(home) / "warehouse"
        root.mkdir()
        manifest = fill(root, customers, lines)
        compare(root, manifest, customers, lines)


def fill(root: Path, customers: int, lines: int) -> Any:
    """Write facts drawn by arithmetic: a third as many orders as lines, few customers buying much, three currencies."""
    import duckdb  # noqa: PLC0415 - heavy

    from guanxi.metrics.engine.feed import arrow_schema  # noqa: PLC0415 - Django is up now
    from guanxi.metrics.engine.warehouse import Writer  # noqa: PLC0415
    from guanxi.metrics.facts import fact_named  # noqa: PLC0415

    def random(seed: int) -> str:
        return RANDOM.format(7919 + seed, seed)

    day = "DATE '2026-11-02' - CAST(-400 * ln(1 - 0.999 * {0}) AS INTEGER)"
    customer = f"1 + CAST({customers - 1} * pow({{0}}, 2.5) AS BIGINT)"
    orders = lines // 3
    of_order = (
        f"SELECT i AS order_id, {customer.format(random(1))} AS customer_id, {day.format(random(2))} AS ordered_on,"
        f" CASE WHEN {random(3)} < .97 THEN 'CNY' WHEN {random(3)} < .99 THEN 'USD' ELSE 'KRW' END AS currency,"
        f" CAST(exp(9 + 2 * {random(4)}) - 300 AS BIGINT) AS total FROM range(1, {orders + 1}) t(i)"
    )
    queries = {
        "customers": "SELECT i AS customer_id, 'CNY' AS currency, CAST(i * 100 AS BIGINT) AS amount,"
        f" CAST(i * 1000 AS BIGINT) AS demand, {day.format(random(5))} AS day FROM range(1, {customers + 1}) t(i)",
        "orders": of_order,
        "order_lines": f"SELECT i AS order_line_id, 1 + i % {orders} AS order_id, customer_id, ordered_on, currency,"
        f" 1 + CAST(40 * {random(6)} AS BIGINT) AS product_id,"
        f" 'line ' || CAST(6 * {random(6)} AS INTEGER) AS product_line, CAST(1 + 9 * {random(7)} AS DECIMAL(18, 3)) AS"
        f" quantity, total // 3 AS amount, CASE WHEN {random(8)} < .8 THEN total // 5 END AS cost"
        f" FROM range({lines}) t(i) JOIN ({of_order}) o ON o.order_id = 1 + i % {orders}",
        "interactions": f"SELECT i AS interaction_id, {customer.format(random(9))} AS customer_id,"
        f" {day.format(random(10))} AS day, ['call', 'visit', 'meeting', 'message', 'mail', 'note'][1 +"
        f" CAST(5 * {random(11)} AS INTEGER)] AS kind FROM range(1, {lines // 5 + 1}) t(i)",
        "contacts": f"SELECT i AS contact_id, {customer.format(random(12))} AS customer_id, i % 5 = 0 AS is_key_person,"
        f" {day.format(random(13))} AS day FROM range(1, {2 * customers + 1}) t(i)",
        "places": f"SELECT i AS place_id, i AS customer_id, {day.format(random(14))} AS day"
        f" FROM range(1, {customers + 1}) t(i)",
    }
    writer = Writer(root, NOW)
    with duckdb.connect() as connection:
        for name, query in queries.items():
            schema = arrow_schema(fact_named(name))
            given = [row[0] for row in connection.execute(f"DESCRIBE {query}").fetchall()]
            columns = ", ".join(
                f'"{column}"' if column in given else f'NULL AS "{column}"' for column in schema.names
            )
            reader = connection.sql(f"SELECT {columns} FROM ({query})").to_arrow_reader(500_000)
            writer.write(name, schema, (cast(batch, schema) for batch in reader))
    return writer.swap()


def cast(batch: Any, schema: Any) -> Any:
    """A batch as a table of a schema."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    return pa.Table.from_batches([batch]).cast(schema)


def compare(root: Path, manifest: Any, customers: int, lines: int) -> None:
    """Print both ways, after making sure that they say the same of every customer and metric."""
    from guanxi.metrics.calc.built_in import BUILT_IN  # noqa: PLC0415 - Django is up now
    from guanxi.metrics.calc.definitions import Predicted  # noqa: PLC0415
    from guanxi.metrics.engine.computation import compute  # noqa: PLC0415
    from guanxi.metrics.engine.opening import open_warehouse  # noqa: PLC0415

    metrics = tuple(metric for metric in BUILT_IN if not isinstance(metric, Predicted))
    missing = {metric.name for metric in metrics} ^ set(BY_HAND)
    assert not missing, f"no query by hand for {missing}"

    def ours() -> Any:
        return compute(root=root, manifest=manifest, metrics=metrics, today=TODAY).table

    compiling, table = timed(ours)
    with open_warehouse(root, manifest=manifest) as connection:
        connection.register("ours", table)
        connection.execute("CREATE TABLE figures AS SELECT customer_id, currency FROM ours")
        for name, query in BY_HAND.items():
            differing = connection.execute(differing_sql(name, query)).fetchall()[0][0]
            assert differing == 0, f"{name}: {differing} customers differ"
        mine, theirs = [], []
        for _ in range(REPEATS):
            mine.append(timed(ours)[0])
            theirs.append(
                sum(
                    timed(lambda q=query: connection.sql(q).to_arrow_table())[0] for query in BY_HAND.values()
                )
            )
    mine.sort()
    theirs.sort()
    middle = REPEATS // 2
    rows = [
        ("all at once, first in this process (SQL compiled)", compiling, ""),
        ("all at once", mine[middle], f"{mine[middle] / theirs[middle]:.2f}"),
        ("by hand, the sum of one query a metric", theirs[middle], "1"),
    ]
    title = f"{len(metrics)} metrics of {customers:,} customers, {lines:,} order lines (answers equal)"
    print_table(title, ("way", "seconds", "ratio"), rows)


def differing_sql(name: str, query: str) -> str:
    """The query that counts customers of whom the two ways do not say the same; floats to a billionth."""
    if name in ("first_order", "last_order", "last_touch", "last_visit", "next_order"):
        unlike = f"ours.{name} IS DISTINCT FROM h.value"
    else:
        apart = f"abs(CAST(ours.{name} - h.value AS DOUBLE))"
        unlike = f"(ours.{name} IS NULL OR {apart} > 1e-9 * abs(CAST(h.value AS DOUBLE)))"
    return f"SELECT COUNT(*) FROM ours JOIN ({query}) h USING (customer_id) WHERE h.value IS NOT NULL AND {unlike}"


if __name__ == "__main__":
    main()
