"""Run in a home: fill it with N customers and all that hangs on them, merge G groups of two to four, undo; print JSON.

merging.py CUSTOMERS GROUPS → {"customers", "parts", "groups", "gone", "moved", "merge", "statements", "undo", "whole"}

`merge` and `undo` are seconds, `statements` those of the merge, `whole` says that every row is again as it was.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

import django

django.setup()

from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402
from growing import _stride, grow  # noqa: E402

from guanxi.access.queries import actor_of, first_administrator  # noqa: E402
from guanxi.cli.setup import ensure_administrator, prepare_database  # noqa: E402
from guanxi.customers.models import Contact, Customer, Interaction  # noqa: E402
from guanxi.duplicates.services import Group, merge_groups  # noqa: E402
from guanxi.kits.demo import make_demo  # noqa: E402
from guanxi.places.models import Place  # noqa: E402
from guanxi.records.services import undo_changeset  # noqa: E402
from guanxi.sales.models import Order  # noqa: E402

DRAWN = 1_000
COPIED: tuple[type[models.Model], ...] = (Customer, Contact, Place, Interaction, Order)
TELLS_OF_WRITING = {"version", "updated_at"}


def fill(wanted: int) -> None:
    """Make a demo company and copy its people until there are enough."""
    drawn = min(DRAWN, wanted)
    prepare_database()
    ensure_administrator()
    make_demo(kit="real-estate", customers=drawn, seed=1, now=timezone.now())
    strides = {model: _stride(model) for model in COPIED}
    if wanted > drawn:
        for model in COPIED:
            grow(model, drawn, wanted, strides)
    with connection.cursor() as cursor:
        for model in COPIED:
            if connection.vendor == "postgresql":
                sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"  # noqa: SLF001
                cursor.execute(f"SELECT setval({sequence}, (SELECT max(id) FROM {model._meta.db_table}))")  # noqa: S608, SLF001
        cursor.execute("ANALYZE")


def drawn_groups(wanted: int) -> list[Group]:
    """Groups of two, three and four, spread over all customers."""
    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    distance = max(4, len(ids) // wanted)
    starts = range(0, len(ids) - 4, distance)
    return [Group(tuple(ids[start : start + 2 + number % 3])) for number, start in enumerate(starts)][:wanted]


def rows_of(model: type[models.Model], **which: Any) -> dict[int, dict[str, Any]]:
    """All columns but for those that tell of the writing itself."""
    rows = model._default_manager.filter(**which).values()  # noqa: SLF001
    return {row["id"]: {k: v for k, v in row.items() if k not in TELLS_OF_WRITING} for row in rows}


def main() -> None:
    """Fill, merge, undo, compare."""
    fill(int(sys.argv[1]))
    groups = drawn_groups(int(sys.argv[2]))
    members = [key for group in groups for key in group.ids]
    administrator = first_administrator()
    assert administrator is not None
    actor, parts = actor_of(administrator), COPIED[1:]

    def state() -> list[dict[int, dict[str, Any]]]:
        every = range(0, len(members), 500)
        customers = [rows_of(Customer, pk__in=members[at : at + 500]) for at in every]
        hanging = [rows_of(model, customer__in=members[at : at + 500]) for model in parts for at in every]
        return customers + hanging

    before = state()
    asked: Counter[str] = Counter()

    def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        asked[sql.split(maxsplit=1)[0]] += 1
        return execute(sql, parameters, many, context)

    start = time.perf_counter()
    with connection.execute_wrapper(count):
        merged = merge_groups(actor=actor, groups=groups, now=timezone.now())
    middle = time.perf_counter()
    counts = {change.record_type: 0 for change in merged.changeset.changes.all()}
    for change in merged.changeset.changes.filter(action="update"):
        counts[change.record_type] += change.count
    counts.pop("customer")
    again = time.perf_counter()
    undo_changeset(actor=actor, changeset_id=merged.changeset.pk, now=timezone.now())
    found = {
        "customers": Customer.objects.count(),
        "parts": sum(model._default_manager.count() for model in parts),  # noqa: SLF001
        "groups": len(merged.survivors),
        "gone": len(members) - len(merged.survivors),
        "moved": sum(counts.values()),
        "merge": middle - start,
        "statements": sum(asked.values()),
        "undo": time.perf_counter() - again,
    }
    print(json.dumps({**found, "whole": state() == before}))


if __name__ == "__main__":
    main()
