"""The text form: what people write is read, what is written back is read as the same, and errors point."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.conditions.check import check
from guanxi.conditions.errors import MESSAGES, ConditionError
from guanxi.conditions.schema import Field, FieldType, Limits, Schema
from guanxi.conditions.text import format_condition, parse
from guanxi.conditions.tree import Compare, Condition, Operator
from tests.conditions.drawing import conditions
from tests.conditions.sample import EXAMPLES, SCHEMA, texts

CUSTOMER = Schema.of(
    "customer",
    *(
        Field(name, kind, name)
        for name, kind in {
            "name": FieldType.TEXT,
            "phone": FieldType.TEXT,
            "city": FieldType.TEXT,
            "城市": FieldType.TEXT,
            "고객.이름": FieldType.TEXT,
            "tier": FieldType.CHOICE,
            "amount": FieldType.MONEY,
            "visits": FieldType.INTEGER,
            "active": FieldType.BOOLEAN,
            "created": FieldType.DATETIME,
            "last_order": FieldType.DATE,
            "start": FieldType.INTEGER,
            "all": FieldType.INTEGER,
            "2024年": FieldType.INTEGER,
        }.items()
    ),
    Field("grade", FieldType.CHOICE, "grade", choices=("VIP", "重要", "普通")),
)
USUAL = (
    'name contains "华东" and (tier = "A" or amount >= 5000) and phone is not empty'
    ' and city in ("上海市", "苏州市") and created between 2026-01-01 and 2026-03-31'
    " and last_order < today - 90d"
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(conditions)
def test_what_is_written_is_read_back_as_the_same(condition: Condition) -> None:
    checked = check(condition, SCHEMA)
    written = format_condition(checked)
    again = parse(written, SCHEMA)
    assert again == checked
    assert format_condition(again) == written


@given(texts)
def test_any_text_survives_its_quotes(text: str) -> None:
    condition = Compare("name", Operator.EQ, text)
    assert parse(format_condition(condition), CUSTOMER) == condition


def test_a_usual_condition_is_written_as_it_was() -> None:
    assert format_condition(parse(USUAL, CUSTOMER)) == USUAL


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("NOT phone IS EMPTY", "phone is not empty"),
        ("phone Is Not Empty", "phone is not empty"),
        ("not phone is not empty", "not phone is not empty"),
        ("name not contains 'it''s'", 'name not contains "it\'s"'),
        ('name = "say ""hi"""', 'name = "say ""hi"""'),
        ("城市 ＝ “上海市” and（visits ≥ 3）", '城市 = "上海市" and visits >= 3'),
        ('city in（"上海市"、"苏州市"，"杭州市"）', 'city in ("上海市", "苏州市", "杭州市")'),
        ('고객.이름 starts with "김"', '고객.이름 starts with "김"'),
        ("visits <> 3 or visits == -4", "visits != 3 or visits = -4"),
        ("visits = 1 or visits = 2 and visits = 3", "visits = 1 or (visits = 2 and visits = 3)"),
        ("((visits = 1))", "visits = 1"),
        ("not visits = 1 and visits = 2", "not visits = 1 and visits = 2"),
        ("not (visits = 1 and visits = 2)", "not (visits = 1 and visits = 2)"),
        ("start = 1 and `all` = 2 and `2024年` > 0", "start = 1 and `all` = 2 and `2024年` > 0"),
        ("last_order >= START OF MONTH - 1M", "last_order >= start of month - 1m"),
        ("last_order < today+0d", "last_order < today"),
        ("created < 2026-03-01t09:30z", "created < 2026-03-01T09:30:00+00:00"),
        ("amount > 0.50", "amount > 0.50"),
        ("active = TRUE", "active = true"),
        ("visits in ()", "visits in ()"),
        ("Everything and not Nothing", "everything and not nothing"),
    ],
)
def test_what_people_type(typed: str, written: str) -> None:
    assert format_condition(parse(typed, CUSTOMER)) == written


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "empty_text", ""),
        (" \n　", "empty_text", " "),
        ("amout = 3", "unknown_field", "amout"),
        ('name = "x" and amout = 3', "unknown_field", "amout"),
        ('name = "x', "unterminated_text", '"x'),
        ("name ~ 3", "unexpected_character", "~"),
        ("name = 5", "wrong_type", "5"),
        ('name < "x"', "operator_not_allowed", '< "x"'),
        ('tier contains "A"', "operator_not_allowed", "contains"),
        ("active = 1", "wrong_type", "1"),
        ("visits = 2.5", "wrong_type", "2.5"),
        ("visits = 9223372036854775808", "number_out_of_range", "9223"),
        ("amount = 1234567890.123456", "number_out_of_range", "1234"),
        (f"visits = {'9' * 5000}", "number_out_of_range", "999"),
        ("last_order = 2026-02-30", "date_invalid", "2026-02-30"),
        ("created = 2026-02-28T25:00Z", "date_invalid", "2026-02-28T"),
        ("last_order = 0999-12-31", "date_out_of_range", "0999"),
        ("last_order = today - 99999999999d", "date_out_of_range", "today"),
        ("last_order = today - 4", "unexpected_token", "4"),
        ("last_order = start of day", "unexpected_token", "day"),
        ("last_order = 2026-02-28T09:00Z", "wrong_type", "2026-02-28T"),
        ("created > 2026-03-01T09:30", "zone_missing", "2026-03"),
        ('name = "a\x00b"', "text_not_storable", '"a'),
        ("tier = A", "unexpected_token", "A"),
        ("amount = 5万", "unexpected_token", "万"),
        ("(visits = 1", "unexpected_end", ""),
        ("visits = 1)", "unexpected_token", ")"),
        ("visits 1", "unexpected_token", "1"),
        ("visits =", "unexpected_end", ""),
        ("all = 1", "unexpected_token", "all"),
        ("phone is 3", "unexpected_token", "3"),
        ('city in ("a" "b")', "unexpected_token", '"b"'),
        ("name contains 3", "unexpected_token", "3"),
        ('grade = "重耍"', "unknown_choice", '"重耍"'),
        ('grade = "vip"', "unknown_choice", '"vip"'),
        ("visits = - today", "unexpected_token", "today"),
    ],
)
def test_an_error_points_at_its_place(text: str, code: str, at: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, CUSTOMER)
    assert caught.value.code == code
    assert caught.value.position == (text.index(at) if at else len(text))
    assert "\n" not in str(caught.value)


def test_errors_are_lines_for_people() -> None:
    with pytest.raises(ConditionError) as unknown:
        parse('name contains "x" and amout > 3', CUSTOMER)
    assert str(unknown.value) == "at 23: field 'amout' is not known; did you mean 'amount'?"
    with pytest.raises(ConditionError) as wrong:
        parse('visits = "3"', CUSTOMER)
    assert str(wrong.value) == (
        "at 10: field 'visits' (integer) cannot be compared with a text; expected a whole number"
    )
    with pytest.raises(ConditionError) as many:
        parse("zzz = 1", CUSTOMER)
    assert str(many.value).endswith(", …")


@pytest.mark.parametrize(
    ("text", "limits", "code"),
    [
        ("visits = 1", Limits(characters=9), "too_long"),
        ("not " * 21 + "visits = 1", Limits(), "too_deep"),
        ("(" * 5000, Limits(), "too_deep"),
        ("visits = 1 and (visits = 2 or visits = 3)", Limits(depth=2), "too_deep"),
        ("visits = 1 and visits = 2", Limits(nodes=2), "too_many_parts"),
        ("visits in (1, 2, 3)", Limits(values=2), "too_many_values"),
        ('name = "四个字啊"', Limits(text=3), "text_too_long"),
    ],
)
def test_limits(text: str, limits: Limits, code: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, CUSTOMER, limits)
    assert caught.value.code == code
    assert str(caught.value)


@given(st.text(max_size=40) | st.lists(st.sampled_from([*USUAL.split(), "(", "not", "“", "-"])).map(" ".join))
def test_garbage_is_refused_never_raised_through(text: str) -> None:
    error: ConditionError | None = None
    try:
        condition = parse(text, CUSTOMER)
    except ConditionError as raised:
        error = raised
    if error is None:
        assert parse(format_condition(condition), CUSTOMER) == condition
    else:
        assert error.code in MESSAGES
        assert error.position is None or 0 <= error.position <= len(text)
        assert str(error)
