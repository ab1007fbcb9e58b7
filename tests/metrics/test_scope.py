"""Who sees what in the warehouse is who sees what in the database."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.access.calc import Actor, Role
from guanxi.access.models import Team
from guanxi.access.services import open_changeset
from guanxi.customers.models import Customer
from guanxi.metrics.engine.scope import of_visible, visible_to
from tests.cast import NOW, Cast

holders = st.lists(
    st.tuples(st.none() | st.integers(0, 5), st.none() | st.integers(0, 1), st.booleans()), max_size=8
)
actors = st.builds(
    Actor,
    id=st.integers(0, 6),
    name=st.just("somebody"),
    role=st.sampled_from(Role),
    teams=st.frozensets(st.integers(0, 2)),
    read_only=st.booleans(),
)


@pytest.fixture(scope="module")
def duckdb() -> Any:
    import ibis  # noqa: PLC0415 - heavy

    return ibis.duckdb.connect()


def _customers() -> Any:
    """The living customers as the warehouse keeps them."""
    import ibis  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    names = ("pk", "owner_id", "team_id")
    rows = list(Customer.objects.alive().values_list(*names))
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    keys = ("customer_id", *names[1:])
    return ibis.memtable(
        pa.table({key: pa.array(column, pa.int64()) for key, column in zip(keys, columns, strict=True)})
    )


def _orders(customers: Any) -> Any:
    """Two orders a customer, and one of nobody's."""
    import ibis  # noqa: PLC0415 - heavy

    of_nobody = ibis.memtable({"customer_id": [None]}, schema={"customer_id": "int64"})
    return customers.select("customer_id").union(customers.select("customer_id")).union(of_nobody)


def _ids(engine: Any, rows: Any) -> Counter[int | None]:
    return Counter(engine.to_pyarrow(rows.customer_id).to_pylist())


def test_the_warehouse_shows_what_the_database_shows(cast: Cast, duckdb: Any) -> None:
    people = [person.user.pk for person in cast.everyone().values()]
    teams = [*Team.objects.values_list("pk", flat=True)]

    @settings(deadline=None)
    @given(holders, actors)
    def ask(drawn: list[tuple[int | None, int | None, bool]], actor: Actor) -> None:
        actor = Actor(
            id=dict(enumerate(people)).get(actor.id, 0),
            name=actor.name,
            role=actor.role,
            teams=frozenset(dict(enumerate(teams)).get(team, 0) for team in actor.teams),
            read_only=actor.read_only,
        )
        with transaction.atomic():
            removed = open_changeset(actor=cast.root.actor, verb="delete", now=NOW)
            Customer.objects.bulk_create(
                Customer(
                    name="客户",
                    owner_id=None if owner is None else people[owner],
                    team_id=None if team is None else teams[team],
                    deleted_in=removed if is_deleted else None,
                )
                for owner, team, is_deleted in drawn
            )
            seen = Counter(Customer.objects.visible_to(actor).values_list("pk", flat=True))
            customers = _customers()
            transaction.set_rollback(True)
        assert _ids(duckdb, visible_to(actor, customers)) == seen
        of_nobody = Counter([None] if actor.is_administrator else [])
        assert _ids(duckdb, of_visible(actor, _orders(customers), customers)) == seen + seen + of_nobody

    ask()


@pytest.mark.parametrize("name", ["alice", "bob", "charlie", "dana", "viola", "root"])
def test_everybody_of_the_cast_sees_the_same_in_both(name: str, cast: Cast, duckdb: Any) -> None:
    cast.alice.adds("customer", name="苏州恒达")
    cast.charlie.adds("customer", name="南京远航")
    actor = getattr(cast, name).actor
    seen = Counter(Customer.objects.visible_to(actor).values_list("pk", flat=True))
    assert _ids(duckdb, visible_to(actor, _customers())) == seen
    assert len(seen) == {"root": 2}.get(name, 1)
