"""Before a field goes, whoever removes it is told of all that speaks of it; and it comes back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import NOW, Cast
from tests.records.custom import define

from guanxi.imports.models import Import, Sender
from guanxi.metrics.services.definitions import define_metric
from guanxi.records.declaration import record_type
from guanxi.records.models import CustomField
from guanxi.records.services import undo_changeset
from guanxi.records.services.fields import remove_field
from guanxi.records.services.views import save_view
from guanxi.records.usage import uses_of

pytestmark = pytest.mark.django_db


def told(cast: Cast, on: str, name: str) -> list[tuple[str, str]]:
    return sorted((str(use.sort), str(use.label)) for use in uses_of(cast.dana.actor, record_type(on), name))


def view(cast: Cast, name: str, on: str = "customer", **asked: Any) -> None:
    wish = {"where": "", "columns": [], "order": "", "layout": {}, **asked}
    save_view(actor=cast.dana.actor, known=record_type(on), name=name, shared=False, **wish)


def metric(cast: Cast, name: str, **definition: Any) -> None:
    plain = {"name": name, "label": name, "unit": "money", **definition}
    define_metric(actor=cast.root.actor, definition=plain, now=NOW)


def test_views_formulas_metrics_senders_and_imports_are_told(cast: Cast) -> None:
    define(cast, "Budget", "money", currency="CNY")
    define(cast, "Budgets", "integer")
    define(cast, "Half", "formula", formula="budget / 2")
    define(cast, "Coin", "formula", formula="upper(budget_currency)")
    view(cast, "asks", where="budget > 5")
    view(cast, "shows", columns=["name", "budget"])
    view(cast, "sorts", order="-budget")
    view(cast, "arranges", layout={"totals": "sum:budget"})
    view(cast, "by currency", layout={"group": "budget_currency"})
    view(cast, "speaks of another", where="budgets > 5", columns=["budgets"])
    metric(cast, "own", kind="otherwise", of="customer.budget", other="customer.budget")
    metric(cast, "counted", kind="counted", fact="customers", aggregate="sum", measure="budget")
    metric(cast, "none", kind="counted", fact="orders", aggregate="sum", measure="total")
    mapped = {"预算": "custom.budget", "x": "name"}
    Sender.objects.create(name="Fair", mapping=mapped, remembered_by=cast.dana.user)
    Sender.objects.create(name="Other", mapping={"x": "name"}, remembered_by=cast.dana.user)
    Import.objects.create(name="a.csv", mapping={"0": "custom.budget"}, created_by=cast.dana.user)
    assert told(cast, "customer", "budget") == [
        ("formula", "Coin"),
        ("formula", "Half"),
        ("import", "a.csv"),
        ("metric", "counted"),
        ("metric", "own"),
        ("saved view", "arranges"),
        ("saved view", "asks"),
        ("saved view", "by currency"),
        ("saved view", "shows"),
        ("saved view", "sorts"),
        ("sender", "Fair"),
    ]
    assert told(cast, "customer", "budgets") == [("saved view", "speaks of another")]
    page = cast.dana.browser.get("/settings/fields/customers/own/budget/remove/").content.decode()
    assert "Fair" in page
    assert "11 things speak of this field" in page


def test_views_of_customers_that_ask_about_their_orders_are_told(cast: Cast) -> None:
    define(cast, "Urgent", "boolean", on="order")
    define(cast, "Urgent", "boolean")
    view(cast, "has urgent ones", where="any orders where urgent = true")
    view(cast, "counts them", where="not (orders where urgent = true count >= 2)")
    view(cast, "is urgent", where="urgent = true")
    assert told(cast, "order", "urgent") == [
        ("saved view", "counts them"),
        ("saved view", "has urgent ones"),
    ]
    assert told(cast, "customer", "urgent") == [("saved view", "is urgent")]


def test_what_was_removed_comes_back_with_all_that_spoke_of_it(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Double", "formula", formula="seats * 2")
    view(cast, "many", where="seats > 5")
    row = cast.alice.adds("customer", name="华东", seats=7)
    before = told(cast, "customer", "seats")
    gone = remove_field(actor=cast.dana.actor, record_type="customer", name="seats", now=NOW)
    assert "seats" not in record_type("customer").by_name
    undo_changeset(actor=cast.dana.actor, changeset_id=gone.pk, now=NOW)
    assert CustomField.objects.get(name="seats").removed_at is None
    row.refresh_from_db()
    assert row.custom["seats"] == 7
    assert told(cast, "customer", "seats") == before == [("formula", "Double"), ("saved view", "many")]
