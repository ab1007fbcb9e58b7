"""What people write as a formula, what it gives, and what is said when it cannot be."""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime
from decimal import Decimal, DecimalException, localcontext
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from guanxi.conditions.context import Context
from guanxi.conditions.schema import FieldType
from guanxi.formulas.check import Known, check
from guanxi.formulas.errors import FormulaError
from guanxi.formulas.evaluator import evaluate, kept
from guanxi.formulas.money import Money
from guanxi.formulas.order import in_order
from guanxi.formulas.text import LIMITS, format_formula, parse
from guanxi.formulas.tree import Constant, Formula, Own, Pair, Prefixed, Sign, dependencies, reads_today
from tests.formulas.drawing import arithmetic, formulas, given_numbers

FIELDS = {
    "name": Known(FieldType.TEXT),
    "seats": Known(FieldType.INTEGER),
    "rate": Known(FieldType.NUMBER),
    "budget": Known(FieldType.MONEY),
    "spent": Known(FieldType.MONEY),
    "vip": Known(FieldType.BOOLEAN),
    "since": Known(FieldType.DATE),
    "until": Known(FieldType.DATE),
    "called": Known(FieldType.DATETIME),
    "stage": Known(FieldType.CHOICE, ("open", "won")),
    "tags": Known(FieldType.CHOICES, ("hot", "cold")),
    "owner": Known(FieldType.REFERENCE),
}
VALUES = {
    "name": "华东公司",
    "seats": 12,
    "rate": Decimal("0.5"),
    "budget": Money(Decimal("1000.00"), "CNY"),
    "spent": Money(Decimal("250.50"), "CNY"),
    "vip": True,
    "since": date(2025, 1, 31),
    "until": date(2026, 3, 1),
    "called": datetime(2026, 3, 31, 23, 30, tzinfo=UTC),
    "stage": "won",
    "tags": ("hot",),
    "owner": 7,
}
NOW = Context(now=datetime(2026, 3, 31, 20, 0, tzinfo=UTC), zone=ZoneInfo("Asia/Shanghai"))


def value_of(text: str, **given: Any) -> Any:
    formula = parse(text)
    result = check(formula, FIELDS)
    return kept(evaluate(formula, {**VALUES, **given}, NOW), result)


@settings(max_examples=200)
@given(formulas)
def test_what_is_written_is_read_back_as_it_was(formula: Formula) -> None:
    assert parse(format_formula(formula)) == formula


@settings(max_examples=200)
@given(arithmetic, given_numbers)
def test_arithmetic_is_that_of_exact_decimals(formula: Formula, values: dict[str, Decimal | None]) -> None:
    try:
        with localcontext(prec=50):
            expected = _by_hand(formula, values)
    except (TypeError, DecimalException):  # something is empty, or divided by nothing
        expected = None
    assert evaluate(formula, values, NOW) == expected


_OPERATORS = {
    Sign.ADD: operator.add,
    Sign.SUBTRACT: operator.sub,
    Sign.MULTIPLY: operator.mul,
    Sign.DIVIDE: operator.truediv,
}


def _by_hand(formula: Formula, values: dict[str, Decimal | None]) -> Any:
    match formula:
        case Constant(value):
            return value
        case Own(name):
            return values[name]
        case Prefixed(_, part):
            return -_by_hand(part, values)
        case Pair(sign, left, right):
            return _OPERATORS[sign](_by_hand(left, values), _by_hand(right, values))
        case _:
            raise AssertionError(formula)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 8", Decimal("6.5")),
        ("-(seats - 2) * 2", -20),
        ("2 × 3 ÷ 4", Decimal("1.5")),
        ("1 / 3", Decimal("0.33333333333333")),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(10 / 3, 2)", Decimal("3.33")),
        ("min(3, seats, 0.5)", Decimal("0.5")),
        ("max(since, until)", date(2026, 3, 1)),
        ("abs(-3)", 3),
        ("floor(-0.5) + ceiling(0.5)", 0),
        ("budget - spent", Money(Decimal("749.50"), "CNY")),
        ("budget * rate / 3", Money(Decimal("166.67"), "CNY")),
        ("spent / budget", Decimal("0.2505")),
        ('money(amount(budget), "usd")', Money(Decimal("1000.00"), "USD")),
        ("currency(budget)", "CNY"),
        ("budget > 999.99 and budget > spent", True),
        ('stage = "won" or not vip', True),
        ('if(vip, "yes", "no")', "yes"),
        ("if(seats > 20, 1)", None),
        ('name & " / " & seats', "华东公司 / 12"),
        ('join(", ", name, stage, budget, since)', "华东公司, won, 1000 CNY, 2025-01-31"),
        ("length(name) + length(tags)", 5),
        ('left(name, 2) & right(name, 1) & upper("x") & trim(" y ")', "华东司Xy"),
        ('contains(tags, "hot") and contains(lower("ABC"), "B")', True),
        ("until - since", 394),
        ("since + 1", date(2025, 2, 1)),
        ("add_months(since, 1)", date(2025, 2, 28)),
        ("add_years(2024-02-29, 1)", date(2025, 2, 28)),
        ("add_days(today(), -1)", date(2026, 3, 31)),
        ("months_between(since, until)", 13),
        ("months_between(until, since)", -13),
        ("years_between(1990-04-01, 2026-03-31)", 35),
        ("days_between(called, today())", 0),
        ("year(since) * 100 + month(since)", 202501),
        ("weekday(2026-11-22)", 7),
        ("date(called)", date(2026, 4, 1)),
    ],
)
def test_a_formula_gives_its_value(text: str, expected: Any) -> None:
    found = value_of(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("1 / 0", {}),
        ("budget / 0", {}),
        ("budget / (spent - spent)", {}),
        ("seats + 1", {"seats": None}),
        ("budget + spent", {"spent": Money(Decimal(1), "USD")}),
        ("budget > spent", {"spent": Money(Decimal(1), "USD")}),
        ("max(budget, spent)", {"spent": Money(Decimal(1), "USD")}),
        ('if(seats > 1, "many", "few")', {"seats": None}),
        ("vip and seats > 1", {"seats": None}),
        ("999999999999999 * 999999999999999", {}),
        ('money(99999999999999, "CNY")', {}),
        ("add_years(since, 9000)", {}),
        ("left(name, 0)", {}),
        ("coalesce(seats, rate)", {"seats": None, "rate": None}),
    ],
)
def test_where_there_is_no_right_answer_nothing_is_given(text: str, given: dict[str, Any]) -> None:
    assert value_of(text, **given) is None


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("empty(name)", {"name": ""}, True),
        ("coalesce(seats, 5)", {"seats": None}, 5),
        ("min(seats, 3)", {"seats": None}, 3),
        ('join("-", name, stage)', {"name": ""}, "won"),
        ('stage = "won"', {"stage": None}, False),
        ('stage != "won"', {"stage": None}, True),
        ("vip and seats > 1", {"seats": None, "vip": False}, False),
        ("vip or seats > 1", {"seats": None}, True),
        ("length(tags)", {"tags": None}, 0),
    ],
)
def test_what_is_empty_can_be_dealt_with(text: str, given: dict[str, Any], expected: Any) -> None:
    assert value_of(text, **given) == expected


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "empty_text", ""),
        ("1 +", "unexpected_end", "$"),
        ("1 2", "unexpected_token", "2"),
        ('name & "x', "unterminated_text", '"'),
        ("seats ^ 2", "unexpected_character", "^"),
        ("1 < 2 < 3", "chained_comparison", "< 3"),
        ("2026-02-30", "date_invalid", "2026"),
        ("seat + 1", "unknown_field", "seat"),
        ("rund(1)", "unknown_function", "rund"),
        ("round()", "argument_count", "round"),
        ("today(1)", "argument_count", "today"),
        ("round(1.5, seats)", "not_a_digit_count", "seats"),
        ("seats + name", "different_operands", "name"),
        ("name + 1", "different_operands", "+"),
        ("budget + 1", "different_operands", "1"),
        ("since + 0.5", "different_operands", "0.5"),
        ("since = seats", "different_operands", "seats"),
        ('name > "a"', "different_operands", ">"),
        ("vip and seats", "wrong_operand", "seats"),
        ("not seats", "wrong_operand", "seats"),
        ("name & owner", "wrong_operand", "owner"),
        ("length(seats)", "wrong_argument", "seats"),
        ('stage = "lost"', "unknown_choice", '"lost"'),
        ('contains(tags, "warm")', "unknown_choice", '"warm"'),
        ('if(vip, 1, "x")', "different_results", '"x"'),
        ("coalesce(budget, 0)", "different_results", "0"),
        ("tags", "no_result", "tags"),
        ("owner", "no_result", "owner"),
    ],
)
def test_a_fault_points_at_its_place(text: str, code: str, at: str) -> None:
    with pytest.raises(FormulaError) as raised:
        check(parse(text), FIELDS)
    assert raised.value.code == code
    place = raised.value.position
    assert place is not None
    assert text[place:].startswith(at) if at != "$" else place == len(text)
    assert str(raised.value).startswith(f"at {place + 1}: ")


def test_a_fault_says_what_was_expected_or_what_was_meant() -> None:
    with pytest.raises(FormulaError, match=r"did you mean 'budget'\?"):
        check(parse("budgt * 2"), FIELDS)
    with pytest.raises(FormulaError, match="expected an amount of money"):
        check(parse("budget + 1"), FIELDS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 21 + "1" + ")" * 21, "too_deep"),
        ("+".join("1" * 101), "too_many_parts"),
        ("1" * (LIMITS.characters + 1), "too_long"),
    ],
)
def test_a_formula_has_limits(text: str, code: str) -> None:
    with pytest.raises(FormulaError) as raised:
        parse(text)
    assert raised.value.code == code


def test_a_text_never_grows_without_end() -> None:
    longest = "&".join(["name"] * 100)
    assert value_of(longest, name="x" * 1_000) is None
    assert value_of(longest, name="x" * 5) == "x" * 500
    assert value_of(longest, name="x" * 6) is None


def test_formulas_are_computed_after_what_they_read() -> None:
    ordered = in_order({"c": parse("a + b"), "b": parse("a * 2"), "a": parse("seats")})
    assert ordered == ("a", "b", "c")


def test_a_formula_that_refers_to_itself_is_refused_with_the_way_it_goes() -> None:
    with pytest.raises(FormulaError) as raised:
        in_order({"a": parse("b + 1"), "b": parse("c"), "c": parse("a"), "d": parse("1")})
    assert raised.value.code == "circular"
    way = str(raised.value.parameters["path"]).split(" → ")
    assert way[0] == way[-1]
    assert set(way) == {"a", "b", "c"}
    assert all((left, right) in {("a", "b"), ("b", "c"), ("c", "a")} for left, right in pairwise(way))


def test_a_formula_tells_what_it_reads_and_whether_the_day_changes_it() -> None:
    formula = parse('if(vip, today() - since, length("x" & name))')
    assert dependencies(formula) == {"vip", "since", "name"}
    assert reads_today(formula)
    assert not reads_today(parse("since + 1"))
