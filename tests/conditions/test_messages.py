"""What people are told about a condition that cannot be read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from guanxi.conditions.errors import MESSAGES as CONDITION_MESSAGES
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import MESSAGES, WORDS, explain
from guanxi.conditions.values import EXPECTED, describe

WRITTEN = {"true", "false", "today - 90d"}


def test_every_fault_of_the_language_can_be_said_on_a_page() -> None:
    assert set(MESSAGES) == set(CONDITION_MESSAGES)


def test_everything_the_language_calls_by_words_can_be_translated() -> None:
    told = {word for words in EXPECTED.values() for word in words} - WRITTEN
    values = (True, 1, Decimal("1.5"), "text", date(2026, 3, 31), datetime(2026, 3, 31, tzinfo=UTC), object())
    assert told | {describe(value) for value in values} <= set(WORDS)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ConditionError("unexpected_end", 4, ("a text in quotes",)),
            "At character 5: The condition ends too early. Expected: a text in quotes",
        ),
        (
            ConditionError(
                "unknown_choice",
                None,
                ("company", "person"),
                {"field": "kind", "found": "a number", "suggestion": ""},
            ),
            "The field “kind” has no choice “a number”. Expected: company, person",
        ),
        (
            ConditionError("wrong_type", None, ("a whole number",), {"field": "size", "found": "a text"}),
            "The field “size” cannot be compared with a text. Expected: a whole number",
        ),
        (
            ConditionError("unknown_field", 0, ("name", "size"), {"field": "nane", "suggestion": "name"}),
            "At character 1: There is no field “nane”. Did you mean “name”?",
        ),
    ],
)
def test_a_fault_is_one_sentence_with_what_could_have_stood_there(error: ConditionError, said: str) -> None:
    with override("en"):
        assert explain(error) == said
