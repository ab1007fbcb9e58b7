"""Whatever can be written is offered while it is being written."""

from __future__ import annotations

import pytest
from hypothesis import given

from guanxi.conditions.check import check
from guanxi.conditions.completion import Expected, expected_at
from guanxi.conditions.lexer import Kind, Token, tokens_of
from guanxi.conditions.schema import PROGRAM_LIMITS
from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Condition
from guanxi.records.declaration import declared_type
from tests.conditions.drawing import conditions
from tests.conditions.sample import SCHEMA

pytestmark = pytest.mark.django_db  # which fields related records have is kept there

CUSTOMER = declared_type("customer").schema
VALUES = {Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.PERIOD}
WITHIN_VALUES = {"today", "start", "of", "true", "false", "+", "-", "week", "month", "quarter", "year"}


def is_offered(token: Token, expected: Expected | None) -> bool:
    """Whether the next token of a condition is among what may stand there."""
    if token.kind in VALUES or token.word in WITHIN_VALUES:
        return True
    assert expected is not None
    is_name = token.text in {*expected.schema.fields, *expected.schema.relations}
    if is_name and (expected.names or expected.relations):
        return True
    if token.word == ")" and expected.value_of is not None:
        return True  # an empty list: nobody needs to be told
    return any(token.word in word.split() or word.startswith(token.word) for word in expected.words)


@given(conditions)
def test_every_word_is_offered_where_it_stands(condition: Condition) -> None:
    text = format_condition(check(condition, SCHEMA, PROGRAM_LIMITS))
    inside_word_pairs = {"with", "empty", "last", "next", "this", "not", "is", "in", "since", "days"}
    for token in tokens_of(text)[:-1]:
        if token.word in inside_word_pairs - {"not", "is", "in"}:
            continue
        assert is_offered(
            token, expected_at(f"{text[: token.position]} ", token.position + 1, SCHEMA, PROGRAM_LIMITS)
        ), (text, token)


@pytest.mark.parametrize(
    ("text", "start", "typed", "words"),
    [
        ("amount > 5 an", 11, "an", {"and", "or"}),
        ("(amount > 5 ", 12, "", {"and", "or", ")"}),
        ("name con", 5, "con", {"contains", "not contains", "starts with", "is empty", "="}),
        ("birthday in ", 12, "", {"(", "last", "next", "this"}),
        ("updated_at in last ", 19, "", {"30 days", "12 months"}),
        ("in ", 3, "", {"area"}),
        ("within ", 7, "", {"2 km of"}),
        ("within 2 ", 9, "", {"km", "m"}),
        ("orders where total > 5 count ", 29, "", {">=", "<", "="}),
        ("value_12m on today - 90d ", 25, "", {"<", "between"}),
        ("value_12m ", 10, "", {"on", "change since"}),
    ],
)
def test_words_that_may_follow(text: str, start: int, typed: str, words: set[str]) -> None:
    found = expected_at(text, len(text), CUSTOMER)
    assert found is not None
    assert (found.start, found.typed) == (start, typed)
    assert words <= set(found.words)


def test_a_value_is_asked_for_with_its_field() -> None:
    found = expected_at('kind = "com', 11, CUSTOMER)
    assert found is not None
    assert found.value_of is CUSTOMER.fields["kind"] or found.value_of == CUSTOMER.fields["kind"]
    assert (found.start, found.typed, found.quote) == (7, "com", '"')


def test_fields_of_related_records_are_asked_for_where_they_are_spoken_of() -> None:
    found = expected_at("any orders where ", 17, CUSTOMER)
    assert found is not None
    assert (found.schema.name, found.names) == ("order", True)
    after = expected_at("any orders where total > 5 and ", 31, CUSTOMER)
    assert after is not None
    assert (after.schema.name, after.names) == ("customer", True)


@pytest.mark.parametrize("text", ["name ? ", "nonsense = 5 and ", "amount > > "])
def test_nothing_is_offered_behind_what_cannot_be_read(text: str) -> None:
    assert expected_at(text, len(text), CUSTOMER) is None
