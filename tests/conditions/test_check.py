"""The type check: what fits is made exact, what does not is refused before any database sees it."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guanxi.conditions.check import check
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import Field, FieldType, Limits, Schema
from guanxi.conditions.tree import (
    EVERYTHING,
    And,
    Between,
    Compare,
    Condition,
    Contains,
    IsEmpty,
    Literal,
    Not,
    OneOf,
    Operator,
    Relative,
    StartsWith,
    Unit,
)
from tests.conditions.sample import SCHEMA

EQ = Operator.EQ


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("amount", 5000, Decimal(5000)),
        ("amount", Decimal("0.10"), Decimal("0.10")),
        ("visits", Decimal("3.0"), 3),
        ("owner", 7, 7),
        ("tier", "重点客户", "重点客户"),
        ("stage", "anything", "anything"),
        ("founded", date(2026, 1, 1), date(2026, 1, 1)),
        ("created", Relative(amount=-90), Relative(amount=-90)),
        ("active", True, True),
    ],
)
def test_values_become_those_of_the_field(field: str, given: Literal, kept: Literal) -> None:
    checked = check(Compare(field, EQ, given), SCHEMA)
    assert isinstance(checked, Compare)
    assert checked.value == kept
    assert type(checked.value) is type(kept)


def test_times_keep_their_offset_but_no_rules_of_a_zone() -> None:
    written = datetime(2026, 7, 1, 9, 30, tzinfo=ZoneInfo("America/Havana"))
    checked = check(Compare("created", EQ, written), SCHEMA)
    assert isinstance(checked, Compare)
    assert isinstance(checked.value, datetime)
    assert checked.value.tzinfo == timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Compare("amout", EQ, 1), "unknown_field"),
        (Compare("visits", EQ, "3"), "wrong_type"),
        (Compare("visits", EQ, value=True), "wrong_type"),
        (Compare("amount", EQ, value=False), "wrong_type"),
        (Compare("amount", EQ, "5000"), "wrong_type"),
        (Compare("active", EQ, 0), "wrong_type"),
        (Compare("founded", EQ, datetime(2026, 1, 1, tzinfo=UTC)), "wrong_type"),
        (Compare("founded", EQ, "2026-01-01"), "wrong_type"),
        (Compare("name", EQ, date(2026, 1, 1)), "wrong_type"),
        (Compare("created", EQ, datetime(2026, 1, 1)), "zone_missing"),  # noqa: DTZ001 - the point
        (Compare("founded", EQ, date(9500, 1, 1)), "date_out_of_range"),
        (Compare("founded", EQ, Relative(amount=101, unit=Unit.YEAR)), "date_out_of_range"),
        (Compare("amount", EQ, Decimal("NaN")), "number_out_of_range"),
        (Compare("amount", EQ, Decimal("Infinity")), "number_out_of_range"),
        (Compare("visits", EQ, Decimal("sNaN")), "number_out_of_range"),
        (Compare("amount", EQ, Decimal("1E+999999")), "number_out_of_range"),
        (Compare("amount", EQ, Decimal("1E-16")), "number_out_of_range"),
        (Compare("visits", EQ, 2**63), "number_out_of_range"),
        (Compare("name", EQ, "\ud800"), "text_not_storable"),
        (Compare("tier", EQ, "C"), "unknown_choice"),
        (Compare("owner", Operator.LT, 3), "operator_not_allowed"),
        (Compare("active", Operator.GE, value=True), "operator_not_allowed"),
        (Between("name", "a", "b"), "operator_not_allowed"),
        (Contains("visits", "3"), "operator_not_allowed"),
        (StartsWith("tier", "A"), "operator_not_allowed"),
        (OneOf("active", (True,)), "operator_not_allowed"),
        (OneOf("visits", (1, "2")), "wrong_type"),
        (OneOf("visits", tuple(range(1001))), "too_many_values"),
        (Contains("name", "啊" * 1001), "text_too_long"),
        (Not(And((EVERYTHING, IsEmpty("nobody")))), "unknown_field"),
    ],
)
def test_what_does_not_fit_is_refused(condition: Condition, code: str) -> None:
    with pytest.raises(ConditionError) as caught:
        check(condition, SCHEMA)
    assert caught.value.code == code
    assert caught.value.position is None
    assert not str(caught.value).startswith("at ")


def test_a_value_of_no_known_kind_is_refused() -> None:
    strange: Any = b"bytes"
    with pytest.raises(ConditionError, match="this value"):
        check(Compare("name", EQ, strange), SCHEMA)


def test_a_very_deep_tree_is_refused_without_recursion() -> None:
    condition: Condition = IsEmpty("name")
    for _ in range(100_000):
        condition = Not(condition)
    with pytest.raises(ConditionError, match="nested"):
        check(condition, SCHEMA)
    while isinstance(condition, Not):  # taken apart by hand: Python frees nested data by recursion
        condition = condition.part


def test_limits_can_be_set_tighter() -> None:
    with pytest.raises(ConditionError, match="too many parts"):
        check(And((IsEmpty("name"), IsEmpty("stage"))), SCHEMA, Limits(nodes=2))


def test_to_those_who_may_not_see_it_a_sensitive_field_is_unknown() -> None:
    condition = Compare("owner.name", EQ, "王芳")
    assert check(condition, SCHEMA) == condition
    with pytest.raises(ConditionError) as caught:
        check(condition, SCHEMA.without_sensitive())
    assert caught.value.code == "unknown_field"
    assert "owner.name" not in caught.value.expected


def test_a_schema_names_its_fields_so_that_they_can_be_written() -> None:
    with pytest.raises(ValueError, match="cannot be used"):
        Schema.of("x", Field("two words", FieldType.TEXT, "x"))
    with pytest.raises(ValueError, match="twice"):
        Schema.of("x", Field("a", FieldType.TEXT, "a"), Field("a", FieldType.DATE, "b"))
    with pytest.raises(ValueError, match="cannot be used"):
        Schema("x", {"b": Field("a", FieldType.TEXT, "a")})
