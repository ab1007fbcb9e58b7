"""Rows of a filter and conditions say the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Anchor, And, Compare, Contains, Not, OneOf, Operator, Or, Relative
from guanxi.records.builder import BuilderRow, built, operators_of, read_rows, rows_of
from guanxi.records.declaration import Kind, record_type
from guanxi.records.queries import parse_where

CUSTOMER = record_type("customer")
DAYS = ("within_days", "before_days")
WITHOUT = ("empty", "not_empty")


@st.composite
def typed_rows(draw: st.DrawFn) -> tuple[str, str, str]:
    field = draw(st.sampled_from([field for field in CUSTOMER.fields if field.join is None]))
    operator = draw(st.sampled_from(operators_of(field)))
    if operator in WITHOUT:
        return field.name, operator, ""
    if operator in DAYS:
        return field.name, operator, str(draw(st.integers(0, 36_500)))
    return field.name, operator, draw(VALUES.get(field.kind, TEXT))


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20)
VALUES = {
    Kind.INTEGER: st.integers(-(10**9), 10**9).map(str),
    Kind.MONEY: st.decimals(-(10**9), 10**9, places=2).map(str),
    Kind.DATE: st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    Kind.DATETIME: st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    Kind.CHOICE: st.sampled_from(["company", "person"]),
    Kind.REFERENCE: st.integers(1, 10**6).map(str),
}


@given(st.lists(typed_rows(), min_size=1, max_size=4, unique_by=lambda row: row[0]))
def test_rows_become_a_condition_that_reads_back_as_the_same_rows(typed: list[tuple[str, str, str]]) -> None:
    rows = read_rows(CUSTOMER, typed)
    assert not any(row.fault for row in rows)
    read = parse_where(format_condition(built(rows)), CUSTOMER)
    again = rows_of(CUSTOMER, read)
    assert again is not None
    assert built(again) == read
    assert [(row.field.name, row.operator) for row in again] == [
        (row.field.name, row.operator) for row in rows
    ]


def test_what_rows_cannot_say_stays_text() -> None:
    for where in ('name = "a" or name = "b"', "not (size > 3 and size < 9)", 'industry in ("电子", "五金")'):
        assert rows_of(CUSTOMER, parse_where(where, CUSTOMER)) is None


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        (("name", "contains", "电子"), Contains("name", "电子")),
        (("name", "not_contains", "电子"), Not(Contains("name", "电子"))),
        (("amount", "at_least", "1,234.50"), Compare("amount", Operator.GE, Decimal("1234.50"))),
        (
            ("updated_at", "within_days", "30"),
            Compare("updated_at", Operator.GE, Relative(Anchor.TODAY, -30)),
        ),
    ],
)
def test_a_row_means(typed: tuple[str, str, str], condition: object) -> None:
    assert built(read_rows(CUSTOMER, [typed])) == condition


@pytest.mark.parametrize("value", ["much", "NaN", "1e99999", "∞"])
def test_a_value_that_does_not_fit_is_a_fault_and_no_condition(value: str) -> None:
    (row,) = read_rows(CUSTOMER, [("size", "at_least", value)])
    assert row == BuilderRow(CUSTOMER.by_name["size"], "at_least", value, fault=True)
    assert rows_of(CUSTOMER, built([row])) == []


def test_an_operator_of_another_kind_falls_back_to_the_usual_one() -> None:
    (row,) = read_rows(CUSTOMER, [("size", "contains", "3"), ("nonsense", "is", "3")])
    assert row.operator == "at_least"


def test_trees_of_other_shapes_are_not_taken_apart() -> None:
    nested = And(
        (Or((Compare("size", Operator.GT, 1), Compare("size", Operator.LT, 0))), Contains("name", "a"))
    )
    assert rows_of(CUSTOMER, nested) is None
    assert rows_of(CUSTOMER, OneOf("kind", ("company",))) is None
