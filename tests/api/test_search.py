"""`q` on the lists of the API: the same search as in the browser, over what the asker may see."""

from __future__ import annotations

from datetime import date

import pytest

from tests.api.client import Program, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: Cast) -> Program:
    customer = cast.alice.adds(
        "customer", name="深圳市华强电子有限公司", phone="13800130001", external_id="K-7781"
    )
    cast.alice.adds("customer", name="臺北科技股份有限公司")
    cast.alice.adds("customer", name="한빛상사")
    cast.alice.adds("contact", customer=customer.pk, name="王晓芳", email="fang@hq.cn")
    cast.alice.adds("place", customer=customer.pk, name="总部", address="深圳市福田区振兴路88号")
    cast.alice.adds("interaction", customer=customer.pk, kind="call", summary="要报价单 Quote 17")
    cast.alice.adds(
        "order",
        customer=customer.pk,
        number="PO-2026-019",
        ordered_on=date(2026, 3, 1),
        total="10.00",
        currency="CNY",
    )
    cast.root.adds("product", name="不锈钢螺丝", code="SCR-8")
    return program_of(cast.alice)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/customers", ("华强", "强电", "k-7781", "30001", "szshq", "huaqiang", "台北", "한빛")),
        ("/contacts", ("晓芳", "wxf", "FANG@hq")),
        ("/places", ("振兴", "总部")),
        ("/interactions", ("报价", "quote")),
        ("/orders", ("2026-019", "po-2026")),
        ("/products", ("螺丝", "scr")),
    ],
)
def test_a_part_of_what_is_searched_finds_the_one_record(
    alice: Program, path: str, queries: tuple[str, ...]
) -> None:
    for text in queries:
        answer = alice.get(path, q=text).json()
        assert len(answer["items"]) == 1, (path, text)
    assert alice.get(path, q="没有这个").json()["items"] == []


def test_a_search_goes_with_condition_order_count_and_pages(alice: Program, cast: Cast) -> None:
    for number in range(5):
        cast.alice.adds("customer", name=f"华强{number}号店", size=number)
    asked = {"q": "华强", "where": "size > 1", "order": "-size"}
    first = alice.get("/customers", **asked, limit=2, count="exact").json()
    rest = alice.get("/customers", **asked, limit=2, after=first["next"]).json()
    assert [row["name"] for row in first["items"] + rest["items"]] == ["华强4号店", "华强3号店", "华强2号店"]
    assert first["count"] == 3


def test_nobody_finds_what_he_may_not_see(alice: Program, cast: Cast) -> None:
    for path, text in (
        ("/customers", "华强"),
        ("/contacts", "晓芳"),
        ("/places", "振兴"),
        ("/orders", "019"),
    ):
        assert program_of(cast.charlie).get(path, q=text).json()["items"] == []


def test_what_is_masked_is_not_found_out_by_searching(alice: Program, cast: Cast) -> None:
    assert len(alice.get("/customers", q="13800130001").json()["items"]) == 1
    for text in ("13800130001", "30001"):
        assert program_of(cast.viola).get("/customers", q=text).json()["items"] == [], text
    assert program_of(cast.viola).get("/contacts", q="fang@hq").json()["items"] == []
