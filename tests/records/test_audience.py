"""Who may see a record and why, as the scopes themselves say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.client import program_of
from tests.cast import NOW, Cast

from guanxi.access.calc import Actor, Ground, Role, Sharing, Verb, grounds, scope
from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import evaluate
from guanxi.records.audience import audience_of

actors = st.builds(
    Actor,
    id=st.integers(1, 3),
    name=st.just("x"),
    role=st.sampled_from(Role),
    teams=st.frozensets(st.integers(1, 3)),
    read_only=st.booleans(),
)
numbers = st.none() | st.integers(1, 3)


@given(actors, st.sampled_from(Verb), st.sampled_from([Sharing.OWNED, Sharing.CATALOGUE]), numbers, numbers)
def test_there_is_a_reason_just_where_the_scope_allows(
    actor: Actor, verb: Verb, sharing: Sharing, owner: int | None, team: int | None
) -> None:
    values, context = {"owner": owner, "team": team}, Context(now=NOW, zone=NOW.tzinfo)  # type: ignore[arg-type]
    found = grounds(actor, verb, sharing, values, context)
    assert bool(found) == evaluate(scope(actor, verb, sharing), values, context)
    assert (Ground.OWNER in found) <= (owner == actor.id)
    assert (Ground.TEAM in found) <= (team in actor.teams)


@pytest.mark.django_db
def test_everybody_who_sees_a_customer_stands_there_with_the_reason(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    contact = cast.alice.adds("contact", name="李", customer=row.pk)
    for record in (row, contact):
        told = {
            found.ground: [viewer.name for viewer in found.viewers]
            for found in audience_of(record, cast.root.actor)
        }
        assert told == {Ground.OWNER: ["Alice"], Ground.TEAM: ["Bob", "Dana", "Viola"], Ground.ROLE: ["Root"]}
    seen = {
        person.user.full_name
        for person in cast.everyone().values()
        if type(row).objects.visible_to(person.actor).filter(pk=row.pk).exists()
    }
    assert seen == {"Alice", "Bob", "Dana", "Viola", "Root"}
    changers = {
        viewer.name
        for found in audience_of(row, cast.root.actor)
        for viewer in found.viewers
        if viewer.changes
    }
    assert changers == {"Alice", "Dana", "Root"}


@pytest.mark.django_db
def test_who_may_not_be_named_is_counted_only(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    page = cast.bob.browser.get(f"/customers/{row.pk}/audience/").content.decode()
    assert "Alice" in page
    assert "Root" not in page
    assert "and 1 other person" in page
    assert cast.charlie.browser.get(f"/customers/{row.pk}/audience/").status_code == 404


@pytest.mark.django_db
def test_a_reader_is_told_why_they_see_it(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    contact = cast.alice.adds("contact", name="李", customer=row.pk)
    product = cast.dana.adds("product", name="Screw")
    own = cast.alice.browser.get(f"/customers/{row.pk}/").content.decode()
    assert "You own it." in own
    assert "It is in your team North." in own
    assert (
        "You own the customer it belongs to."
        in cast.alice.browser.get(f"/contacts/{contact.pk}/").content.decode()
    )
    assert "You own it." not in cast.bob.browser.get(f"/customers/{row.pk}/").content.decode()
    assert (
        "Everybody who signs in sees it."
        in cast.charlie.browser.get(f"/products/{product.pk}/").content.decode()
    )


@pytest.mark.django_db
def test_what_belongs_to_a_record_is_counted(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    for number in range(7):
        cast.alice.adds("contact", name=f"李{number}", customer=row.pk)
    assert "Show all 7" in cast.alice.browser.get(f"/customers/{row.pk}/").content.decode()


@pytest.mark.django_db
def test_programs_are_told_who_may_see_a_record_and_why(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华东")
    contact = cast.alice.adds("contact", name="李", customer=row.pk)
    for path in (f"/customers/{row.pk}/audience", f"/contacts/{contact.pk}/audience"):
        told = program_of(cast.root).get(path).json()
        assert told["you"] == ["role"]
        found = {
            reason["ground"]: {person["name"]: person["changes"] for person in reason["people"]}
            for reason in told["items"]
        }
        assert found == {
            "owner": {"Alice": True},
            "team": {"Bob": False, "Dana": True, "Viola": False},
            "role": {"Root": True},
        }
        assert program_of(cast.charlie).get(path).status_code == 404
    told = program_of(cast.bob).get(f"/customers/{row.pk}/audience").json()
    assert told["you"] == ["team"]
    people = {person["id"] for reason in told["items"] for person in reason["people"]}
    assert people == {person.user.pk for person in (cast.alice, cast.bob, cast.dana, cast.viola)}
    assert [reason["others"] for reason in told["items"] if reason["ground"] == "role"] == [1]
    assert told["items"][1]["team"] == "North"


@pytest.mark.django_db
def test_what_is_everybodys_says_so_to_programs(cast: Cast) -> None:
    product = cast.dana.adds("product", name="Screw")
    told = program_of(cast.charlie).get(f"/products/{product.pk}/audience").json()
    assert told["you"] == ["everybody"]
    assert [reason["ground"] for reason in told["items"]] == ["everybody"]
