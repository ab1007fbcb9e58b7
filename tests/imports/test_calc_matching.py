"""Who is who: pure rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.imports.calc.matching import MOST_CANDIDATES, Keys, Likeness, compare, decide

PHONE = frozenset({"8613800138000"})
OTHER_PHONE = frozenset({"8613900139000"})
SHENZHEN, BEIJING = frozenset({"city:深圳市"}), frozenset({"city:北京市"})
STREET = frozenset({"city:深圳市", "address:深圳市南山区科技路1号"})
NAME = "深圳市华强电子"


@pytest.mark.parametrize(
    ("row", "other", "likeness", "reason"),
    [
        (Keys(tax_number="91", name="a"), Keys(tax_number="91", name="b"), Likeness.SAME, "tax_number"),
        (Keys(name=NAME, phones=PHONE), Keys(name=NAME, phones=PHONE), Likeness.SAME, "phone"),
        (Keys(name=NAME, phones=PHONE), Keys(phones=PHONE), Likeness.SAME, "phone"),
        (Keys(name="x", phones=PHONE), Keys(name="y", phones=PHONE), Likeness.DOUBTFUL, "phone_other_name"),
        (Keys(name=NAME, email="a@b.c"), Keys(name=NAME, email="a@b.c"), Likeness.SAME, "email"),
        (Keys(name="x", email="a@b.c"), Keys(name="y", email="a@b.c"), Likeness.DOUBTFUL, "email_other_name"),
        (Keys(name=NAME, external_id="7"), Keys(name=NAME, external_id="7"), Likeness.SAME, "external_id"),
        (Keys(name="x", external_id="7"), Keys(name="y", external_id="7"), Likeness.OTHER, ""),
        (
            Keys(name="x", external_id="K0007"),
            Keys(name="y", external_id="K0007"),
            Likeness.DOUBTFUL,
            "external_id_other_name",
        ),
        (Keys(name=NAME, places=STREET), Keys(name=NAME, places=STREET), Likeness.SAME, "name_and_address"),
        (Keys(name=NAME, places=STREET), Keys(name=NAME, places=SHENZHEN), Likeness.SAME, "name_and_city"),
        (
            Keys(name="王芳", places=SHENZHEN),
            Keys(name="王芳", places=SHENZHEN),
            Likeness.DOUBTFUL,
            "name_only",
        ),
        (Keys(name=NAME, places=BEIJING), Keys(name=NAME, places=SHENZHEN), Likeness.OTHER, ""),
        (
            Keys(name=NAME, phones=PHONE, places=SHENZHEN),
            Keys(name=NAME, phones=OTHER_PHONE, places=SHENZHEN),
            Likeness.DOUBTFUL,
            "name_other_phone",
        ),
        (Keys(name=NAME), Keys(name=NAME), Likeness.DOUBTFUL, "name_only"),
        (Keys(name="x"), Keys(name="y"), Likeness.OTHER, ""),
        (Keys(), Keys(), Likeness.OTHER, ""),
        (Keys(name=NAME, tax_number="1"), Keys(name=NAME, tax_number="2"), Likeness.OTHER, ""),
        (
            Keys(name=NAME, tax_number="1", phones=PHONE),
            Keys(name=NAME, tax_number="2", phones=PHONE),
            Likeness.DOUBTFUL,
            "other_tax_number",
        ),
        (
            Keys(name=NAME, tax_number="1", email="a@b.c"),
            Keys(name=NAME, tax_number="2", email="a@b.c"),
            Likeness.DOUBTFUL,
            "other_tax_number",
        ),
        (
            Keys(name=NAME, tax_number="1", places=STREET),
            Keys(name=NAME, tax_number="2", places=STREET),
            Likeness.DOUBTFUL,
            "other_tax_number",
        ),
    ],
)
def test_two_records_stand_to_each_other(row: Keys, other: Keys, likeness: Likeness, reason: str) -> None:
    assert compare(row, other) == (likeness, reason)
    assert compare(other, row) == (likeness, reason)


def test_several_that_fit_are_left_to_people() -> None:
    row = Keys(name=NAME, phones=PHONE)
    verdict = decide(row, [(1, row), (2, row)])
    assert (verdict.likeness, verdict.ids, verdict.reason) == (Likeness.DOUBTFUL, (1, 2), "several")


def test_one_that_fits_beats_those_that_might() -> None:
    row = Keys(name=NAME, phones=PHONE)
    verdict = decide(row, [(1, Keys(name=NAME)), (2, row)])
    assert (verdict.likeness, verdict.ids) == (Likeness.SAME, (2,))


def test_no_more_candidates_are_shown_than_anybody_compares() -> None:
    verdict = decide(Keys(name=NAME), [(number, Keys(name=NAME)) for number in range(99)])
    assert len(verdict.ids) == MOST_CANDIDATES


@pytest.mark.parametrize("key", ["external_id", "tax_number", "phone", "email", "name"])
def test_a_chosen_key_decides_alone(key: str) -> None:
    value = {
        "external_id": {"external_id": "K7"}, "tax_number": {"tax_number": "91"}, "phone": {"phones": PHONE},
        "email": {"email": "a@b.c"}, "name": {"name": NAME},
    }[key]  # fmt: skip
    other = {
        "external_id": {"external_id": "K8"}, "tax_number": {"tax_number": "92"}, "phone": {"phones": OTHER_PHONE},
        "email": {"email": "d@e.f"}, "name": {"name": "b"},
    }[key]  # fmt: skip
    row = Keys(**value)
    assert decide(row, [(1, Keys(**value))], key).likeness is Likeness.SAME
    assert decide(row, [(1, Keys(**other))], key).likeness is Likeness.OTHER


def test_a_chosen_key_that_the_customer_lacks_leaves_the_usual_rules() -> None:
    row = Keys(name=NAME, phones=PHONE, external_id="K7")
    assert decide(row, [(1, Keys(name=NAME, phones=PHONE))], "external_id").likeness is Likeness.SAME


def test_a_row_without_the_chosen_key_follows_the_usual_rules() -> None:
    row = Keys(name=NAME, phones=PHONE)
    assert decide(row, [(1, row)], "external_id").likeness is Likeness.SAME


KEYS = st.builds(
    Keys,
    name=st.sampled_from(["", "王芳", NAME]),
    phones=st.sampled_from([frozenset(), PHONE, OTHER_PHONE]),
    email=st.sampled_from(["", "a@b.c", "d@e.f"]),
    tax_number=st.sampled_from(["", "91", "92"]),
    external_id=st.sampled_from(["", "7", "K0007"]),
    places=st.sampled_from([frozenset(), SHENZHEN, BEIJING, STREET]),
)


@given(KEYS, KEYS)
def test_likeness_goes_both_ways(left: Keys, right: Keys) -> None:
    assert compare(left, right) == compare(right, left)


@given(KEYS, KEYS)
def test_never_the_same_by_name_alone(left: Keys, right: Keys) -> None:
    bare = Keys(name=left.name)
    assert compare(bare, Keys(name=right.name))[0] is not Likeness.SAME
