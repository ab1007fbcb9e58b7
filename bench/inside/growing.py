"""Run in a home: make the demo company, then grow it to N customers by copying its people with all that hangs on them.

Copies get names, phones, amounts and times of their own; the metrics and tiers are computed for all at the end. The
copying is done by the database, so that a hundred thousand customers take seconds.
"""

from __future__ import annotations

import sys

import django

django.setup()

from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402

from guanxi.cli.setup import ensure_administrator, prepare_database  # noqa: E402
from guanxi.customers.models import Contact, Customer, Interaction  # noqa: E402
from guanxi.kits.demo import make_demo  # noqa: E402
from guanxi.places.models import Place  # noqa: E402
from guanxi.sales.models import Order, OrderLine  # noqa: E402
from guanxi.tiers.services import rate_everybody  # noqa: E402

DRAWN = 1_000
COPIED: tuple[type[models.Model], ...] = (Customer, Contact, Place, Interaction, Order, OrderLine)
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
        target = model if field.primary_key else field.related_model
        if target in strides:
            values.append(f't."{field.column}" + n.k * {strides[target]}')
        else:
            values.append(OWN.get((model, field.name), f't."{field.column}"'))
    source = model._meta.db_table  # noqa: SLF001
    copies = wanted // drawn - 1
    numbers = f"WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {copies})"  # noqa: S608
    statement = (
        f'{numbers} INSERT INTO "{source}" ({", ".join(columns)}) SELECT {", ".join(values)} '  # noqa: S608 - our models
        f'FROM "{source}" t CROSS JOIN n ORDER BY n.k, t.id'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def main() -> None:
    """Make and grow."""
    wanted = int(sys.argv[1])
    drawn = min(DRAWN, wanted)
    prepare_database()
    ensure_administrator()
    make_demo(kit="real-estate", customers=drawn, seed=1, now=timezone.now())
    if wanted > drawn:
        strides = {model: _stride(model) for model in COPIED}
        for model in COPIED:
            grow(model, drawn, wanted, strides)
        rate_everybody(actor=None, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(Customer.objects.count())


def _stride(model: type[models.Model]) -> int:
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0)  # noqa: SLF001


if __name__ == "__main__":
    main()
