"""Custom fields over HTTP: as strict as declared ones, and in the OpenAPI file from the moment they are defined."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.client import program_of
from tests.cast import NOW, Cast
from tests.records.custom import define, define_every_kind

from guanxi.records.services.fields import remove_field

pytestmark = pytest.mark.django_db


def test_a_program_writes_and_reads_every_kind(cast: Cast) -> None:
    define_every_kind(cast)
    alice = program_of(cast.alice)
    sent: dict[str, Any] = {
        "预算": "large",
        "seats": 40,
        "ratio": 0.25,
        "credit_limit": "1200.50",
        "exclusive": True,
        "contract_until": "2027-03-31",
        "last_audit": "2026-03-31T14:30:00+08:00",
        "등급": "金牌",
        "兴趣": ["silver"],
        "adviser": cast.bob.user.pk,
    }
    made = alice("POST", "/customers", {"name": "Acme", **sent})
    assert made.status_code == 201, made.content
    body = alice.get(f"/customers/{made.json()['id']}").json()
    expected = {
        **sent,
        "ratio": "0.25",
        "last_audit": "2026-03-31T06:30:00+00:00",
        "credit_limit_currency": "CNY",
    }
    assert {name: body[name] for name in expected} == expected
    patched = alice("PATCH", f"/customers/{body['id']}", {"seats": None, "兴趣": []}, if_match='"1"')
    assert (patched.json()["seats"], patched.json()["兴趣"]) == (None, None)
    found = alice.get("/customers", where="ratio < 1", order="-ratio", fields="ratio").json()
    assert found["items"] == [{"id": body["id"], "version": 2, "ratio": "0.25"}]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"seats": "40"}, "seats"),
        ({"exclusive": "yes"}, "exclusive"),
        ({"등급": "platinum"}, "등급"),
        ({"兴趣": ["platinum"]}, "兴趣.0"),
        ({"contract_until": "31/3/27"}, "contract_until"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_nothing_is_kept(
    cast: Cast, values: dict[str, Any], field: str
) -> None:
    define_every_kind(cast)
    alice = program_of(cast.alice)
    refused = alice("POST", "/customers", {"name": "Acme", **values})
    assert refused.status_code == 422
    assert {fault["field"] for fault in refused.json()["errors"]} == {field}
    bulk = alice("POST", "/customers/bulk", {"where": "", "set": values})
    assert {fault["field"].removeprefix("set.") for fault in bulk.json()["errors"]} == {field}
    assert not alice.get("/customers").json()["items"]


def test_the_openapi_file_lists_a_field_from_the_moment_it_is_defined(cast: Cast) -> None:
    alice = program_of(cast.alice)

    def properties(name: str) -> dict[str, Any]:
        schemas: dict[str, Any] = alice.get("/openapi.json").json()["components"]["schemas"]
        assert name == "Customer" or schemas[name]["additionalProperties"] is False
        found: dict[str, Any] = schemas[name]["properties"]
        return found

    assert "seats" not in properties("Customer")
    define(cast, "Seats", "integer", help="How many sit there")
    for name in ("Customer", "CustomerCreate", "CustomerUpdate", "CustomerSet"):
        assert properties(name)["seats"]["description"] == "Seats. How many sit there."
    remove_field(actor=cast.dana.actor, record_type="customer", name="seats", now=NOW)
    assert "seats" not in properties("CustomerCreate")
