"""Trees are built and simplified without changing what they mean."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from guanxi.conditions.check import check
from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import Row, evaluate
from guanxi.conditions.tree import (
    EVERYTHING,
    NOTHING,
    Anchor,
    And,
    Compare,
    Condition,
    IsEmpty,
    Not,
    Operator,
    Or,
    Relative,
    Unit,
    all_of,
    any_of,
    fields_of,
    leaves,
    negate,
    simplify,
)
from tests.conditions.drawing import conditions
from tests.conditions.sample import SCHEMA, contexts, named_rows

A = Compare("tier", Operator.EQ, "A")
PHONE = IsEmpty("phone")
BIG = Compare("amount", Operator.GE, 5000)


def test_all_of_nothing_is_everything_and_any_of_nothing_is_nothing() -> None:
    assert all_of() == EVERYTHING
    assert any_of() == NOTHING


def test_constants_are_absorbed_or_win() -> None:
    assert all_of(EVERYTHING, A) == A
    assert all_of(A, NOTHING, PHONE) == NOTHING
    assert any_of(NOTHING, A) == A
    assert any_of(A, EVERYTHING, PHONE) == EVERYTHING


def test_like_parts_are_joined_flat_and_once() -> None:
    assert all_of(A, And((PHONE, And((BIG, A))))) == And((A, PHONE, BIG))
    assert any_of(Or((A, PHONE)), A) == Or((A, PHONE))
    assert all_of(A, Or((PHONE, BIG))) == And((A, Or((PHONE, BIG))))


def test_negation_undoes_itself() -> None:
    assert negate(EVERYTHING) == NOTHING
    assert negate(NOTHING) == EVERYTHING
    assert negate(PHONE) == Not(PHONE)
    for condition in (A, PHONE, BIG, And((A, BIG)), Not(PHONE)):
        assert negate(negate(condition)) == condition


def test_an_and_or_or_of_one_part_is_refused() -> None:
    for kind in (And, Or):
        with pytest.raises(ValueError, match="two parts"):
            kind((A,))


def test_simplify_leaves_constants_only_as_the_whole_tree() -> None:
    assert simplify(Or((A, Not(NOTHING)))) == EVERYTHING
    assert simplify(And((A, Or((PHONE, Not(EVERYTHING)))))) == And((A, PHONE))
    assert simplify(Not(Not(Not(A)))) == Compare("tier", Operator.NE, "A")


def test_the_fields_that_a_condition_reads() -> None:
    condition = Or((A, Not(And((PHONE, A))), EVERYTHING))
    assert fields_of(condition) == {"tier", "phone"}
    assert list(leaves(condition)) == [A, PHONE, A]


def test_an_offset_of_nothing_has_no_unit() -> None:
    assert Relative(Anchor.MONTH, 0, Unit.YEAR) == Relative(Anchor.MONTH)


@given(conditions, named_rows, contexts)
def test_simplifying_keeps_the_meaning(condition: Condition, row: Row, context: Context) -> None:
    checked = check(condition, SCHEMA)
    assert evaluate(simplify(checked), row, context) is evaluate(checked, row, context)
    assert evaluate(negate(checked), row, context) is not evaluate(checked, row, context)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Context(datetime(2026, 1, 1), UTC)  # noqa: DTZ001 - the point of the test
