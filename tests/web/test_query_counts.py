"""How many SQL queries each page needs: kept in a file, and the same for few rows and for many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast
from tests.snapshot import same_as_kept

from guanxi.records.declaration import record_type
from guanxi.records.services.views import save_view

pytestmark = pytest.mark.django_db

KEPT = Path(__file__).with_name("query_counts.json")
PAGES = {
    "home": "/",
    "customers": "/customers/",
    "customers, narrowed": "/customers/?where=size > 0 and owner = {owner}&q=客户&order=-size",
    "contacts": "/contacts/",
    "places": "/places/",
    "interactions": "/interactions/",
    "orders": "/orders/",
    "customer": "/customers/{customer}/",
    "customer, older": "/customers/{customer}/timeline/?change=99999",
    "customer, form": "/customers/{customer}/edit/",
    "contact": "/contacts/{contact}/",
    "filter": "/customers/filter/?where=owner = {owner}",
    "picker": "/contacts/pick/?field=customer&find=客户",
    "export": "/customers/export.csv",
    "settings": "/settings/",
    "metrics": "/metrics/",
    "metrics, figures": "/metrics/figures/",
    "metric": "/metrics/frequency/",
}


def _fill(cast: Cast, count: int) -> dict[str, int]:
    alice = cast.alice
    customer = alice.adds("customer", name="客户", size=3)
    for number in range(count):
        other = alice.adds("customer", name=f"客户{number}", size=number + 1)
        contact = alice.adds("contact", customer=customer.pk, name=f"联系人{number}")
        alice.adds("place", customer=customer.pk, address=f"上海市静安区南京西路{number}号")
        alice.adds("interaction", customer=customer.pk, contact=contact.pk, summary=f"通话{number}")
        alice.adds("interaction", customer=other.pk, summary=f"拜访{number}")
        alice.adds("order", customer=customer.pk, ordered_on="2026-10-01", total="9", currency="CNY")
        save_view(
            actor=alice.actor, known=record_type("customer"), name=f"{number}", where="", columns=[], order=""
        )
    return {"customer": customer.pk, "contact": contact.pk, "owner": alice.user.pk}


def _counts(cast: Cast, numbers: dict[str, int]) -> dict[str, int]:
    browser = cast.alice.browser
    found = {}
    for name, path in PAGES.items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = browser.get(path.format(**numbers))
            if answer.streaming:
                list(answer)
        assert answer.status_code == 200, path
        found[name] = len(queries)
    return found


def test_pages_need_as_many_queries_as_kept_whatever_the_number_of_rows(cast: Cast) -> None:
    numbers = _fill(cast, 2)
    _counts(cast, numbers)  # which fields there are is read by the first who asks, and kept by the process
    few = _counts(cast, numbers)
    many = _counts(cast, _fill(cast, 12))
    assert few == many
    shown = json.dumps(many, indent=2, ensure_ascii=False) + "\n"
    same_as_kept(KEPT, shown, meaning="The number of SQL queries of a page has changed.")
