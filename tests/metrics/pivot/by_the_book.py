"""A pivot in plain Python, to hold the engine to: rows are dictionaries, groups are lists of them."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from guanxi.conditions.context import Context
from guanxi.conditions.schema import FieldType
from guanxi.conditions.text import parse
from guanxi.conditions.tree import Everything, fields_of
from guanxi.metrics.calc.pivot.fields import FACT, Catalogue, PivotField
from guanxi.metrics.calc.pivot.request import Pivot, Wish, read_wish
from guanxi.metrics.calc.pivot.shape import Shaped
from guanxi.metrics.engine.pivot.answering import Ground, answer, collect
from guanxi.metrics.engine.pivot.condition_sql import condition_sql
from guanxi.metrics.engine.pivot.relation import Relation
from guanxi.metrics.engine.pivot.running import Run

Row = Mapping[str, Any]

CATALOGUE = Catalogue(
    "sales",
    "Sales",
    {
        name: PivotField(name, name.title(), kind, FACT, name, **more)
        for name, kind, more in (
            ("city", FieldType.TEXT, {}),
            ("grade", FieldType.CHOICE, {"choices": (("B", "Good"), ("A", "Best"))}),
            ("day", FieldType.DATE, {}),
            ("moment", FieldType.DATETIME, {}),
            ("paid", FieldType.BOOLEAN, {}),
            ("pieces", FieldType.INTEGER, {}),
            ("weight", FieldType.NUMBER, {"ibis_type": "decimal(18, 3)"}),
            ("amount", FieldType.MONEY, {"currency": "currency", "in_minor_units": True}),
            ("currency", FieldType.TEXT, {}),
            ("wishes", FieldType.CHOICES, {"choices": (("x", "X"), ("y", "Y"), ("z", "Z"))}),
        )
    },
    key="id",
)
TYPES = {
    "id": "BIGINT",
    "city": "VARCHAR",
    "grade": "VARCHAR",
    "day": "DATE",
    "moment": "TIMESTAMPTZ",
    "paid": "BOOLEAN",
    "pieces": "BIGINT",
    "weight": "DECIMAL(18, 3)",
    "amount": "BIGINT",
    "currency": "VARCHAR",
    "wishes": "VARCHAR[]",
}
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DECIMALS = {"CNY": 2, "KRW": 0, "KWD": 3}


@cache
def connection() -> Any:
    """The connection of this process: opening one takes longer than a small pivot."""
    return duckdb.connect(":memory:")


def filled(rows: Sequence[Row]) -> Any:
    """Return a connection of DuckDB with the rows as the table `sales`; amounts are given in minor units."""
    cursor = connection().cursor()
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    cursor.execute(f"CREATE OR REPLACE TABLE sales ({columns})")
    marks = ", ".join("?" for _ in TYPES)
    given = [[number, *(row.get(name) for name in list(TYPES)[1:])] for number, row in enumerate(rows, 1)]
    if given:
        cursor.executemany(f"INSERT INTO sales VALUES ({marks})", given)  # noqa: S608 - marks
    return cursor


def ground(where: str = "", zone: str = "UTC") -> Ground:
    """Return what a pivot of the table stands on."""
    condition = parse(where, CATALOGUE.schema) if where else Everything()
    context = Context(now=NOW, zone=UTC)
    return Ground(
        CATALOGUE,
        Relation("sales", key="id"),
        compile=lambda columns: condition_sql(columns, CATALOGUE, condition, context) if where else "",
        labels=lambda _field, _ids: {},
        asked=fields_of(condition),
        zone=zone,
    )


@dataclass(frozen=True)
class Found:
    """An answer, and the top values it found."""

    pivot: Pivot
    shaped: Shaped
    added: tuple[str, ...]
    rankings: Mapping[int, Sequence[Any]]


def answered(rows: Sequence[Row], wish: Wish, where: str = "", zone: str = "UTC") -> Found:
    """Return the engine's answer."""
    with Run(filled(rows)) as run:
        collected = collect(read_wish(wish, CATALOGUE), ground(where, zone), run)
    found = answer(collected)
    return Found(found.pivot, found.shaped, found.added, collected.settled.rankings)


def grouped(rows: Iterable[Row], *keys: Callable[[Row], Any]) -> dict[tuple[Any, ...], list[Row]]:
    """Return the rows by their keys."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(key(row) for key in keys)].append(row)
    return groups


def values(rows: Iterable[Row], name: str) -> list[Any]:
    """Return what is known of a field: an empty text is nothing."""
    return [row[name] for row in rows if row.get(name) not in (None, "")]


def half_up(number: Any) -> int:
    """Return a number rounded half up."""
    return int((Decimal(number) + Decimal("0.5")).to_integral_value(rounding="ROUND_FLOOR"))


def major(minor: int | None, currency: str) -> Decimal | None:
    """Return minor units as major ones."""
    return None if minor is None else Decimal(minor) / 10 ** DECIMALS[currency]


SUMMARIES: dict[str, Callable[[list[Row], str], Any]] = {
    "count": lambda rows, name: len(values(rows, name)) if name else len(rows),
    "sum": lambda rows, name: sum(values(rows, name)) if values(rows, name) else None,
    "mean": lambda rows, name: float(statistics.fmean(values(rows, name))) if values(rows, name) else None,
    "median": lambda rows, name: statistics.median(values(rows, name)) if values(rows, name) else None,
    "distinct": lambda rows, name: len(set(values(rows, name))),
    "minimum": lambda rows, name: min(values(rows, name), default=None),
    "maximum": lambda rows, name: max(values(rows, name), default=None),
}


def month(row: Row) -> date | None:
    """Return the first day of the month of a row's day."""
    day: date | None = row.get("day")
    return day.replace(day=1) if day else None
