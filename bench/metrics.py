"""Metrics of 100 thousand customers from a million orders: the whole refresh by step, and a scheme of tiers.

`all_metrics.py` holds the computing itself against queries written by hand.
Run: `python bench/metrics.py [CUSTOMERS ORDERS]`.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from measuring import timed

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def main() -> None:
    """Fill a home, refresh it twice, run the tiers, print what they took."""
    customers, orders = (int(text) for text in (sys.argv[1:3] or ("100000", "1000000")))
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as home:
        os.environ |= {"GUANXI_HOME": home, "DJANGO_SETTINGS_MODULE": "guanxi.config.settings"}
        os.environ.pop("GUANXI_DATABASE_URL", None)
        start_django()
        seconds, _ = timed(lambda: fill(customers, orders))
        print(f"{customers:,} customers, {orders:,} orders on SQLite, filled in {seconds:.0f} s")
        show_refresh()
        show_tiers()


def start_django() -> None:
    """Set Django up over an empty home."""
    import django  # noqa: PLC0415 - after the environment is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def fill(customers: int, orders: int) -> None:
    """Write customers and orders as they are in life: few buy much, one in ten never did, some in two currencies."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is up now

    from guanxi.customers.models import Customer  # noqa: PLC0415
    from guanxi.sales.models import Order  # noqa: PLC0415

    rng = random.Random(7)  # noqa: S311 - the same data every time
    some_customer = Customer(name="", currency="CNY", created_at=NOW, updated_at=NOW)
    some_order = Order(currency="CNY", created_at=NOW, updated_at=NOW)
    with transaction.atomic(), connection.cursor() as cursor:
        insert(
            cursor, some_customer, ("id", "name"), ((key, f"客户{key}") for key in range(1, customers + 1))
        )
        insert(
            cursor,
            some_order,
            ("customer_id", "ordered_on", "currency", "total"),
            drawn(rng, customers, orders),
        )


def insert(cursor: Any, like: Any, names: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    """Insert rows that differ from `like` in `names` only."""
    meta = like._meta  # noqa: SLF001 - Django's documented model API
    fields = [field for field in meta.concrete_fields if not field.primary_key or "id" in names]
    fixed = {
        field.attname: field.get_db_prep_save(getattr(like, field.attname), connection=cursor.db)
        for field in fields
    }
    others = [name for name in fixed if name not in names]
    columns = ", ".join((*names, *others))
    marks = ", ".join(["%s"] * len(fixed))
    statement = f"INSERT INTO {meta.db_table} ({columns}) VALUES ({marks})"  # noqa: S608 - names are the model's
    cursor.executemany(statement, ((*row, *(fixed[name] for name in others)) for row in rows))


def drawn(rng: random.Random, customers: int, orders: int) -> Iterator[tuple[int, str, str, str]]:
    """Draw orders."""
    buyers = range(1, int(customers * 0.9) + 1)
    weights = list(accumulate(rng.paretovariate(1.2) for _ in buyers))
    for customer in rng.choices(buyers, cum_weights=weights, k=orders):
        day = TODAY - timedelta(days=int(rng.expovariate(1 / 400)))
        currency = "CNY" if rng.random() < 0.97 else "USD"
        yield customer, day.isoformat(), currency, f"{rng.lognormvariate(7, 1):.2f}"


def show_refresh() -> None:
    """Print the steps of a first refresh in this process and of a second."""
    from guanxi.metrics.services import refresh  # noqa: PLC0415 - Django is up now

    for name in ("first", "second"):
        seconds, done = timed(lambda: refresh(actor=None, now=NOW))
        steps = ", ".join(f"{step} {took:.1f}" for step, took in done.seconds.items())
        print(f"refresh, {name}: {seconds:.1f} s ({steps})")


def show_tiers() -> None:
    """Print how long a scheme takes to try, to apply and to take back."""
    from guanxi.access.calc import Role  # noqa: PLC0415 - Django is up now
    from guanxi.access.queries import actor_of  # noqa: PLC0415
    from guanxi.access.services import create_user  # noqa: PLC0415
    from guanxi.records.services import undo_changeset  # noqa: PLC0415
    from guanxi.tiers.services import run_scheme  # noqa: PLC0415

    actor = actor_of(create_user(actor=None, username="bench", password=None, role=Role.ADMINISTRATOR))
    tried, _ = timed(lambda: run_scheme(actor=actor, scheme="abcd", apply=False, now=NOW))
    applied, run = timed(lambda: run_scheme(actor=actor, scheme="abcd", apply=True, now=NOW))
    undone, _ = timed(lambda: undo_changeset(actor=actor, changeset_id=run.changeset.pk, now=NOW))
    print(f"abcd: try {tried:.1f} s, apply {applied:.1f} s ({run.moved:,} moved), undo {undone:.1f} s")


if __name__ == "__main__":
    main()
