"""What conditions mean, said row by row."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from guanxi.conditions.check import check
from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import Row, evaluate, fold_case
from guanxi.conditions.text import parse
from guanxi.conditions.tree import And, Between, Compare, Condition, Not, Operator, Or
from tests.conditions.drawing import conditions
from tests.conditions.sample import SCHEMA, contexts, named_rows

CONTEXT = Context(datetime(2026, 11, 2, 16, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
ROW: dict[str, Any] = {
    "name": "华东 Électro ACME 강남",
    "电话": None,
    "visits": 3,
    "amount": Decimal("5000.10"),
    "p_alive": 0.3,
    "active": False,
    "consent": None,
    "founded": date(2026, 11, 3),
    "created": datetime(2026, 11, 2, 16, 0, tzinfo=UTC),
    "tier": "A",
    "stage": "",
    "owner": 7,
}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("everything", True),
        ("nothing", False),
        ('name contains "acme"', True),
        ('name contains "électro"', False),
        ('name contains "Électro"', True),
        ('name starts with "华东 É"', True),
        ('name starts with "东"', False),
        ('name = "华东"', False),
        ('电话 = ""', False),
        ('电话 != "1"', True),
        ('not 电话 != "1"', False),
        ("电话 is empty", True),
        ("stage is empty", True),
        ("owner is empty", False),
        ("tier is not empty", True),
        ('tier in ("A", "B")', True),
        ("owner in ()", False),
        ("owner not in ()", True),
        ("consent = false", False),
        ("consent != false", True),
        ("active = false", True),
        ("amount > 5000", True),
        ("amount = 5000.1", True),
        ("amount between 5000.10 and 5000.10", True),
        ("amount between 6000 and 5000", False),
        ("p_alive = 0.3", True),
        ("founded = today", True),
        ("founded > today - 1d", True),
        ("founded >= start of month", True),
        ("created = today", True),
        ("created < today", False),
        ("created <= today", True),
        ("created > today", False),
        ("created >= 2026-11-03", True),
        ("created > 2026-11-02", True),
        ("created = 2026-11-03T00:00+08:00", True),
        ("created in (2026-11-01, 2026-11-03)", True),
        ("created between 2026-11-03 and 2026-11-03T00:00:00+08:00", True),
        ('visits > 5 or tier = "A" and active = false', True),
        ('(visits > 5 or tier = "A") and active = true', False),
        ("visits < 5 and visits <= 3 and visits >= 3", True),
    ],
)
def test_meaning(text: str, *, meant: bool) -> None:
    assert evaluate(parse(text, SCHEMA), ROW, CONTEXT) is meant


def test_only_latin_capitals_are_folded() -> None:
    assert fold_case("ABCXYZ Éß İ") == "abcxyz Éß İ"
    assert fold_case("Acme") == "acme"


def test_a_row_without_the_field_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        evaluate(Compare("visits", Operator.EQ, 1), {}, CONTEXT)


@given(conditions, conditions, named_rows, contexts)
def test_laws_of_logic(one: Condition, other: Condition, row: Row, context: Context) -> None:
    first, second = check(one, SCHEMA), check(other, SCHEMA)
    left, right = evaluate(first, row, context), evaluate(second, row, context)
    assert evaluate(And((first, second)), row, context) is (left and right)
    assert evaluate(Or((first, second)), row, context) is (left or right)
    assert evaluate(Not(first), row, context) is not left


@given(named_rows, contexts)
def test_between_is_both_bounds(row: Row, context: Context) -> None:
    for name, low, high in (("amount", -5, 5), ("created", date(2018, 11, 4), date(2024, 2, 29))):
        both = And((Compare(name, Operator.GE, low), Compare(name, Operator.LE, high)))
        assert evaluate(check(Between(name, low, high), SCHEMA), row, context) is evaluate(
            check(both, SCHEMA), row, context
        )
