"""What must be there for a condition to be true."""

from __future__ import annotations

import pytest
from hypothesis import given

from guanxi.conditions.check import check
from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import Row, evaluate
from guanxi.conditions.presence import present
from guanxi.conditions.text import parse
from guanxi.conditions.tree import Condition
from tests.conditions.drawing import conditions
from tests.conditions.sample import SCHEMA, contexts, named_rows

EACH = {name: name for name in SCHEMA.fields}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("in < 5", {"in"}),
        ("not in < 5", set()),
        ("in != 5", set()),
        ("not in != 5", {"in"}),
        ("in is empty", set()),
        ("in is not empty", {"in"}),
        ("in in (1, 2)", {"in"}),
        ("in between 1 and 2 and points > 1", {"in", "points"}),
        ("in < 5 or points > 1", set()),
        ("in < 5 or in > 7", {"in"}),
        ("not (in < 5 or points is empty)", {"points"}),
        ("everything", set()),
        ("nothing", set()),
    ],
)
def test_fields_that_have_a_value(text: str, fields: set[str]) -> None:
    assert present(parse(text, SCHEMA), EACH) == fields


def test_a_group_is_there_by_any_of_its_fields() -> None:
    condition = parse('in < 5 or points > 1 and name = "A"', SCHEMA)
    assert present(condition, {"in": "numbers", "points": "numbers", "name": "texts"}) == {"numbers"}


@given(conditions, named_rows, contexts)
def test_no_record_is_meant_without_what_is_said_to_be_there(
    condition: Condition, row: Row, context: Context
) -> None:
    if evaluate(check(condition, SCHEMA), row, context):
        assert all(row[name] is not None for name in present(condition, EACH))
