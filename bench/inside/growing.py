"""Run in a home: make the demo company, then grow it to N customers by copying its people with all that hangs on them.

Copies get names, phones, amounts and owners of their own, and the metrics and tiers of whom they copy: half belong to
the first member and their team, a tenth to the last. The copying is done by the database. Customers are written into
the index of search at the end; what hangs on them is not, unless `--whole` is said.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402

from guanxi.access.calc import Role  # noqa: E402
from guanxi.access.models import User  # noqa: E402
from guanxi.cli.setup import ensure_administrator, prepare_database  # noqa: E402
from guanxi.customers.models import Contact, Customer, Interaction  # noqa: E402
from guanxi.kits.demo import make_demo  # noqa: E402
from guanxi.metrics.models import CustomerMetrics  # noqa: E402
from guanxi.places.models import Place  # noqa: E402
from guanxi.records.declaration import record_type  # noqa: E402
from guanxi.records.search import feed  # noqa: E402
from guanxi.records.search.models import SearchPending  # noqa: E402
from guanxi.sales.models import Order, OrderLine  # noqa: E402
from guanxi.tiers.models import CustomerTier  # noqa: E402

DRAWN = 1_000
BEGUN = time.perf_counter()
COPIED: tuple[type[models.Model], ...] = (
    *(Customer, CustomerMetrics, CustomerTier),
    *(Contact, Place, Interaction, Order, OrderLine),
)
TAIL = "CAST(1000 + (t.id * 7919 + n.k * 104729) % 9000 AS VARCHAR(4))"
OWN: dict[tuple[type[models.Model], str], str] = {
    (Customer, "name"): f"SUBSTR(t.name, 1, 190) || {TAIL}",
    (Customer, "name_key"): f"SUBSTR(t.name_key, 1, 190) || {TAIL}",
    (Customer, "external_id"): f"CASE t.external_id WHEN '' THEN '' ELSE t.external_id || {TAIL} END",
    (
        Customer,
        "phone",
    ): f"CASE t.phone WHEN '' THEN '' ELSE SUBSTR(t.phone, 1, LENGTH(t.phone) - 4) || {TAIL} END",
    (Customer, "phone_key"): (
        f"CASE t.phone_key WHEN '' THEN '' ELSE SUBSTR(t.phone_key, 1, LENGTH(t.phone_key) - 4) || {TAIL} END"
    ),
    (Customer, "amount"): "t.amount + n.k * 137 + t.id % 97",
}


def grow(model: type[models.Model], drawn: int, wanted: int, strides: dict[type[models.Model], int]) -> None:
    """Copy the rows of one model until there are those of `wanted` customers."""
    columns, values = [], []
    for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's own documented interface
        columns.append(f'"{field.column}"')
        target = field.related_model or (model if field.primary_key else None)
        if target in strides:
            values.append(f't."{field.column}" + n.k * {strides[target]}')
        else:
            values.append(OWN.get((model, field.name), f't."{field.column}"'))
    source = model._meta.db_table  # noqa: SLF001
    copies = wanted // drawn - 1
    numbers = f"WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {copies})"  # noqa: S608
    statement = (
        f'{numbers} INSERT INTO "{source}" ({", ".join(columns)}) SELECT {", ".join(values)} '  # noqa: S608 - our models
        f'FROM "{source}" t CROSS JOIN n ORDER BY n.k, t."{model._meta.pk.column}"'  # noqa: SLF001
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def shared_out(chosen: list[int]) -> str:
    """Give half of the copies to the first, four tenths to the second, a tenth to the third."""
    tenth = "(t.id * 7919 + n.k * 104729) % 10"
    return f"CASE WHEN {tenth} < 5 THEN {chosen[0]} WHEN {tenth} < 9 THEN {chosen[1]} ELSE {chosen[2]} END"


def told(name: str) -> None:
    """Say what is done, and after how many seconds."""
    print(f"{time.perf_counter() - BEGUN:.0f} s: {name}", file=sys.stderr, flush=True)


def hasten() -> None:
    """Let this connection write without waiting for the disk, with much memory."""
    sqlite = ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000", "PRAGMA temp_store=MEMORY")
    postgresql = ("SET synchronous_commit=off", "SET maintenance_work_mem='1GB'", "SET work_mem='256MB'")
    with connection.cursor() as cursor:
        for statement in sqlite if connection.vendor == "sqlite" else postgresql:
            cursor.execute(statement)


def index(*, whole: bool) -> None:
    """Write the index of search anew."""
    feed.rebuild()
    if not whole:
        SearchPending.objects.all().delete()
        bounds = Customer.objects.aggregate(first=models.Min("pk"), last=models.Max("pk"))
        feed.rows_created(record_type("customer"), bounds["first"], bounds["last"])
    while feed.index_next()[1]:
        pass


def main() -> None:
    """Make and grow."""
    wanted = int(sys.argv[1])
    drawn = min(DRAWN, wanted)
    prepare_database()
    ensure_administrator()
    make_demo(kit="real-estate", customers=drawn, seed=1, now=timezone.now())
    hasten()
    if wanted > drawn:
        strides = {model: _stride(model) for model in COPIED if not model._meta.pk.is_relation}  # noqa: SLF001
        members = User.objects.filter(role=Role.MEMBER).order_by("pk")[:3]
        OWN[Customer, "owner"] = shared_out([member.pk for member in members])
        OWN[Customer, "team"] = shared_out([member.teams.get().pk for member in members])
        for model in COPIED:
            grow(model, drawn, wanted, strides)
            told(model.__name__)
    if "--unindexed" not in sys.argv:
        index(whole="--whole" in sys.argv)
        told("index")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(Customer.objects.count())


def _stride(model: type[models.Model]) -> int:
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0)  # noqa: SLF001


if __name__ == "__main__":
    main()
