"""Conditions that reach beyond a row: what they mean, how they are written, what is refused, what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from guanxi.conditions.binding import bind, reads_sensitive
from guanxi.conditions.check import check
from guanxi.conditions.context import Context, returns, span_days
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.evaluator import evaluate
from guanxi.conditions.text import format_condition, parse
from guanxi.conditions.tree import (
    Compare,
    Condition,
    Counted,
    Dated,
    IsEmpty,
    Near,
    Not,
    OneOf,
    Operator,
    Quantifier,
    Reach,
    Related,
    Span,
    Unit,
)
from tests.conditions import storing
from tests.conditions.related import MEMORY, SPOTS, WIDE, Remembered
from tests.conditions.sample import Row
from tests.conditions.wide_drawing import wide_questions

CONTEXT = Context(datetime(2026, 11, 22, 16, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))  # the 23rd there


@pytest.fixture(scope="module", autouse=True)
def tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The sample's tables, for as long as this file runs."""
    with django_db_blocker.unblock(), storing.tables():
        yield


def _deal(day: date | None, amount: int, label: str | None = None, *goods: str) -> Row:
    items = [{"label": name, "code": f"C-{name}"} for name in goods]
    return {"day": day, "amount": Decimal(amount), "label": label, "gone": False, "items": items}


ROW: Row = {
    "name": "华为科技",
    "phone": None,
    "visits": 7,
    "points": None,
    "amount": Decimal("800.00"),
    "margin": None,
    "alive": None,
    "active": True,
    "consent": None,
    "founded": date(1996, 2, 29),
    "birthday": date(1990, 11, 30),
    "created": datetime(2026, 8, 25, 16, 0, tzinfo=UTC),  # the 26th in Shanghai: the first of 90 days
    "last_seen": None,
    "tier": "A",
    "stage": None,
    "owner_id": None,
    "deals": [
        _deal(date(2026, 11, 23), 100, "big", "X", "Y"),
        _deal(date(2025, 11, 24), 50, None, "X"),
        _deal(date(2025, 11, 23), 70, None, "Z"),
        _deal(None, 5),
        {**_deal(date(2026, 11, 1), 9_999, None, "W"), "gone": True},
    ],
    "spots": [
        {"latitude": 31.2304, "longitude": 121.4737, "zone": "n/far", "gone": False},
        {"latitude": None, "longitude": None, "zone": "s/", "gone": False},
        {"latitude": 39.9, "longitude": 116.4, "zone": "east", "gone": True},
    ],
    "past": {
        date(2018, 11, 3): {"visits": 10, "amount": Decimal("1000.00"), "tier": "B"},
        date(2024, 11, 3): {"visits": None, "amount": Decimal("0.00"), "tier": None},
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('deals where goods = "X" count >= 2', True),
        ('deals where goods = "X" count >= 2 in last 12 months', True),
        ('deals where goods = "C-X" count = 2', True),
        ('deals where goods = "Z" count >= 1 in last 12 months', False),  # 2025-11-23 is a day too early
        ("deals count = 4", True),
        ("deals count != 4", False),
        ("deals count > 4", False),
        ("deals count <= 4 and deals count < 5", True),
        ("deals count >= 0 and not deals count < 0", True),
        ("deals count = 3 in last 10 years", True),
        ('any deals where goods = "W"', False),  # gone
        ('none deals where goods = "W"', True),
        ('any deals where (goods = "X" and amount > 60)', True),
        ('any deals where (goods = "Z" and amount > 80)', False),
        ('any deals where (any items where label = "Y" and amount < 60)', False),
        ("all deals where amount >= 5", True),
        ("all deals where amount > 5", False),
        ("all deals where amount > 5 in last 2 years", True),
        ("all deals where nothing in next 1 year", False),
        ("all deals where nothing in next 1 day and amount = 800", False),
        ("any deals where day in this month", True),
        ('deals where goods != "X" count = 2', True),
        ("any deals where goods is empty", True),
        ("deals where goods is not empty count = 3", True),
        ("within 1 m of 31.2304,121.4737", True),
        ("within 5 km of 39.9,116.4", False),  # gone
        ("not within 2 km of 31.2,121.0", True),
        ("within 50km of 31.2304, 121.0", True),
        ('in area "Far North" and in area "North"', True),
        ('any spots where not in area "North"', True),
        ("created in last 90 days", True),
        ("created in last 89 days", False),
        ("created in this quarter", False),
        ("created in this year", True),
        ("생일 within 7 days", True),
        ("생일 within 6 days", False),
        ("founded within 97 days", True),  # 28 February 2027
        ("founded within 96 days", False),
        ('name matches "HW"', True),
        ('name matches "kj"', True),
        ('name matches "hk"', False),
        ('电话 not matches "a"', True),
        ('tier on 2018-11-03 = "B"', True),
        ('tier on 2020-01-01 in ("B", "vip 100%")', True),
        ('tier on today != "B"', True),
        ("tier on today is empty", True),
        ("tier on 2019-05-05 is not empty", True),
        ("visits change since 2018-11-03 = -3", True),
        ("visits change since 2018-11-03 <= -30%", True),
        ("visits change since 2018-11-03 < -30%", False),
        ("visits change since today is empty", True),
        ("amount change since 2018-11-03 between -200 and -200", True),
        ("amount change since 2018-11-03 between -20% and -19.99%", True),
        ("amount change since today > 799", True),
        ("amount change since today > 0%", False),  # from nothing there is no percentage
        ("amount change since today is not empty", True),
    ],
)
def test_meaning(text: str, *, meant: bool) -> None:
    storing.store([ROW])
    ((key, row),) = storing.remembered([ROW]).items()
    condition = parse(text, WIDE)
    assert evaluate(condition, row, CONTEXT, WIDE) is meant
    assert storing.found(to_q(condition, WIDE, CONTEXT)) == ({key} if meant else set())
    assert storing.found(to_q(Not(condition), WIDE, CONTEXT)) == (set() if meant else {key})


def test_all_of_none_holds() -> None:
    row = {"deals": []}
    assert evaluate(parse("all deals where nothing", WIDE), row, CONTEXT, WIDE)
    assert not evaluate(parse("any deals", WIDE), row, CONTEXT, WIDE)


@given(wide_questions())
def test_every_condition_has_a_text_that_is_read_back(
    question: tuple[list[Row], list[Condition], Context],
) -> None:
    for condition in question[1]:
        checked = check(condition, WIDE)
        assert parse(format_condition(checked), WIDE) == checked


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("NO deals in last 3d", "none deals in last 3 days"),
        (
            "any deals where any items where label = '1' in last 1 months",
            'any deals where (any items where label = "1") in last 1 month',
        ),
        ("any deals where everything", "any deals"),
        (
            "deals where （amount > 5 and amount < 9） count ≥ 2",
            "deals where (amount > 5 and amount < 9) count >= 2",
        ),
        ("within 2000m of －1.50， 2", "within 2 km of -1.50,2"),
        ("생일 within 1 week", "생일 within 7 days"),
        ('not tier on today - 1m in ("A")', 'tier on today - 1m not in ("A")'),
        ("not amount change since today < －20％", "not amount change since today < -20%"),
        ("not name matches “H W”", 'name not matches "hw"'),
    ],
)
def test_what_is_typed_and_how_it_is_written(typed: str, written: str) -> None:
    condition = parse(typed, WIDE)
    assert format_condition(condition) == written
    assert parse(written, WIDE) == condition


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("any deal where amount > 5", "unknown_relation", 4),
        ("deal count > 1", "unknown_relation", 0),
        ('any deals where amount > 5 and label = "x"', "needs_brackets", 31),
        ("any spots in last 3 days", "relation_without_day", 13),
        ("any deals in last 0 days", "span_out_of_range", 13),
        ("any deals in last 101 years", "span_out_of_range", 13),
        ("deals count >= 1.5", "unexpected_token", 15),
        ("deals count >= 1000001", "count_out_of_range", 15),
        ("deals count", "unexpected_end", 11),
        ("created in last day", "unexpected_token", 16),
        ("created in last 3 apples", "unexpected_token", 18),
        ("name in last 3 days", "operator_not_allowed", 5),
        ("생일 within 366 days", "days_out_of_range", 10),
        ("생일 within 2 months", "days_out_of_range", 10),
        ("created within 2 days", "operator_not_allowed", 8),
        ("within 2 miles of 3,4", "unexpected_token", 9),
        ("within 2 km of 90.1,4", "coordinates_out_of_range", 7),
        ("within 0.5 m of 9,4", "distance_out_of_range", 7),
        ("within 20001 km of 9,4", "distance_out_of_range", 7),
        ('in area "Nowhere"', "unknown_area", 8),
        ('in territory "North"', "unknown_area", 13),
        ('stage matches "x"', "operator_not_allowed", 6),
        ('name matches " "', "no_initials", 13),
        ('stage on today = "A"', "not_dated", 0),
        ("tier change since today > 5", "operator_not_allowed", 0),
        ("visits change since today in (5)", "unexpected_token", 26),
        ("visits change since today between 1 and 2%", "mixed_percent", 40),
        ("any deals where any deals", "unknown_relation", 20),
    ],
)
def test_an_error_points_at_its_place(text: str, code: str, position: int) -> None:
    with pytest.raises(ConditionError) as raised:
        parse(text, WIDE)
    assert (raised.value.code, raised.value.position) == (code, position)
    assert str(raised.value)


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        (Related(Quantifier.ANY, "deal"), "unknown_relation"),
        (Related(Quantifier.ANY, "spots", span=Span(Reach.LAST, 1, Unit.DAY)), "relation_without_day"),
        (Counted("deals", Operator.EQ, -1), "count_out_of_range"),
        (Near(Decimal(91), Decimal(0), Decimal(10)), "coordinates_out_of_range"),
        (Dated(OneOf("visits", (1,)), date(2026, 1, 1), None), ""),
        (Dated(IsEmpty("stage"), date(2026, 1, 1)), "not_dated"),
        (Related(Quantifier.ALL, "deals", Compare("day", Operator.EQ, "x")), "wrong_type"),
    ],
)
def test_a_tree_that_code_has_built_is_checked_too(tree: Condition, code: str) -> None:
    if not code:
        assert check(tree, WIDE) == tree
        return
    with pytest.raises(ConditionError) as raised:
        check(tree, WIDE)
    assert raised.value.code == code


def test_places_are_asked_only_of_what_has_them() -> None:
    with pytest.raises(ConditionError, match="no place"):
        parse("any deals where within 2 km of 3,4", WIDE)
    assert parse("within 2 km of 3,4", SPOTS) == Near(Decimal(3), Decimal(4), Decimal(2000))


@pytest.mark.parametrize(
    "text",
    [
        " and ".join(["within 2 km of 3,4"] * 13),
        " or ".join(["tier on 2026-01-01 is empty"] * 16),
        " and ".join(['deals where (any items where code = "1") count > 2'] * 9),
    ],
)
def test_what_costs_too_much_is_refused(text: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse(text, WIDE)
    assert raised.value.code == "too_costly"


@pytest.mark.django_db
def test_a_day_before_the_first_snapshot_says_which_day_is_the_first() -> None:
    MEMORY.rows = {}
    with pytest.raises(ConditionError) as raised:
        to_q(parse('tier on 2018-11-02 = "A"', WIDE), WIDE, CONTEXT)
    assert raised.value.code == "no_history"
    assert raised.value.parameters["earliest"] == date(2018, 11, 3)


def test_sensitive_fields_are_found_wherever_they_are_asked() -> None:
    for text, told in (
        ('any deals where label = "x"', True),
        ('none deals where (amount > 3 or not label starts with "x")', True),
        ('owner.name = "x"', True),
        ("any deals where amount > 3", False),
        ('deals where (any items where label = "x") count > 1', False),
        ("within 2 km of 3,4", False),
    ):
        assert reads_sensitive(parse(text, WIDE), WIDE, CONTEXT) is told
    with pytest.raises(ConditionError, match="not known"):
        parse('any deals where label = "x"', WIDE.without_sensitive())


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span(Reach.LAST, 1, Unit.DAY), date(2026, 3, 31), date(2026, 3, 31)),
        (Span(Reach.LAST, 90, Unit.DAY), date(2026, 1, 1), date(2026, 3, 31)),
        (Span(Reach.LAST, 1, Unit.MONTH), date(2026, 3, 1), date(2026, 3, 31)),
        (Span(Reach.LAST, 12, Unit.MONTH), date(2025, 4, 1), date(2026, 3, 31)),
        (Span(Reach.NEXT, 1, Unit.WEEK), date(2026, 3, 31), date(2026, 4, 6)),
        (Span(Reach.THIS, 1, Unit.WEEK), date(2026, 3, 30), date(2026, 4, 5)),
        (Span(Reach.THIS, 1, Unit.QUARTER), date(2026, 1, 1), date(2026, 3, 31)),
        (Span(Reach.THIS, 1, Unit.YEAR), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_spans_are_whole_days_with_today(span: Span, first: date, last: date) -> None:
    assert span_days(span, date(2026, 3, 31)) == (first, last)


def test_the_29th_of_february_returns_on_the_28th_in_common_years_only() -> None:
    assert (2, 29) in returns(0, date(2026, 2, 28))
    assert (2, 29) not in returns(0, date(2028, 2, 28))
    assert (2, 29) in returns(1, date(2028, 2, 28))
    assert returns(1, date(2026, 12, 31)) == {(12, 31), (1, 1)}


def test_a_bound_tree_is_said_in_full() -> None:
    bound = bind(parse("all deals where amount > 5 in last 1 day", WIDE), WIDE, CONTEXT)
    today = date(2026, 11, 23)
    assert format_condition(bound) == (
        f"deals where (day between {today} and {today} and not amount > 5) count = 0"
    )


def test_a_row_that_forgets_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        evaluate(parse("any deals", WIDE), Remembered(), CONTEXT, WIDE)
    with pytest.raises(ValueError, match="schema"):
        evaluate(parse("any deals", WIDE), {"deals": []}, CONTEXT)
