"""Who defines fields, what a definition may be, and that nothing is lost when one is changed or removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import NOW, Cast
from tests.records.custom import GRADES, define, defined

from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError, StaleError
from guanxi.records.custom.definition import Choice, CustomKind, Definition, is_name, name_from
from guanxi.records.custom.fields import custom_field, custom_fields, definition_of
from guanxi.records.declaration import record_type
from guanxi.records.models import CustomField
from guanxi.records.services import undo_changeset, update_record
from guanxi.records.services.fields import (
    FIELD_LIMIT,
    INDEX_LIMIT,
    change_field,
    define_field,
    order_fields,
    remove_field,
)

on_database = pytest.mark.django_db


@given(st.text(max_size=80))
def test_every_label_makes_a_name_that_conditions_and_databases_take(label: str) -> None:
    assert is_name(name_from(label))


@given(
    st.builds(
        Definition,
        label=st.text(min_size=1),
        kind=st.sampled_from(CustomKind),
        help=st.text(),
        required=st.booleans(),
        default=st.none() | st.integers() | st.text() | st.lists(st.text(), min_size=1),
        choices=st.lists(st.builds(Choice, st.text(), st.text(), st.text(), st.booleans())).map(tuple),
        position=st.integers(0, 900),
        labels=st.none() | st.dictionaries(st.sampled_from(["en", "ko"]), st.text(), min_size=1),
        result=st.none() | st.sampled_from(CustomKind),
    )
)
def test_a_definition_comes_back_from_history_as_it_was(definition: Definition) -> None:
    assert Definition.from_json(definition.to_json()) == definition


@on_database
def test_managers_define_fields_and_others_do_not(cast: Cast) -> None:
    wish = Definition(label="Seats", kind=CustomKind.INTEGER)
    for person in (cast.alice, cast.viola):
        with pytest.raises(ForbiddenError):
            define_field(actor=person.actor, record_type="customer", definition=wish, now=NOW)
    with pytest.raises(NotFoundError):
        define_field(actor=cast.root.actor, record_type="tree", definition=wish, now=NOW)
    for person in (cast.dana, cast.root):
        define_field(actor=person.actor, record_type="customer", definition=wish, now=NOW)
    assert [field.name for field in custom_fields("customer")] == ["seats", "seats_2"]


@pytest.mark.parametrize(
    ("wish", "part"),
    [
        ({"label": "  "}, "label"),
        ({"label": "x" * 101}, "label"),
        ({"labels": {"fr": "Sièges"}}, "label"),
        ({"name": "owner"}, "name"),
        ({"name": "orders"}, "name"),
        ({"name": "save"}, "name"),
        ({"name": "model_dump"}, "name"),
        ({"name": "a__b"}, "name"),
        ({"name": "a' or 1=1"}, "name"),
        ({"kind": CustomKind.CHOICE}, "choices"),
        ({"kind": CustomKind.CHOICE, "choices": (Choice("", "A"), Choice("", "A"))}, "choices"),
        ({"kind": CustomKind.CHOICE, "choices": (Choice("", "A", "javascript"),)}, "choices"),
        ({"choices": GRADES}, "choices"),
        ({"kind": CustomKind.REFERENCE}, "target"),
        ({"kind": CustomKind.REFERENCE, "target": "tree"}, "target"),
        ({"target": "customer"}, "target"),
        ({"kind": CustomKind.MONEY, "currency": "yuan"}, "currency"),
        ({"currency": "CNY"}, "currency"),
        ({"kind": CustomKind.LONG_TEXT, "indexed": True}, "indexed"),
        ({"default": "many"}, "default"),
        ({"kind": CustomKind.FORMULA, "result": CustomKind.NUMBER, "formula": "nothing + 1"}, "formula"),
    ],
)
@on_database
def test_what_a_definition_cannot_be_is_said_under_its_part(
    cast: Cast, wish: dict[str, Any], part: str
) -> None:
    definition = Definition(**{"label": "Seats", "kind": CustomKind.INTEGER, **wish})
    with pytest.raises(InvalidError) as refused:
        define_field(actor=cast.dana.actor, record_type="customer", definition=definition, now=NOW)
    assert part in refused.value.errors
    assert not CustomField.objects.exists()


@on_database
def test_names_of_money_leave_room_for_its_currency(cast: Cast) -> None:
    define(cast, "Budget currency", "text")
    assert define(cast, "Budget", "money").name == "budget_2"
    assert define(cast, "Budget 2 currency", "text").name == "budget_2_currency_2"


@on_database
def test_a_removed_field_keeps_its_values_and_its_name_and_undo_returns_both(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    row = cast.alice.adds("customer", name="Acme", seats=4)
    removed = remove_field(actor=cast.dana.actor, record_type="customer", name="seats", now=NOW)
    assert "seats" not in record_type("customer").by_name
    with pytest.raises(InvalidError):
        cast.alice.adds("customer", name="Other", seats=4)
    update_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=row.pk,
        values={"note": "still there"},
        version=1,
        now=NOW,
    )
    assert define(cast, "Seats", "text").name == "seats_2"
    undo_changeset(actor=cast.dana.actor, changeset_id=removed.pk, now=NOW)
    row.refresh_from_db()
    assert (row.custom, record_type("customer").by_name["seats"].label) == ({"seats": 4}, "Seats")


@on_database
def test_a_definition_that_was_undone_is_no_field_any_more(cast: Cast) -> None:
    _field, changeset = defined(cast, "Seats", "integer")
    undo_changeset(actor=cast.dana.actor, changeset_id=changeset.pk, now=NOW)
    assert "seats" not in record_type("customer").by_name


@on_database
def test_a_choice_that_was_removed_is_still_read_but_chosen_no_more(cast: Cast) -> None:
    field = define(cast, "Grade", "choice", choices=GRADES)
    row = cast.alice.adds("customer", name="Acme", grade_2="金牌")
    before = definition_of(field)
    change = replace(before, choices=before.choices[1:])
    changed, _set = change_field(
        actor=cast.dana.actor, record_type="customer", name=field.name, definition=change, now=NOW
    )
    assert [(choice.label, choice.removed) for choice in definition_of(changed).choices] == [
        ("Silver", False),
        ("동메달", False),
        ("金牌", True),
    ]
    assert "金牌" in cast.alice.browser.get(f"/customers/{row.pk}/").content.decode()
    with pytest.raises(InvalidError):
        cast.alice.adds("customer", name="Other", grade_2="金牌")


@on_database
def test_a_field_may_only_become_of_a_kind_that_holds_all_it_held(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    row = cast.alice.adds("customer", name="Acme", seats=4)

    def become(kind: CustomKind) -> None:
        wish = Definition(label="Seats", kind=kind)
        change_field(actor=cast.dana.actor, record_type="customer", name="seats", definition=wish, now=NOW)

    with pytest.raises(InvalidError) as refused:
        become(CustomKind.DATE)
    assert set(refused.value.errors) == {"kind"}
    become(CustomKind.NUMBER)
    seen = cast.alice.browser.get(f"/customers/{row.pk}/").content.decode()
    assert ">4<" in seen


@on_database
def test_who_changed_a_field_meanwhile_is_not_overwritten(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    wish = Definition(label="Chairs", kind=CustomKind.INTEGER)
    edit: dict[str, Any] = {"actor": cast.dana.actor, "record_type": "customer", "name": "seats", "now": NOW}
    change_field(definition=wish, version=1, **edit)
    with pytest.raises(StaleError):
        change_field(definition=replace(wish, label="Stools"), version=1, **edit)
    assert change_field(definition=wish, version=2, **edit)[1] is None


@on_database
def test_fields_stand_in_the_order_they_are_put_in(cast: Cast) -> None:
    for label in ("A1", "B2", "C3"):
        define(cast, label, "text")
    changeset = order_fields(actor=cast.dana.actor, record_type="customer", names=["c3", "a1"], now=NOW)
    assert changeset is not None
    assert [field.name for field in custom_fields("customer")] == ["c3", "a1", "b2"]
    undo_changeset(actor=cast.dana.actor, changeset_id=changeset.pk, now=NOW)
    assert [field.name for field in custom_fields("customer")] == ["a1", "b2", "c3"]


@on_database
def test_more_fields_or_indexes_than_a_type_can_carry_are_refused_with_the_number(cast: Cast) -> None:
    CustomField.objects.bulk_create(
        CustomField(
            record_type="customer",
            name=f"field_{number}",
            definition=Definition(
                label=f"Field {number}",
                kind=CustomKind.TEXT,
                name=f"field_{number}",
                indexed=number < INDEX_LIMIT,
                position=number,
            ).to_json(),
        )
        for number in range(FIELD_LIMIT)
    )
    with pytest.raises(InvalidError) as refused:
        define(cast, "One more", "text")
    assert str(FIELD_LIMIT) in refused.value.texts[0]
    remove_field(actor=cast.dana.actor, record_type="customer", name="field_499", now=NOW)
    with pytest.raises(InvalidError) as refused:
        define(cast, "One more", "text", indexed=True)
    assert str(INDEX_LIMIT) in refused.value.texts[0]
    define(cast, "One more", "text")
    assert custom_field("customer", "one_more").version == 1
