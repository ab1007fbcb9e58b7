"""What a search found, kept: three sets out of one join, however many pairs there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When

from guanxi.duplicates.columns import arrow_of
from guanxi.duplicates.models import DuplicateSearch, PossibleDuplicate
from guanxi.duplicates.queries import IS_OPEN
from guanxi.records.storing import insert_rows, lock_table, update_rows

BATCH = 10_000
SAME = 1e-6
"""Probabilities nearer than this are the same one."""
_COLUMNS = ("id", "low", "high", "probability", "reasons", "open")
_NEW = """
SELECT low, high, probability, reasons FROM found ANTI JOIN there USING (low, high) ORDER BY probability DESC, low, high
"""
_OTHERS = f"""
SELECT there.id, found.probability, found.reasons FROM found JOIN there USING (low, high)
WHERE abs(found.probability - there.probability) > {SAME} OR found.reasons <> there.reasons ORDER BY there.id
"""  # noqa: S608 - a number of ours
_STALE = """
SELECT id FROM there ANTI JOIN found USING (low, high)
WHERE open = 1 AND ($whole OR low IN (SELECT id FROM touched) OR high IN (SELECT id FROM touched)) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many pairs a search found, and how many of them nobody knew of."""

    pairs: int
    new: int


@transaction.atomic
def keep_pairs(
    coded: Any,
    ids: Sequence[int],
    touched: Collection[int] | None,
    *,
    now: datetime,
    search: DuplicateSearch,
) -> Kept:
    """Keep the pairs a matcher found (`Matcher.coded`, of customers at places in `ids`), and the search itself.

    A pair known before has its likelihood and reasons renewed and stays decided; an open one that was not found again
    goes, with `touched` only those of touched customers, and only pairs of these are kept.
    """
    lock_table(PossibleDuplicate)
    there = arrow_of(_COLUMNS, [_there()])
    found = _found(coded, ids, touched)
    new, others, stale = _sets(found, there, touched)
    insert_rows(PossibleDuplicate, ("left_id", "right_id", "probability", "reasons"), new, {"found_at": now})
    update_rows(PossibleDuplicate, ("probability", "reasons"), {key: values for key, *values in others})
    for start in range(0, len(stale), BATCH):
        gone = [key for (key,) in stale[start : start + BATCH]]
        PossibleDuplicate.objects.filter(IS_OPEN, pk__among=gone).delete()
    search.pairs = found.num_rows
    search.save()
    return Kept(found.num_rows, len(new))


def _there() -> Any:
    is_open = Case(When(IS_OPEN, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = PossibleDuplicate.objects.annotate(is_open=is_open).order_by()
    return rows.values_list("pk", "left_id", "right_id", "probability", "reasons", "is_open")


def _found(coded: Any, ids: Sequence[int], touched: Collection[int] | None) -> Any:
    """The pairs by their ids, the lower one first; of touched customers only, if some are."""
    import numpy as np  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    by_place = np.asarray(ids, dtype=np.int64)
    left, right = (by_place[coded.column(name).to_numpy()] for name in ("left", "right"))
    table = pa.table(
        {
            "low": np.minimum(left, right),
            "high": np.maximum(left, right),
            "probability": coded.column("probability"),
            "reasons": coded.column("reasons"),
        }
    )
    if touched is None:
        return table
    asked = np.fromiter(touched, np.int64, len(touched))
    return table.filter(pa.array(np.isin(left, asked) | np.isin(right, asked)))


def _sets(found: Any, there: Any, touched: Collection[int] | None) -> tuple[Any, Any, Any]:
    """What is new, what is known with another likelihood or other reasons, and what was not found again."""
    import duckdb  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.register("found", found)
        engine.register("there", there)
        engine.register("touched", pa.table({"id": pa.array(touched or (), pa.int64())}))
        whole = {"whole": touched is None}
        return (
            engine.execute(_NEW).fetchall(),
            engine.execute(_OTHERS).fetchall(),
            engine.execute(_STALE, whole).fetchall(),
        )
