"""Rules for the cells of a column: what a list from one sender always needs."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.calc import Phone
from guanxi.imports.calc.rules import (
    Action,
    ForNote,
    Rule,
    RuleError,
    by_column,
    rules_from_json,
    rules_to_json,
    with_rules,
)
from guanxi.imports.calc.values import Fault, parse_amount, parse_phones, parse_text
from guanxi.imports.calc.values.text import parse_boolean

phones = partial(parse_phones, region="CN")


def read(parse: Any, cell: Any, *rules: Rule) -> Any:
    return with_rules(parse, rules)(cell)


def test_a_word_is_translated_whatever_its_width_and_case() -> None:
    rules = [
        Rule(0, Action.REPLACE, match="餐飲", text="餐饮"),
        Rule(0, Action.REPLACE, match="F&B", text="餐饮"),
    ]
    assert [read(parse_text, cell, *rules) for cell in ("餐飲", "Ｆ＆ｂ ", "酒店", None)] == [
        "餐饮",
        "餐饮",
        "酒店",
        None,
    ]


def test_a_yes_of_their_own_is_a_yes() -> None:
    assert isinstance(parse_boolean("合作中"), Fault)
    assert read(parse_boolean, "合作中", Rule(0, Action.REPLACE, match="合作中", text="是")) is True


def test_numbers_without_an_area_code_get_it_and_others_stay() -> None:
    rule = Rule(0, Action.PREFIX, fault="phone_invalid", text="0769-")
    assert isinstance(phones("22345678"), Fault)
    assert [phone.e164 for phone in read(phones, "22345678", rule)] == ["+8676922345678"]
    assert [phone.e164 for phone in read(phones, "13800138000", rule)] == ["+8613800138000"]


def test_what_a_rule_cannot_mend_keeps_its_fault() -> None:
    rule = Rule(0, Action.PREFIX, fault="phone_invalid", text="0769-")
    found = read(phones, "8", rule)
    assert isinstance(found, Fault)
    assert found.code == "phone_invalid"


def test_a_cell_is_left_out_or_goes_to_the_note() -> None:
    assert read(phones, "内线 8", Rule(0, Action.BLANK, fault="phone_invalid")) is None
    assert read(phones, "内线　8", Rule(0, Action.NOTE, fault="phone_invalid")) == ForNote("内线 8")
    assert read(parse_text, "见附件", Rule(0, Action.BLANK, match="见附件")) is None
    assert read(parse_text, "见附件", Rule(0, Action.NOTE, match="见附件")) == ForNote("见附件")


def test_empty_cells_are_filled_in_and_a_dash_is_empty() -> None:
    rule = Rule(0, Action.FILL, text="中国")
    assert [read(parse_text, cell, rule) for cell in (None, " ", "-", "韩国")] == [
        "中国",
        "中国",
        "中国",
        "韩国",
    ]


def test_a_part_is_replaced_before_the_cell_is_read() -> None:
    rule = Rule(0, Action.SUBSTITUTE, match="约", text="")
    amount = read(lambda cell: parse_amount(cell, currency="CNY"), "约3.5万元", rule)
    assert (amount.value, amount.currency) == (35000, "CNY")


def test_the_first_of_two_rules_for_one_word_counts() -> None:
    rules = (
        Rule(0, Action.REPLACE, match="A", text="first"),
        Rule(0, Action.REPLACE, match="a", text="second"),
    )
    assert read(parse_text, "a", *rules) == "first"


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        ({}, "not_a_rule"),
        ([5], "not_a_rule"),
        ([{"column": 0, "action": "blank", "when": "always"}], "not_a_rule"),
        ([{"column": 0, "action": "blank", "match": 5}], "not_a_rule"),
        ([{"column": 2, "action": "blank", "match": "x"}], "unknown_column"),
        ([{"column": True, "action": "blank", "match": "x"}], "unknown_column"),
        ([{"column": 0, "action": "eval", "match": "x"}], "unknown_action"),
        ([{"column": 0, "action": "blank", "match": "x" * 501}], "too_long"),
        ([{"column": 0, "action": "blank"}], "nothing_to_match"),
        ([{"column": 0, "action": "substitute", "fault": "phone_invalid"}], "nothing_to_match"),
        ([{"column": 0, "action": "fill"}], "nothing_to_write"),
        ([{"column": 0, "action": "prefix", "fault": "phone_invalid", "text": " "}], "nothing_to_write"),
        ([{"column": 0, "action": "fill", "text": "x"}] * 1001, "too_many"),
    ],
)
def test_rules_that_cannot_be_are_refused(plain: Any, code: str) -> None:
    with pytest.raises(RuleError) as error:
        rules_from_json(plain, 2)
    assert error.value.code == code


CELLS = (
    st.none() | st.text(max_size=8) | st.integers() | st.sampled_from(["是", "13800138000", "22345678", "-"])
)
RULES = st.builds(
    Rule,
    st.just(0),
    st.sampled_from(Action),
    match=st.sampled_from(["是", "2234", "x"]),
    text=st.sampled_from(["0769-", "y"]),
    fault=st.sampled_from(["", "phone_invalid"]),
)


@given(st.lists(RULES, max_size=4), CELLS)
def test_rules_go_through_json_and_never_break_a_reading(rules: list[Rule], cell: Any) -> None:
    again = rules_from_json(rules_to_json(rules), 1)
    assert list(again) == rules
    value = with_rules(phones, again)(cell)
    assert (
        value is None or isinstance(value, (Fault, ForNote)) or all(isinstance(one, Phone) for one in value)
    )


def test_rules_are_told_apart_by_column() -> None:
    first, second, third = (Rule(column, Action.FILL, text="x") for column in (1, 0, 1))
    assert by_column([first, second, third]) == {1: [first, third], 0: [second]}
    assert with_rules(parse_text, []) is parse_text
