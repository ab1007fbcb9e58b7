"""Runs of a scheme: tried, applied, undone, and who may."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner

from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError
from guanxi.access.queries import changes_of
from guanxi.conditions.context import Context
from guanxi.metrics.services import refresh
from guanxi.records.declaration import record_type
from guanxi.records.queries import get_record, list_page, parse_where
from guanxi.records.services import undo_changeset, update_record
from guanxi.tiers.commands import tiers
from guanxi.tiers.models import CustomerTier, Scheme, Tier
from guanxi.tiers.queries import contributions, currencies, pyramid, scheme_named, tier_codes
from guanxi.tiers.services import rate_everybody, request_rating, run_scheme, ship_schemes
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db

AMOUNTS = {"东莞市五金厂": 700, "深圳市华强电子": 200, "한빛상사": 70, "Acme Ltd": 30, "臺北商行": None}


@pytest.fixture
def customers(cast: Cast) -> dict[str, Any]:
    """Alice's customers with yearly amounts (one without), and one of Charlie's that tops them all."""
    found = {
        name: cast.alice.adds("customer", name=name, amount=amount, currency="CNY")
        for name, amount in AMOUNTS.items()
    }
    found["Far away"] = cast.charlie.adds("customer", name="Far away", amount=9000, currency="CNY")
    refresh(actor=None, now=NOW)
    return found


def seen_by(person: Any) -> Any:
    return record_type("customer").model.objects.visible_to(person.actor)


def codes(customers: dict[str, Any]) -> dict[str, str]:
    kept = tier_codes("abcd")
    return {name: kept[row.pk] for name, row in customers.items() if row.pk in kept}


ALONE = {"Far away": "A", "东莞市五金厂": "C", "深圳市华强电子": "D", "한빛상사": "D", "Acme Ltd": "D"}


def test_trying_moves_nobody(cast: Cast, customers: dict[str, Any]) -> None:
    run = run_scheme(actor=cast.root.actor, scheme="abcd", apply=False, now=NOW)
    assert (run.moved, run.applied, run.changeset, codes(customers)) == (5, False, None, {})
    assert run.counts == {"A": 1, "C": 1, "D": 3, None: 1}
    assert run.revenue["D"] == {"CNY": Decimal(300)}


def test_applying_leaves_one_change_set_that_undo_takes_back(cast: Cast, customers: dict[str, Any]) -> None:
    run = run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW)
    assert (run.applied, codes(customers)) == (True, ALONE)
    assert run.changeset is not None
    change = changes_of("customer", customers["Far away"].pk)[0]
    assert change.rows[str(customers["Far away"].pk)] == {"tier": [None, "A"]}
    undone = undo_changeset(actor=cast.root.actor, changeset_id=run.changeset.pk, now=NOW)
    assert (undone.taken_back, codes(customers)) == ({"customer": 5}, {})


def test_the_same_again_is_no_change(cast: Cast, customers: dict[str, Any]) -> None:
    run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW)
    again = run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW)
    assert (again.moved, again.changeset, again.applied) == (0, None, True)


def test_since_tells_when_a_customer_came_into_the_tier(cast: Cast, customers: dict[str, Any]) -> None:
    run_scheme(actor=None, scheme="abcd", apply=True, now=NOW)
    small = customers["Acme Ltd"]
    edit = {"known": record_type("customer"), "record_id": small.pk, "version": None, "now": NOW}
    update_record(actor=cast.alice.actor, values={"amount": "20000"}, **edit)
    later = NOW + timedelta(days=30)
    refresh(actor=None, now=later)
    run_scheme(actor=None, scheme="abcd", apply=True, now=later)
    assert CustomerTier.objects.get(customer=small, scheme="abcd").since == later
    assert CustomerTier.objects.get(customer=customers["深圳市华强电子"], scheme="abcd").since == NOW


def test_moved_cuts_are_tried_by_anyone_and_kept_by_an_administrator(
    cast: Cast, customers: dict[str, Any]
) -> None:
    cuts = ["90", "97", "99"]
    tried = run_scheme(actor=cast.viola.actor, scheme="abcd", apply=False, now=NOW, cuts=cuts)
    assert tried.counts == {"B": 1, "C": 1, "D": 2, None: 1}
    with pytest.raises(ForbiddenError):
        run_scheme(actor=cast.dana.actor, scheme="abcd", apply=True, now=NOW, cuts=cuts)
    first = run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW)
    second = run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW, cuts=cuts)
    assert scheme_named("abcd").rule["cuts"] == cuts
    assert second.changeset is not None
    undone = undo_changeset(actor=cast.root.actor, changeset_id=second.changeset.pk, now=NOW)
    assert undone.taken_back == {"scheme": 1, "customer": second.moved}
    assert scheme_named("abcd").rule["cuts"] == ["50", "80", "95"]
    assert (codes(customers), first.moved) == (ALONE, 5)


def test_undo_keeps_those_whom_a_later_run_moved(cast: Cast, customers: dict[str, Any]) -> None:
    first = run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW)
    run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW, cuts=["90", "97", "99"])
    assert first.changeset is not None
    undone = undo_changeset(actor=cast.root.actor, changeset_id=first.changeset.pk, now=NOW)
    moved = {customers[name].pk for name in ("东莞市五金厂", "深圳市华强电子")}
    assert set(undone.kept["customer"]) == moved


def test_a_manager_moves_the_team_only_ranked_among_all(cast: Cast, customers: dict[str, Any]) -> None:
    run = run_scheme(actor=cast.dana.actor, scheme="abcd", apply=True, now=NOW)
    assert run.moved == 4
    assert codes(customers) == {name: code for name, code in ALONE.items() if name != "Far away"}


@pytest.mark.parametrize("name", ["alice", "viola"])
def test_members_and_viewers_do_not_apply(cast: Cast, customers: dict[str, Any], name: str) -> None:
    actor = cast.everyone()[name].actor
    with pytest.raises(ForbiddenError):
        run_scheme(actor=actor, scheme="abcd", apply=True, now=NOW)
    with pytest.raises(ForbiddenError):
        rate_everybody(actor=actor, now=NOW)
    with pytest.raises(ForbiddenError):
        request_rating(actor=actor, now=NOW)


def test_nobody_is_told_of_customers_they_do_not_see(cast: Cast, customers: dict[str, Any]) -> None:
    run_scheme(actor=None, scheme="abcd", apply=True, now=NOW)
    seen = {}
    for name, person in cast.everyone().items():
        steps = pyramid(scheme_named("abcd"), seen_by(person))
        seen[name] = {
            step.tier.code if step.tier else None: step.customers for step in steps if step.customers
        }
    team, south = {"C": 1, "D": 3, None: 1}, {"A": 1}
    everything = {"A": 1, "C": 1, "D": 3, None: 1}
    assert seen == {
        "alice": team, "bob": team, "dana": team, "viola": team, "charlie": south, "root": everything
    }  # fmt: skip
    told = run_scheme(actor=cast.charlie.actor, scheme="abcd", apply=False, now=NOW)
    assert told.counts == {"A": 1}
    assert sorted(contributions(seen_by(cast.charlie), "CNY")) == [Decimal(9000)]


def test_bad_cuts_and_unknown_schemes_are_told(cast: Cast) -> None:
    for cuts in (["80", "50", "95"], ["50"], ["x", "y", "z"]):
        with pytest.raises(InvalidError):
            run_scheme(actor=cast.root.actor, scheme="abcd", apply=False, now=NOW, cuts=cuts)
    with pytest.raises(InvalidError):
        run_scheme(actor=cast.root.actor, scheme="rfm", apply=False, now=NOW, cuts=["50"])
    with pytest.raises(NotFoundError):
        run_scheme(actor=cast.root.actor, scheme="zodiac", apply=False, now=NOW)


def test_the_tier_is_a_field_of_the_customer(cast: Cast, customers: dict[str, Any]) -> None:
    rate_everybody(actor=cast.root.actor, now=NOW)
    known = record_type("customer")
    context = Context(now=NOW, zone=UTC)

    def names(where: str, order: str = "name") -> list[str]:
        page = list_page(known, cast.bob.actor, context=context, where=parse_where(where, known), order=order)
        return [row.name for row in page.rows]

    assert names('tier = "C"') == ["东莞市五金厂"]
    assert names("tier is empty") == ["臺北商行"]
    assert names('tier in ("C", "D") and contribution > 100', "tier") == ["东莞市五金厂", "深圳市华强电子"]
    assert names('rfm = "champion"') == []
    assert get_record(known, cast.bob.actor, customers["Acme Ltd"].pk).tier == "D"


def test_orders_make_segments(cast: Cast, customers: dict[str, Any]) -> None:
    for name, day in (("Acme Ltd", "2026-11-01"), ("한빛상사", "2024-01-01")):
        cast.alice.adds("order", customer=customers[name].pk, ordered_on=day, total="5", currency="CNY")
    result = rate_everybody(actor=cast.root.actor, now=NOW)
    assert result["moved"]["rfm"] == 2
    assert set(tier_codes("rfm")) == {customers["Acme Ltd"].pk, customers["한빛상사"].pk}


def test_who_is_not_rated_any_more_has_no_tier(cast: Cast, customers: dict[str, Any]) -> None:
    run_scheme(actor=None, scheme="abcd", apply=True, now=NOW)
    edit = {
        "known": record_type("customer"),
        "record_id": customers["Acme Ltd"].pk,
        "version": None,
        "now": NOW,
    }
    update_record(actor=cast.alice.actor, values={"amount": ""}, **edit)
    refresh(actor=None, now=NOW)
    run = run_scheme(actor=cast.root.actor, scheme="abcd", apply=True, now=NOW)
    assert [(move.before, move.after, move.customers) for move in run.moves] == [("D", None, 1)]
    assert run.changeset is not None
    undo_changeset(actor=cast.root.actor, changeset_id=run.changeset.pk, now=NOW)
    assert codes(customers) == ALONE


def test_currencies_stay_apart(cast: Cast, customers: dict[str, Any]) -> None:
    cast.alice.adds("customer", name="부산무역", amount=5, currency="KRW")
    refresh(actor=None, now=NOW)
    run_scheme(actor=None, scheme="abcd", apply=True, now=NOW)
    steps = pyramid(scheme_named("abcd"), seen_by(cast.root))
    assert steps[0].revenue == {"CNY": Decimal(9000), "KRW": Decimal(5)}
    assert currencies(steps) == ["CNY", "KRW"]


def test_shipping_again_keeps_what_the_team_made_of_it(db: None) -> None:
    Scheme.objects.filter(key="abcd").update(rule={"kind": "cuts", "by": "revenue", "cuts": ["1", "2", "3"]})
    ship_schemes()
    assert scheme_named("abcd").rule["cuts"] == ["1", "2", "3"]
    assert Tier.objects.filter(scheme__key="abcd").count() == 4


def test_command_tries_then_applies(customers: dict[str, Any]) -> None:
    tried = CliRunner().invoke(tiers, ["run", "abcd", "--json"])
    document = json.loads(tried.stdout)
    assert (document["applied"], document["moved"], document["changeset"]) == (False, 5, None)
    assert document["counts"] == {"A": 1, "C": 1, "D": 3, "none": 1}
    assert document["revenue"]["A"] == {"CNY": "9000.00"}
    applied = CliRunner().invoke(tiers, ["run", "abcd", "--apply"])
    assert "5 moved" in applied.stdout
    assert "guanxi undo" in applied.stderr


def test_command_names_the_schemes_there_are(db: None) -> None:
    result = CliRunner().invoke(tiers, ["run", "zodiac"])
    assert result.exit_code == 2
    assert "known are abcd, rfm" in result.stderr
