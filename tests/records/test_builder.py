"""Rows and groups of a filter say what its condition says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from tests.conditions.drawing import conditions
from tests.conditions.sample import SCHEMA

from guanxi.conditions.check import check
from guanxi.conditions.schema import PROGRAM_LIMITS
from guanxi.conditions.text import parse
from guanxi.conditions.tree import And, Condition, Counted, Not, Or, Related, all_of, any_of, negate, simplify
from guanxi.records.builder import built, drafted
from guanxi.records.builder.operators import OPERATORS, operators_of
from guanxi.records.builder.parts import FieldRow, Group, Joined, NearRow, RelatedRow, TextRow
from guanxi.records.declaration import declared_type

pytestmark = pytest.mark.django_db  # which fields related records have is kept there

CUSTOMER = declared_type("customer").schema


def plain(condition: Condition) -> Condition:
    """The condition without doubled parts and negations, also in what is asked of related records."""
    match simplify(condition):
        case And(parts):
            return all_of(*map(plain, parts))
        case Or(parts):
            return any_of(*map(plain, parts))
        case Not(part):
            return negate(plain(part))
        case Related() | Counted() as related:
            return replace(related, where=plain(related.where))
        case other:
            return other


@given(conditions)
def test_what_is_shown_says_what_the_condition_says(condition: Condition) -> None:
    checked = check(condition, SCHEMA, PROGRAM_LIMITS)
    found = built(drafted(checked, SCHEMA), SCHEMA)
    assert not found.faults
    assert found.condition == plain(checked)


@pytest.mark.parametrize(
    "text",
    [
        'orders where total > 5000 count >= 2 in last 12 months or tier = "A"',
        'any contacts where (is_key_person = true and title contains "经理") and birthday within 7 days',
        'all orders where state = "done"',
        'none interactions where kind = "visit" in last 90 days',
        "within 2 km of 31.2304,121.4737 and amount between 1000 and 5000.5",
        'in area "上海市" and not (kind = "company" or size < 5)',
        "value_12m on today - 90d < 1000",
        "value_12m change since 2026-01-01 < -20%",
        'tier on start of year != "A" and tier = "A"',
        'name matches "hwkj" and industry not in ("电子", "五金") and updated_at in this quarter',
        'not (name = "" or note contains " ")',
        "updated_at >= start of month - 1m and created_at < 2026-03-31T09:30:00+08:00",
    ],
)
def test_the_whole_language_goes_there_and_back(text: str) -> None:
    condition = parse(text, CUSTOMER)
    found = built(drafted(condition, CUSTOMER), CUSTOMER)
    assert not found.faults
    assert found.condition == plain(condition)


def test_related_records_get_a_group_of_their_own() -> None:
    group = drafted(parse('orders where (total > 5 and state = "done") count >= 2', CUSTOMER), CUSTOMER)
    (row,) = group.parts
    assert isinstance(row, RelatedRow)
    assert (row.quantifier, row.operator, row.count) == ("count", ">=", "2")
    assert row.where == Group(
        Joined.ALL, (FieldRow("total", "more", ("5",)), FieldRow("state", "is", ("done",)))
    )


def test_what_stands_too_deep_to_be_read_is_text_in_its_place() -> None:
    deep = "(size > 1 or (size > 2 and (size > 3 or (size > 4 and (size > 5 or size < 0)))))"
    found = str(drafted(parse(f"{deep} and amount > 1", CUSTOMER), CUSTOMER))
    assert "TextRow(" in found
    assert "FieldRow(field='amount'" in found


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (FieldRow("amount", "at_least", ("much",)), "unexpected_token"),
        (FieldRow("amount", "at_least", ("NaN",)), "unexpected_token"),
        (FieldRow("amount", "at_least", ("1e99999",)), "number_out_of_range"),
        (FieldRow("size", "more", ("3.5",)), "unexpected_token"),
        (FieldRow("birthday", "from", ("yesterday",)), "unexpected_token"),
        (FieldRow("birthday", "returns", ("999",)), "days_out_of_range"),
        (NearRow("91, 10", "2 km"), "coordinates_out_of_range"),
        (NearRow("here", "2 km"), "unexpected_token"),
        (RelatedRow("orders", "count", count="many", where=Group()), "unexpected_token"),
        (TextRow("size >"), "unexpected_end"),
    ],
)
def test_what_does_not_fit_is_a_fault_of_its_row_alone(row: FieldRow, code: str) -> None:
    found = built(Group(Joined.ALL, (FieldRow("size", "more", ("3",)), row)), CUSTOMER)
    assert {path: error.code for path, error in found.faults.items()} == {"0-1": code}
    assert found.condition == parse("size > 3", CUSTOMER)


def test_what_is_not_filled_in_says_nothing() -> None:
    rows = (FieldRow("name"), FieldRow("amount", "between", ("5", "")), NearRow("", "2 km"), TextRow(""))
    found = built(Group(Joined.NONE, (*rows, Group(Joined.ANY, rows))), CUSTOMER)
    assert not found.faults
    assert found.condition == parse("everything", CUSTOMER)


def test_every_field_has_operators_that_it_allows() -> None:
    for field in CUSTOMER.fields.values():
        assert set(operators_of(field)) <= set(OPERATORS)
        assert ("initials" in operators_of(field)) is bool(field.initials)


def test_numbers_may_carry_signs_of_thousands() -> None:
    found = built(Group(parts=(FieldRow("amount", "at_least", ("1,234.50",)),)), CUSTOMER)
    assert found.condition == parse("amount >= 1234.50", CUSTOMER)
