"""How a pivot is asked, written and opened again, without an engine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from guanxi.conditions.schema import FieldType
from guanxi.conditions.text import format_condition
from guanxi.metrics.calc.pivot.cells import cell_condition, period_days
from guanxi.metrics.calc.pivot.document import Telling, document, json_text, measure_label
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.fields import FACT, Catalogue, PivotField, plain_name
from guanxi.metrics.calc.pivot.guessing import Guess
from guanxi.metrics.calc.pivot.parts import Adding, Part, kind_of, reader_of
from guanxi.metrics.calc.pivot.request import Period, Wish, read_measure, read_wish, split_names
from guanxi.metrics.calc.pivot.shape import Layout, Shaper
from guanxi.metrics.calc.pivot.values import OTHER, write_band, write_period, write_value
from tests.metrics.pivot.by_the_book import CATALOGUE


def refused(**wish: Any) -> PivotError:
    with pytest.raises(PivotError) as error:
        read_wish(Wish(**wish), CATALOGUE)
    return error.value


@pytest.mark.parametrize(
    ("wish", "code", "part"),
    [
        ({}, "nothing_asked", "rows"),
        ({"rows": ["city"] * 9}, "too_many_axes", "rows"),
        ({"measures": ["count"] * 21}, "too_many_measures", "measures"),
        ({"rows": ["city"], "top": 101}, "out_of_range", "top"),
        ({"rows": ["city"], "limit": 0}, "out_of_range", "limit"),
        ({"rows": ["city:top0"]}, "out_of_range", "rows"),
        ({"rows": ["pieces:q1"]}, "out_of_range", "rows"),
        ({"rows": ["city:q4"]}, "unknown_option", "rows"),
        ({"rows": ["wishes:top2"]}, "unknown_option", "rows"),
        ({"rows": ["wishes"], "top": 2}, "unknown_option", "rows"),
        ({"measures": ["distinct:wishes"]}, "measure_of_kind", "measures"),
        ({"rows": ["pieces:month"]}, "unknown_option", "rows"),
        ({"rows": ["pieces:1/x"]}, "edges_not_ascending", "rows"),
        ({"rows": ["pieces:1/1"]}, "edges_not_ascending", "rows"),
        ({"rows": ["pieces:1e99"]}, "edges_not_ascending", "rows"),
        ({"rows": ["city"], "columns": ["city:top3"]}, "doubled", "rows"),
        ({"measures": ["median"]}, "measure_without_field", "measures"),
        ({"measures": ["minimum:city"]}, "measure_of_kind", "measures"),
        ({"measures": ["share:city"]}, "measure_of_kind", "measures"),
        ({"rows": ["city"], "sort": "-day"}, "unknown_sort", "sort"),
    ],
)
def test_what_cannot_be_asked(wish: dict[str, Any], code: str, part: str) -> None:
    assert (refused(**wish).code, refused(**wish).part) == (code, part)


def test_a_refusal_is_one_line_with_the_nearest_name() -> None:
    assert str(refused(rows=["citi"])) == "There is no field 'citi' to pivot by. Did you mean 'city'?"
    assert str(refused(rows=["?"])).endswith(
        "(city, grade, day, moment, paid, pieces, weight, amount, currency, wishes)"
    )
    assert str(refused(measures=["percent:pieces"])).endswith("Did you mean 'share'?")


def test_options_are_read_in_any_order() -> None:
    pivot = read_wish(Wish(rows=["day:top3:month", "pieces:-1.5/2", "amount:q4:top2"], top=9), CATALOGUE)
    first, second, third = pivot.rows
    assert (first.key, first.period, first.top) == ("day:month", Period.MONTH, 3)
    assert second.edges == (Decimal("-1.5"), Decimal(2))
    assert (third.quantiles, third.top) == (4, 2)
    assert [measure.key for measure in pivot.measures] == ["count"]


def test_a_header_with_colons_and_commas_is_found() -> None:
    fields = {
        name: PivotField(name, name, FieldType.NUMBER, FACT, name)
        for name in ("count", "时_元", plain_name("a,b:c"))
    }
    catalogue = Catalogue("file", "file", fields, aliases={"时:元": "时_元", "a,b:c": "a_b_c"})
    rows = split_names(["时:元:1/2，`a,b:c`"])
    assert [axis.key for axis in read_wish(Wish(rows=rows), catalogue).rows] == ["时_元:1/2", "a_b_c"]
    assert read_measure("share:count:row", catalogue).field is not None, "a column called so comes first"
    assert read_measure("share:count:row", CATALOGUE).key == "share:count:row"
    assert plain_name("%") == "_"


def test_measures_are_named_and_kinded() -> None:
    said = {
        text: (measure_label(read_measure(text, CATALOGUE)), kind_of(read_measure(text, CATALOGUE)))
        for text in (
            "count",
            "count:city",
            "sum:amount",
            "mean:pieces",
            "sum:pieces",
            "share:count",
            "share:amount:row",
        )
    }
    assert said == {
        "count": ("Rows", "integer"),
        "count:city": ("City: filled", "integer"),
        "sum:amount": ("Sum of Amount", "money"),
        "mean:pieces": ("Mean of Pieces", "number"),
        "sum:pieces": ("Sum of Pieces", "integer"),
        "share:count": ("Share of Rows", "ratio"),
        "share:amount:row": ("Share of Amount in the row", "ratio"),
    }


def test_periods_are_written_and_read_back() -> None:
    days = [date(2024, 12, 30), date(2026, 4, 1), date(2026, 12, 1)]
    assert [write_period(day, Period.WEEK) for day in days] == ["2025-W01", "2026-W14", "2026-W49"]
    for day in days:
        for period in Period:
            first, after = period_days(period, write_period(day, period))
            assert first <= day < after
            assert write_period(first, period) == write_period(day, period)


def test_bands_say_their_edges() -> None:
    edges = [Decimal("980000.00"), Decimal("1E+6")]
    assert [write_band(number, edges) for number in range(3)] == [
        "< 980000",
        "980000 … < 1000000",
        "≥ 1000000",
    ]
    assert write_band(0, edges[:1]) == "< 980000"


def test_a_cell_that_does_not_fit_is_refused() -> None:
    pivot = read_wish(Wish(rows=["city:top1", "day:month", "paid", "pieces:1/2"]), CATALOGUE)
    for cell in (
        {"town": "x"},
        {"day:month": "2026-13"},
        {"day:month": "soon"},
        {"paid": "yes"},
        {"pieces:1/2": "3"},
    ):
        with pytest.raises(PivotError) as error:
            cell_condition(pivot, cell, {})
        assert error.value.code == "unknown_cell"


def test_a_cell_is_the_condition_of_its_rows() -> None:
    pivot = read_wish(Wish(rows=["city", "paid", "pieces", "amount"]), CATALOGUE)
    cell = {"city": "西安", "paid": True, "pieces": 3, "amount": "12.50"}
    assert format_condition(cell_condition(pivot, cell, {})) == (
        'city = "西安" and paid = true and pieces = 3 and amount = 12.50'
    )


def test_currencies_that_were_added_to_the_axes_are_marked() -> None:
    pivot = read_wish(Wish(rows=["currency", "pieces:1/2"]), CATALOGUE)
    shaped = Shaper(
        Layout(pivot), {(0, 1): {("EUR", 0): (1,)}, (0,): {("EUR",): (1,)}, (): {(): (1,)}}
    ).shaped()
    told = document(Telling(pivot, shaped, {}, {}, added=("currency",)), 0.1)
    currency, pieces, _count = told["columns"]
    assert currency["added"]
    assert "added" not in pieces
    assert pieces["edges"] == [1, 2]


def test_an_axis_of_several_choices_is_told() -> None:
    pivot = read_wish(Wish(rows=["wishes"]), CATALOGUE)
    shaped = Shaper(Layout(pivot), {(0,): {("x",): (1,)}, (): {(): (1,)}}).shaped()
    told = document(Telling(pivot, shaped, {}, {}), 0.1)
    assert [note["code"] for note in told["notes"]] == ["several_choices"]


def test_a_share_in_a_column_is_of_all_rows_of_that_column() -> None:
    pivot = read_wish(Wish(rows=["city"], columns=["grade"], measures=["share:count:column"]), CATALOGUE)
    (measure,) = pivot.measures
    assert Layout(pivot).whole_of((0, 1), measure) == (1,)


def test_a_share_of_money_is_of_its_own_currency() -> None:
    pivot = read_wish(Wish(rows=["city", "currency"], measures=["share:amount"]), CATALOGUE)
    (measure,) = pivot.measures
    assert Layout(pivot).whole_of((0, 1), measure) == (1,)
    assert Layout(pivot).whole_of((0,), measure) == ()


def test_the_word_for_the_rest_is_never_a_value() -> None:
    pivot = read_wish(Wish(rows=["city:top1"], columns=["grade:top1"], measures=["count"]), CATALOGUE)
    groups = {
        (0, 1): {("(other)", "A"): (2,), (OTHER, OTHER): (1,)},
        (0,): {("(other)",): (2,), (OTHER,): (1,)},
        (1,): {("A",): (2,), (OTHER,): (1,)},
        (): {(): (3,)},
    }
    shaped = Shaper(Layout(pivot), groups).shaped()
    told = document(Telling(pivot, shaped, {}, {}), 0.1)
    assert told["columns"][0]["other"] == "(other)*"
    assert [row[0] for row in told["rows"]] == ["(other)", "(other)*"]
    assert [column.get("values") for column in told["columns"][1:]] == [["A"], ["(other)"], None]
    assert told["columns"][1]["label"] == "Best · Rows"
    behind = cell_condition(pivot, {"city": "(other)*"}, {0: ["(other)"]})
    assert behind == cell_condition(pivot, {"city": "(other)*"}, {0: ["(other)"]})
    assert write_value(pivot.rows[0], OTHER, "else") == "else"


def test_rows_stand_as_they_are_sorted() -> None:
    days = {date(2026, 1, 1): 1, date(2026, 1, 2): 3, None: 2}
    for sort, expected in (
        ("", [date(2026, 1, 1), date(2026, 1, 2), None]),
        ("-day", [date(2026, 1, 2), date(2026, 1, 1), None]),
        ("-count", [date(2026, 1, 2), None, date(2026, 1, 1)]),
        ("-maximum:moment", [date(2026, 1, 2), date(2026, 1, 1), None]),
        ("minimum:day", [date(2026, 1, 1), date(2026, 1, 2), None]),
    ):
        wish = Wish(rows=["day", "city"], measures=["count", "maximum:moment", "minimum:day"], sort=sort)
        pivot = read_wish(wish, CATALOGUE)
        parts = {
            day: (count, None if day is None else datetime(day.year, 1, day.day, tzinfo=UTC), day)
            for day, count in days.items()
        }
        groups: Any = {
            (0, 1): {(day, "x"): part for day, part in parts.items()},
            (0,): {(day,): part for day, part in parts.items()},
            (): {(): (6, None, None)},
        }
        rows = Shaper(Layout(pivot), groups).shaped().rows
        assert [key[0] for key, _cells in rows] == expected, sort


def test_too_many_cells_and_rows_that_are_cut_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pivot = read_wish(Wish(rows=["city"], limit=1), CATALOGUE)
    groups: Any = {(0,): {("a",): (1,), ("b",): (2,)}, (): {(): (3,)}}
    shaped = Shaper(Layout(pivot), groups).shaped()
    told = document(Telling(pivot, shaped, {}, {}), 0.1)
    assert (told["rows"], told["row_count"], told["truncated"], told["totals"]) == (
        [["a", 1]],
        2,
        True,
        [None, 3],
    )
    assert told["notes"] == [
        {"code": "rows_cut", "message": "Only the first 1 of 2 rows are shown; totals are of all."}
    ]
    monkeypatch.setattr("guanxi.metrics.calc.pivot.shape.MOST_CELLS", 0)
    with pytest.raises(PivotError, match="more than 0 cells"):
        Shaper(Layout(pivot), groups).shaped()


def test_values_that_are_nothing() -> None:
    share, mean = read_measure("share:weight", CATALOGUE), read_measure("mean:weight", CATALOGUE)
    weight = CATALOGUE.fields["weight"]
    places = {Part(Adding.SUM, weight): 0, Part(Adding.COUNT, weight): 1}
    assert reader_of(share, places)((Decimal(1), 1), "", None) is None
    assert reader_of(share, places)((Decimal(1), 1), "", (Decimal(0), 1)) is None, "a share of nothing"
    assert reader_of(share, places)((1.5, 1), "", (3.0, 2)) == 0.5
    assert reader_of(mean, places)((3.0, 2), "", None) == 1.5
    assert reader_of(mean, places)((None, 0), "", None) is None, "a mean of nothing"
    total = reader_of(read_measure("sum:weight", CATALOGUE), places)
    assert total((float("nan"), 1), "", None) is None


def test_json_is_exact() -> None:
    told = {
        "a": [Decimal("12345678901234567890.10"), 1, True, None, 0.5, float("inf"), "茶\n"],
        "day": date(2026, 1, 2),
    }
    assert json_text(told) == (
        '{"a": [12345678901234567890.10, 1, true, null, 0.5, null, "茶\\n"], "day": "2026-01-02"}'
    )


@pytest.mark.parametrize(
    ("header", "cells", "kind", "read"),
    [
        ("数量", [1, 2.0, "3", None, ""], FieldType.INTEGER, [1, 2, 3, None, None]),
        ("x", ["1.5", 0.1 + 0.2], FieldType.NUMBER, [Decimal("1.5"), Decimal("0.3")]),
        ("金额", ["3万元", "¥5"], FieldType.INTEGER, [30000, 5]),
        ("金额", ["US$5", "¥5"], FieldType.TEXT, ["US$5", "¥5"]),
        ("编号", ["007", "8"], FieldType.TEXT, ["007", "8"]),
        ("tax", ["1234567890123456"], FieldType.TEXT, ["1234567890123456"]),
        ("big", [10**15, float("inf")], FieldType.TEXT, [str(10**15), "inf"]),
        ("日期", [date(2026, 1, 5), "2026年1月6日"], FieldType.DATE, [date(2026, 1, 5), date(2026, 1, 6)]),
        ("时间", [date(2026, 1, 5), "2026-01-05 10:30", datetime(2026, 1, 5, 8)], FieldType.DATETIME,  # noqa: DTZ001
         [datetime(2026, 1, 5), datetime(2026, 1, 5, 10, 30), datetime(2026, 1, 5, 8)]),  # noqa: DTZ001
        ("时间", ["2026-01-05 10:30", "2026-99-05"], FieldType.TEXT, ["2026-01-05 10:30", "2026-99-05"]),
        ("paid", [True, "false"], FieldType.BOOLEAN, [True, False]),
        ("数量", [1, "two"], FieldType.TEXT, ["1", "two"]),
        ("日期", [datetime(2026, 1, 5), date(2026, 1, 6)], FieldType.DATE, [date(2026, 1, 5), date(2026, 1, 6)]),  # noqa: DTZ001
        ("empty", [None, "-"], FieldType.TEXT, [None, None]),
    ],
)  # fmt: skip
def test_what_a_column_holds_is_guessed_from_every_cell(
    header: str, cells: list[Any], kind: FieldType, read: list[Any]
) -> None:
    guess = Guess(header)
    for cell in cells:
        guess.see(cell)
    assert guess.kind is kind
    assert [guess.read(cell) for cell in cells] == read
