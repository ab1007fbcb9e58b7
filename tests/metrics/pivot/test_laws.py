"""What the engine answers is what plain Python counts, whatever is drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import evaluate
from guanxi.metrics.calc.pivot.cells import cell_condition
from guanxi.metrics.calc.pivot.request import Wish
from guanxi.metrics.calc.pivot.values import OTHER, write_value
from tests.metrics.pivot.by_the_book import (
    CATALOGUE,
    DECIMALS,
    NOW,
    SUMMARIES,
    Row,
    answered,
    grouped,
    half_up,
    major,
    month,
    values,
)

rows_drawn = st.lists(
    st.fixed_dictionaries(
        {
            "city": st.sampled_from(["上海", "서울", "b", "B", "", None]),
            "grade": st.sampled_from(["A", "B", None]),
            "day": st.none() | st.dates(date(2024, 12, 20), date(2026, 1, 10)),
            "paid": st.none() | st.booleans(),
            "pieces": st.none() | st.integers(-5, 5),
            "weight": st.none() | st.decimals(-3, 3, places=3),
            "amount": st.none() | st.integers(-(10**4), 10**4),
            "currency": st.sampled_from(["CNY"]),
        }
    ),
    max_size=25,
)
in_currencies = rows_drawn.flatmap(
    lambda rows: st.lists(st.sampled_from(sorted(DECIMALS)), min_size=len(rows), max_size=len(rows)).map(
        lambda codes: [{**row, "currency": code} for row, code in zip(rows, codes, strict=True)]
    )
)


def city(row: Row) -> Any:
    return row["city"] or None


@settings(deadline=None, max_examples=40)
@given(rows_drawn, st.sampled_from(["pieces", "weight"]), st.sampled_from(sorted(SUMMARIES)))
def test_every_cell_and_total_is_what_python_counts(rows: list[Row], name: str, summary: str) -> None:
    wish = Wish(rows=["city", "grade"], columns=["day:month"], measures=[f"{summary}:{name}"], subtotals=True)
    found = answered(rows, wish).shaped
    months = [column.values[0] for column in found.columns if column.values is not None]

    def by_hand(some: list[Row]) -> list[Any]:
        parts = [*([row for row in some if month(row) == at] for at in months), some]
        return [SUMMARIES[summary](part, name) for part in parts]

    leaves = grouped(rows, city, lambda row: row["grade"])
    assert {key: pytest.approx(by_hand(some)) for key, some in leaves.items()} == dict(found.rows)
    assert found.totals == pytest.approx(by_hand(rows))
    cities = grouped(rows, city)
    assert {sub.values: sub.cells for sub in found.subtotals} == {
        key: pytest.approx(by_hand(some)) for key, some in cities.items()
    }


@settings(deadline=None, max_examples=40)
@given(rows_drawn, st.data(), st.sampled_from(["sum", "median", "distinct", "count"]))
def test_a_row_counts_in_each_of_its_choices_and_once_in_a_total(
    rows: list[Row], data: st.DataObject, summary: str
) -> None:
    wishes = st.none() | st.lists(st.sampled_from("xyz"), unique=True)
    rows = [{**row, "wishes": data.draw(wishes)} for row in rows]
    wish = Wish(rows=["city:top2", "wishes"], measures=[f"{summary}:pieces"], subtotals=True)
    found = answered(rows, wish)

    def hold(some: list[Row]) -> Any:
        return [pytest.approx(SUMMARIES[summary](some, "pieces"))]

    top = found.rankings[0]
    each = [{**row, "wish": wish} for row in rows for wish in (row["wishes"] or [None])]

    def ranked(row: Row) -> Any:
        return city(row) if city(row) in top else OTHER

    cells = grouped(each, ranked, lambda row: row["wish"])
    assert dict(found.shaped.rows) == {key: hold(some) for key, some in cells.items()}
    assert found.shaped.totals == hold(rows)
    cities = grouped(rows, ranked)
    assert {sub.values: sub.cells for sub in found.shaped.subtotals} == {
        key: hold(some) for key, some in cities.items()
    }


@settings(deadline=None, max_examples=40)
@given(in_currencies)
def test_amounts_are_exact_and_never_added_across_currencies(rows: list[Row]) -> None:
    measures = ["sum:amount", "mean:amount", "median:amount", "maximum:amount", "count"]
    found = answered(rows, Wish(rows=["city"], measures=measures))
    told_apart = len({row["currency"] for row in rows if row["amount"] is not None}) > 1
    assert found.added == (("currency",) if told_apart else ())
    keys = (lambda row: row["currency"], city) if told_apart else (city,)
    for key, cells in found.shaped.rows:
        some = grouped(rows, *keys)[key]
        known = values(some, "amount")
        code = next((row["currency"] for row in some if row["amount"] is not None), "CNY")
        mean = half_up(Decimal(sum(known)) / len(known)) if known else None
        by_hand = [
            major(sum(known), code) if known else None,
            major(mean, code),
            major(half_up(SUMMARIES["median"](some, "amount")), code) if known else None,
            major(max(known, default=None), code),
            len(some),
        ]
        assert cells == by_hand
    assert found.shaped.totals[-1] == len(rows)
    if told_apart:
        assert found.shaped.totals[:-1] == [None] * 4


@settings(deadline=None, max_examples=40)
@given(rows_drawn)
def test_shares_of_a_whole_add_up_to_one(rows: list[Row]) -> None:
    rows = [{**row, "pieces": 1 + abs(row["pieces"] or 0)} for row in rows]
    measures = ["share:pieces", "share:pieces:row", "share:count:column"]
    found = answered(rows, Wish(rows=["city"], columns=["grade"], measures=measures)).shaped
    if not rows:
        return
    width = len(found.columns) - 1
    assert sum(
        cells[place] or 0 for _, cells in found.rows for place in range(0, width - 3, 3)
    ) == pytest.approx(1)
    for _, cells in found.rows:
        assert sum(cells[place] or 0 for place in range(1, width - 3, 3)) == pytest.approx(1)
    for place in range(2, width, 3):
        assert sum(cells[place] or 0 for _, cells in found.rows) == pytest.approx(1)


AXES = ["city", "city:top2", "grade", "day:year", "day:quarter", "day:week", "day", "paid", "pieces", "pieces:q3",
        "pieces:-1/2", "weight", "weight:q2", "amount", "amount:-10/0/20.5", "amount:q4"]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    rows_drawn,
    st.lists(st.sampled_from(AXES), min_size=1, max_size=3, unique_by=lambda text: text.split(":")[0]),
)
def test_a_cell_is_the_rows_that_its_condition_means(rows: list[Row], axes: list[str]) -> None:
    found = answered(rows, Wish(rows=axes, measures=["count"]))
    seen = 0
    for key, (count,) in found.shaped.rows:
        cell = {axis.key: write_value(axis, value) for axis, value in zip(found.pivot.rows, key, strict=True)}
        condition = cell_condition(found.pivot, cell, found.rankings)
        behind = [row for row in rows if evaluate(condition, _as_read(row), Context(now=NOW, zone=UTC))]
        assert len(behind) == count
        seen += count
    assert seen == len(rows) == found.shaped.totals[0]


def _as_read(row: Row) -> dict[str, Any]:
    """A row as conditions read it: amounts in major units."""
    return {**row, "amount": major(row["amount"], row["currency"])}


@settings(deadline=None, max_examples=40)
@given(rows_drawn, st.sampled_from(["pieces >= 0", 'city = "上海" or amount < 20.5', "not day < 2025-06-01"]))
def test_only_rows_that_the_condition_means_are_counted(rows: list[Row], where: str) -> None:
    from guanxi.conditions.text import parse  # noqa: PLC0415 - beside its use

    condition = parse(where, CATALOGUE.schema)
    meant = [row for row in rows if evaluate(condition, _as_read(row), Context(now=NOW, zone=UTC))]
    found = answered(rows, Wish(rows=["city"], measures=["count"]), where)
    assert dict(found.shaped.rows) == {key: [len(some)] for key, some in grouped(meant, city).items()}


@settings(deadline=None, max_examples=30)
@given(rows_drawn, st.integers(1, 3))
def test_the_top_few_and_the_rest_are_everything(rows: list[Row], top: int) -> None:
    found = answered(rows, Wish(rows=[f"city:top{top}"], measures=["count", "distinct:pieces"]))
    counts = sorted((len(some) for some in grouped(rows, city).values()), reverse=True)
    shown = [cells[0] for _, cells in found.shaped.rows]
    assert shown[:top] == counts[:top]
    assert sum(shown) == len(rows)
    assert found.shaped.totals == [len(rows), len(set(values(rows, "pieces")))]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.datetimes(datetime(2025, 12, 30), datetime(2026, 1, 3)), max_size=12))  # noqa: DTZ001 - drawn
def test_times_fall_on_the_days_of_the_reader(moments: list[datetime]) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - beside its use

    rows = [{"moment": moment.replace(tzinfo=UTC)} for moment in moments]
    found = answered(rows, Wish(rows=["moment:day"]), zone="Asia/Shanghai").shaped
    days = grouped(rows, lambda row: row["moment"].astimezone(ZoneInfo("Asia/Shanghai")).date())
    assert dict(found.rows) == {key: [len(some)] for key, some in days.items()}


def test_nothing_may_be_the_first_of_all() -> None:
    rows = [{"city": city} for city in (None, "", None, "b", "上海")]
    found = answered(rows, Wish(rows=["city:top1"]))
    assert found.shaped.rows == [((None,), [3]), ((OTHER,), [2])]
