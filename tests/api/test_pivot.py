"""The pivot over HTTP."""

from __future__ import annotations

import json
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from django.test import Client

from guanxi.metrics.api import pivot as pivot_api
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.engine.pivot.running import Run, Stop, StoppedError
from guanxi.metrics.services import refresh
from tests.api.client import Program, program_of
from tests.cast import NOW, Cast


@pytest.fixture
def program(cast: Cast) -> Program:
    """Alice's program; she has one customer with three orders, Charlie one with a large one."""
    for person, trade, amounts in (
        (cast.alice, "五金", ("0.10", "0.20", "12")),
        (cast.charlie, "茶", ("5000",)),
    ):
        customer = person.adds("customer", name=f"{trade}公司", industry=trade)
        for amount in amounts:
            person.adds("order", customer=customer.pk, ordered_on="2026-01-15", total=amount, currency="CNY")
    refresh(actor=None, now=NOW)
    return program_of(cast.alice)


ASKED = {
    "fact": "orders",
    "rows": ["customer.industry"],
    "columns": ["ordered_on:month"],
    "measures": ["sum:total"],
}


def test_amounts_are_exact_decimals(program: Program) -> None:
    response = program("POST", "/pivot", ASKED)
    assert response.status_code == 200
    found = json.loads(response.content, parse_float=Decimal)
    assert found["rows"] == [["五金", Decimal("12.30"), Decimal("12.30")]]
    assert found["totals"] == [None, Decimal("12.30"), Decimal("12.30")]
    assert [column["key"] for column in found["columns"]] == [
        "customer.industry",
        '["2026-01"]|sum:total',
        "sum:total",
    ]
    assert found["columns"][1] == {
        "key": '["2026-01"]|sum:total',
        "label": "2026-01 · Sum of total",
        "kind": "money",
        "measure": "sum:total",
        "currency": "CNY",
        "total": False,
        "values": ["2026-01"],
    }
    assert found["seconds"] > 0


def test_a_cell_opens_to_its_rows(program: Program) -> None:
    cell = {"customer.industry": "五金", "ordered_on:month": "2026-01"}
    found = program("POST", "/pivot/rows", {**ASKED, "cell": cell, "page": 2}).json()
    assert found["count"] == 3
    assert len(found["ids"]) == 2
    rest = program("POST", "/pivot/rows", {**ASKED, "cell": cell, "page": 2, "after": found["next"]}).json()
    orders = program.get("/orders").json()["items"]
    assert found["ids"] + rest["ids"] == sorted(item["id"] for item in orders)


@pytest.mark.parametrize(
    ("wish", "field", "said"),
    [
        ({"fact": "ordres"}, "fact", "Did you mean 'orders'?"),
        ({"rows": ["customer.phone"]}, "rows", "There is no field 'customer.phone'"),
        ({"columns": ["ordered_on:moon"]}, "columns", "'moon' cannot be said of 'ordered_on'"),
        ({"measures": ["sum:state"]}, "measures", "which is of kind choice"),
        ({"measures": ["sum"]}, "measures", "'sum' needs a field"),
        ({"where": 'customer.phone = "1"'}, "where", "customer.phone"),
        ({"sort": "nothing"}, "sort", "not among what was asked for"),
        ({"top": 1000}, "top", "100"),
        ({"rows": ["total:5/1"]}, "rows", "must be numbers that rise"),
        ({"rows": ["state", "state"]}, "rows", "asked for twice"),
    ],
)
def test_what_cannot_be_asked_is_told(program: Program, wish: dict[str, Any], field: str, said: str) -> None:
    response = program("POST", "/pivot", {**ASKED, **wish})
    assert response.status_code == 422
    assert [problem["field"] for problem in response.json()["errors"]] == [field]
    assert said in response.json()["errors"][0]["message"]


def test_thousands_of_columns_are_refused(
    program: Program, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guanxi.metrics.calc.pivot.shape.MOST_COLUMNS", 3)
    response = program("POST", "/pivot", {**ASKED, "columns": ["total"]})
    assert response.json()["errors"][0]["message"].startswith("The answer would have 4 columns, at most 3")


def test_what_can_be_pivoted_is_told_without_what_is_sensitive(program: Program) -> None:
    facts = {fact["name"]: fact for fact in program.get("/pivot/facts").json()["items"]}
    fields = {field["name"]: field for field in facts["orders"]["fields"]}
    assert {"orders", "order_lines", "customers", "interactions"} <= set(facts)
    assert "sum" in fields["total"]["measures"]
    assert fields["ordered_on"]["options"] == ["year", "quarter", "month", "week", "day"]
    assert "sum" not in fields["customer.value_12m"]["measures"]
    assert not {"customer.phone", "customer.email", "customer.tax_number"} & set(fields)


def test_a_client_that_goes_away_stops_its_query(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server closes a response whose client is gone; a query of a hundred billion rows then ends at once."""
    begun, ended = Event(), Event()

    def look_for_ever(prepared: Any, stop: Stop) -> Any:
        endless = (
            "SELECT COUNT(*) FROM range(1000000) AS a, range(100000) AS b WHERE a.range % 7 = b.range % 5",
            {},
        )
        try:
            with Run(prepared.warehouse.own_connection(), stop=stop, seconds=600) as run:
                begun.set()
                return run.rows(endless)
        except StoppedError:
            ended.set()
            raise

    monkeypatch.setattr(pivot_api, "look", look_for_ever)
    monkeypatch.setattr(pivot_api, "PATIENCE_SECONDS", 0.05)
    response = Client().post(
        "/api/v1/pivot",
        json.dumps(ASKED),
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.secret}"},
    )
    assert response.streaming
    parts = iter(response)  # type: ignore[call-overload]
    assert next(parts) == b" "
    assert begun.wait(60)
    response.close()
    assert ended.wait(60)


def test_an_answer_that_takes_longer_begins_with_spaces(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pivot_api, "PATIENCE_SECONDS", 0.0)
    let_go = Event()
    look = pivot_api.look
    monkeypatch.setattr(pivot_api, "look", lambda prepared, stop: let_go.wait(60) and look(prepared, stop))
    response = program("POST", "/pivot", ASKED)
    assert response.streaming
    assert response["Content-Encoding"] == "identity"
    parts = iter(response)
    assert next(parts) == b" "
    let_go.set()
    assert json.loads(b"".join(parts))["totals"] == [None, 12.3, 12.3]


def test_a_limit_of_time_is_told_and_nothing_goes_on(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(_prepared: Any, _stop: Stop) -> Any:
        raise PivotError("too_slow", seconds="30")

    monkeypatch.setattr(pivot_api, "look", too_slow)
    response = program("POST", "/pivot", ASKED)
    assert response.status_code == 503
    assert response.json()["code"] == "too_slow"
