"""Who may do what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.access.calc import (
    Actor,
    Role,
    Sharing,
    Verb,
    is_masked,
    mask,
    may_administer,
    may_create,
    scope,
)
from guanxi.conditions.tree import Compare, Everything, Nothing, OneOf, Operator, Or

MINE = Compare("owner", Operator.EQ, 7)
TEAMS = OneOf("team", (1, 2))


def actor(role: Role, *, read_only: bool = False, teams: tuple[int, ...] = (2, 1)) -> Actor:
    return Actor(id=7, name="Alice", role=role, teams=frozenset(teams), read_only=read_only)


def test_member_sees_the_team_and_changes_only_own_records() -> None:
    alice = actor(Role.MEMBER)
    assert scope(alice, Verb.VIEW, Sharing.OWNED) == Or((MINE, TEAMS))
    assert scope(alice, Verb.CHANGE, Sharing.OWNED) == MINE
    assert scope(alice, Verb.DELETE, Sharing.OWNED) == MINE


def test_manager_changes_what_the_team_has() -> None:
    assert scope(actor(Role.MANAGER), Verb.DELETE, Sharing.OWNED) == Or((MINE, TEAMS))


def test_viewer_changes_nothing() -> None:
    viola = actor(Role.VIEWER)
    assert scope(viola, Verb.VIEW, Sharing.OWNED) == Or((MINE, TEAMS))
    assert scope(viola, Verb.CHANGE, Sharing.OWNED) == Nothing()
    assert not may_create(viola, Sharing.OWNED)


def test_administrator_sees_everything() -> None:
    assert scope(actor(Role.ADMINISTRATOR), Verb.CHANGE, Sharing.OWNED) == Everything()


def test_someone_without_a_team_sees_only_own_records() -> None:
    assert scope(actor(Role.MEMBER, teams=()), Verb.VIEW, Sharing.OWNED) == MINE


def test_parts_follow_the_record_they_belong_to() -> None:
    found = scope(actor(Role.MEMBER), Verb.CHANGE, Sharing.INHERITED, root="customer")
    assert found == Compare("customer.owner", Operator.EQ, 7)


@pytest.mark.parametrize(
    ("role", "writes"),
    [(Role.ADMINISTRATOR, True), (Role.MANAGER, True), (Role.MEMBER, False), (Role.VIEWER, False)],
)
def test_catalogue_is_read_by_all_and_written_by_managers(role: Role, writes: bool) -> None:
    assert scope(actor(role), Verb.VIEW, Sharing.CATALOGUE) == Everything()
    assert scope(actor(role), Verb.CHANGE, Sharing.CATALOGUE) == (Everything() if writes else Nothing())
    assert may_create(actor(role), Sharing.CATALOGUE) is writes


@pytest.mark.parametrize("role", list(Role))
def test_read_only_token_writes_nothing_whoever_owns_it(role: Role) -> None:
    reader = actor(role, read_only=True)
    assert scope(reader, Verb.CHANGE, Sharing.OWNED) == Nothing()
    assert not may_create(reader, Sharing.OWNED)
    assert not may_administer(reader)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800130001", "138****0001"),
        ("+8613800130001", "+86*******0001"),
        ("02-555-1234", "02-****1234"),
        ("1234", "****"),
        ("110119", "******"),
        ("wang@example.com", "w***@example.com"),
    ],
)
def test_mask_keeps_just_enough_to_recognise(value: str, shown: str) -> None:
    assert mask(value) == shown


@given(st.from_regex(r"\+?[0-9]{6,15}", fullmatch=True))
def test_mask_hides_at_least_a_digit_and_keeps_the_length(number: str) -> None:
    assert "*" in mask(number)
    assert len(mask(number)) == len(number)


@given(st.text(min_size=1))
def test_what_was_masked_is_known_again(value: str) -> None:
    assert is_masked(mask(value))


@pytest.mark.parametrize("value", ["", "13800130001", "wang@example.com", "a*b", "3 * 4 = 12", "** bold **"])
def test_what_people_write_is_not_taken_for_masked(value: str) -> None:
    assert not is_masked(value)
