"""Paging by keyset: every row once, in order, forwards and backwards, empty values last."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, Cast

from guanxi.conditions.context import Context
from guanxi.metrics.models import CustomerMetrics
from guanxi.records.declaration import record_type
from guanxi.records.queries import Page, list_page
from guanxi.tiers.models import CustomerTier, Scheme

pytestmark = pytest.mark.django_db

SIZES = [30, None, 10, None, 20, 10, 30, None, 5, 10, 5]


def _page(cast: Cast, order: str, **place: str) -> Page:
    context = Context(now=NOW, zone=cast.alice.actor.zone)
    return list_page(
        record_type("customer"), cast.alice.actor, context=context, order=order, limit=3, **place
    )


def _expected(order: str) -> list[int | None]:
    known = sorted((size for size in SIZES if size is not None), reverse=order.startswith("-"))
    return [*known, *[None] * (len(SIZES) - len(known))]


@pytest.mark.parametrize("order", ["size", "-size", "-size,name"])
def test_forwards_and_backwards_meet_every_row_once(cast: Cast, order: str) -> None:
    for number, size in enumerate(SIZES):
        cast.alice.adds("customer", name=f"客户{number:02}", size=size)
    page, forwards = _page(cast, order), []
    assert page.previous is None
    while True:
        forwards.append([row.pk for row in page.rows])
        if page.next is None:
            break
        page = _page(cast, order, after=page.next)
    rows = [key for keys in forwards for key in keys]
    assert len(rows) == len(set(rows)) == len(SIZES)
    sizes = dict(record_type("customer").model.objects.values_list("pk", "size"))
    assert [sizes[key] for key in rows] == _expected(order)
    backwards = [forwards[-1]]
    while page.previous is not None:
        page = _page(cast, order, before=page.previous)
        backwards.insert(0, [row.pk for row in page.rows])
        assert page.next is not None
    assert backwards == forwards


ROWS = [(size, amount) for size in (7, None, 3) for amount in ("5.00", None, "9.50", None)] * 2


def _rank(value: Any, *, descending: bool) -> tuple[bool, Decimal]:
    number = Decimal(0) if value is None else Decimal(value)
    return (value is None, -number if descending else number)


@pytest.mark.parametrize("order", ["size,amount", "-size,amount", "size,-amount", "-amount,-size", "-amount"])
def test_pages_are_the_sorted_list_cut_into_pieces(cast: Cast, order: str) -> None:
    made = [
        cast.alice.adds("customer", name="同名", size=size, amount=amount) for size, amount in reversed(ROWS)
    ]
    terms = [(name.removeprefix("-"), name.startswith("-")) for name in order.split(",")]

    def key(row: Any) -> list[Any]:
        ranks = [_rank(getattr(row, name), descending=falls) for name, falls in terms]
        return [*ranks, -row.pk if terms[-1][1] else row.pk]

    expected = [row.pk for row in sorted(made, key=key)]
    found: list[int] = []
    after = ""
    while len(found) <= len(made):
        page = _page(cast, order, after=after)
        found += [row.pk for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert found == expected


def test_a_long_list_of_one_moment_is_read_from_the_index(cast: Cast) -> None:
    for number in range(3):
        cast.alice.adds("customer", name=f"客户{number}")
    with CaptureQueriesContext(connection) as captured:
        page = _page(cast, "-updated_at")
    listed = [query["sql"] for query in captured if "ORDER BY" in query["sql"]]
    clause = listed[-1].rpartition("ORDER BY")[2].replace('"customers_customer".', "").replace('"', "")
    assert len(page.rows) == 3
    assert clause.strip().startswith("updated_at DESC, id DESC")  # one index, read from its end


BESIDE = [("A", 3), (None, None), ("B", None), ("A", 3), ("A", 7), (None, 3), ("B", 3), ("A", None), ("B", 1)]


@pytest.mark.parametrize(
    "order", ["tier", "-tier", "recency_days", "-recency_days", "tier,-recency_days", "-tier,name"]
)
def test_a_list_sorted_by_what_stands_beside(cast: Cast, order: str) -> None:
    Scheme.objects.get_or_create(key="abcd", defaults={"name": "ABCD"})
    made = []
    for tier, days in BESIDE:
        row = cast.alice.adds("customer", name="同名")
        made.append((row.pk, tier, days))
        if tier:
            CustomerTier.objects.create(customer=row, scheme_id="abcd", code=tier, since=NOW)
        if days is not None or tier:
            CustomerMetrics.objects.create(customer=row, currency="CNY", recency_days=days)
    terms = [(name.removeprefix("-"), name.startswith("-")) for name in order.split(",")]

    def key(row: tuple[int, str | None, int | None]) -> list[Any]:
        values = {"tier": row[1] and ord(row[1]), "recency_days": row[2], "name": 0}
        ranks = [_rank(values[name], descending=falls) for name, falls in terms]
        return [*ranks, -row[0] if terms[-1][1] else row[0]]

    forwards = [_page(cast, order)]
    while forwards[-1].next:
        forwards.append(_page(cast, order, after=forwards[-1].next))
    backwards = [forwards[-1]]
    while backwards[0].previous:
        backwards.insert(0, _page(cast, order, before=backwards[0].previous))
    expected = [row[0] for row in sorted(made, key=key)]
    assert [row.pk for page in forwards for row in page.rows] == expected
    assert [row.pk for page in backwards for row in page.rows] == expected


def test_a_page_beside_and_deep_in_is_read_from_one_index(cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's plan depends on how many rows there are")
    for number in range(5):
        row = cast.alice.adds("customer", name=f"客户{number}")
        CustomerMetrics.objects.create(customer=row, currency="CNY", recency_days=7)
    known, root = record_type("customer"), cast.root.actor
    context = Context(now=NOW, zone=root.zone)
    page = list_page(known, root, context=context, order="recency_days", limit=3)
    with CaptureQueriesContext(connection) as captured:
        list_page(known, root, context=context, order="recency_days", limit=3, after=page.next or "")
    listed = next(query["sql"] for query in captured if " IN (SELECT" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {listed}")
        plan = [step[-1].replace(" ", "") for step in cursor.fetchall()]
    assert [step for step in plan if "metrics_recency((recency_days,customer_id)>" in step], plan
