"""Paging by keyset: every row once, in order, forwards and backwards, empty values last."""

from __future__ import annotations

import pytest
from tests.cast import NOW, Cast

from guanxi.conditions.context import Context
from guanxi.records.declaration import record_type
from guanxi.records.queries import Page, list_page

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
