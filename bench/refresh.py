"""A refresh after a thousand customers changed, against a full one of the same home, in the same run.

Run: `python bench/refresh.py [CUSTOMERS LINES]`; a million customers and ten million lines take some twenty minutes.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from measuring import machine, print_table, timed

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TODAY = date(2026, 11, 2)
CHANGED = 1_000
LINES_AN_ORDER = 2
REPEATS = 3


def main() -> None:
    """Fill a home, refresh it in full, change a thousand customers, refresh again; print the ratio."""
    customers, lines = (int(text) for text in (sys.argv[1:3] or ("50000", "500000")))
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as home:
        os.environ |= {"GUANXI_HOME": home, "DJANGO_SETTINGS_MODULE": "guanxi.config.settings"}
        os.environ.pop("GUANXI_DATABASE_URL", None)
        start_django()
        print(machine())
        filled, _ = timed(lambda: fill(customers, lines))
        print(f"{customers:,} customers, {lines:,} lines on SQLite, filled in {filled:.0f} s", flush=True)
        show(customers, Path(home) / "warehouse")


def start_django() -> None:
    """Set Django up over an empty home."""
    import django  # noqa: PLC0415 - after the environment is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def fill(customers: int, lines: int) -> None:
    """Write customers, orders and lines as they are in life: few buy much, one in ten never did."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is up now

    from guanxi.customers.models import Customer  # noqa: PLC0415
    from guanxi.sales.models import Order, OrderLine, Product  # noqa: PLC0415

    rng = random.Random(7)  # noqa: S311 - the same data every time
    stamp = {"created_at": NOW, "updated_at": NOW}
    products = Product.objects.bulk_create(
        Product(name=f"产品{number}", line=f"line {number % 10}", price=1, currency="CNY", **stamp)
        for number in range(200)
    )
    first = products[0].pk
    orders = lines // LINES_AN_ORDER
    with transaction.atomic(), connection.cursor() as cursor:
        insert(cursor, Customer(name="", currency="CNY", **stamp), ("id", "name"), named(customers))
        names = ("id", "customer_id", "ordered_on", "total")
        insert(cursor, Order(currency="CNY", **stamp), names, drawn(rng, customers, orders))
        some_line = OrderLine(quantity=1, unit_price=1)
        names = ("order_id", "product_id", "amount")
        insert(cursor, some_line, names, drawn_lines(rng, orders, first, len(products)))


def insert(cursor: Any, like: Any, names: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    """Insert rows that differ from `like` in `names` only."""
    meta = like._meta  # noqa: SLF001 - Django's documented model API
    fields = [field for field in meta.concrete_fields if not field.primary_key or "id" in names]
    fixed = {
        field.attname: field.get_db_prep_save(getattr(like, field.attname), connection=cursor.db)
        for field in fields
        if field.attname not in names
    }
    columns = ", ".join((*names, *fixed))
    marks = ", ".join(["%s"] * (len(names) + len(fixed)))
    statement = f"INSERT INTO {meta.db_table} ({columns}) VALUES ({marks})"  # noqa: S608 - names are the model's
    cursor.executemany(statement, ((*row, *fixed.values()) for row in rows))


def named(customers: int) -> Iterator[tuple[int, str]]:
    """Name customers."""
    return ((key, f"客户{key}") for key in range(1, customers + 1))


def drawn(rng: random.Random, customers: int, orders: int) -> Iterator[tuple[int, int, str, str]]:
    """Draw orders."""
    buyers = range(1, int(customers * 0.9) + 1)
    weights = list(accumulate(rng.paretovariate(1.2) for _ in buyers))
    for key in range(1, orders + 1):
        customer = rng.choices(buyers, cum_weights=weights)[0]
        day = TODAY - timedelta(days=int(rng.expovariate(1 / 400)))
        yield key, customer, day.isoformat(), f"{rng.lognormvariate(7, 1):.2f}"


def drawn_lines(rng: random.Random, orders: int, first: int, products: int) -> Iterator[tuple[int, int, str]]:
    """Draw the lines of orders."""
    for key in range(1, orders + 1):
        for _ in range(LINES_AN_ORDER):
            yield key, first + rng.randrange(products), f"{rng.lognormvariate(6, 1):.2f}"


def change_some(rng: random.Random, customers: int, actor: Any) -> None:
    """Let a thousand customers buy, each in a change set of its own, as people at work leave them."""
    from guanxi.records.declaration import record_type  # noqa: PLC0415 - Django is up now
    from guanxi.records.services import create_record  # noqa: PLC0415

    known = record_type("order")
    for customer in rng.sample(range(1, customers + 1), CHANGED):
        values = {"customer": customer, "ordered_on": "2026-11-01", "currency": "CNY", "total": "123.45"}
        create_record(actor=actor, known=known, values=values, now=NOW)


def show(customers: int, warehouse: Path) -> None:
    """Print full and incremental refreshes by step, and the ratio."""
    from guanxi.access.calc import Role  # noqa: PLC0415 - Django is up now
    from guanxi.access.queries import actor_of  # noqa: PLC0415
    from guanxi.access.services import create_user  # noqa: PLC0415
    from guanxi.metrics.services import refresh  # noqa: PLC0415

    actor = actor_of(create_user(actor=None, username="bench", password=None, role=Role.ADMINISTRATOR))
    rng = random.Random(11)  # noqa: S311 - the same every time
    rows = []

    def one(label: str, now: datetime) -> float:
        seconds, done = timed(lambda: refresh(actor=None, now=now))
        steps = [done.seconds.get(name, 0.0) for name in ("feed", "compute", "keep", "tell")]
        rows.append((label, seconds, *steps, done.written))
        print(label, f"{seconds:.2f} s", flush=True)
        return seconds

    full = one("full: everything fed, computed, kept", NOW)
    one("nothing changed", NOW)
    incremental = []
    for number in range(REPEATS):
        change_some(rng, customers, actor)
        incremental.append(one(f"{CHANGED:,} customers changed ({number + 1})", NOW))
    one("the next day: all computed and kept", NOW + timedelta(days=1))
    heads = ("refresh", "seconds", "feed", "compute", "keep", "tell", "rows written beside")
    print_table("Refresh of the metrics", heads, rows)
    best = sorted(incremental)[len(incremental) // 2]
    size = sum(path.stat().st_size for path in warehouse.rglob("*.parquet")) / 2**20
    print(f"full / incremental (median): {full / best:.0f}; warehouse {size:,.0f} MiB")


if __name__ == "__main__":
    main()
