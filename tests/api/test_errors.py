"""Whatever is sent, the answer is a problem that says what to do: never a traceback, never a page, never a 500."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from guanxi.access.models import User
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from tests.api.client import Program, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: Cast) -> Program:
    for name in ("深圳市华强电子有限公司", "臺北科技股份有限公司", "한빛상사", "Acme Ltd"):
        cast.alice.adds("customer", name=name, phone="13800130001")
    return program_of(cast.alice)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a problem of this kind, and return it."""
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert told["type"] == f"urn:guanxi:problem:{code}"
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/customers", "/api/v1/colours/1"]
)
def test_an_address_that_is_none_is_a_problem_for_anyone(db: None, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        problem(Client().generic(method, path), 404, "not_found")


def test_a_record_that_is_none_is_not_found(alice: Program) -> None:
    for key in (0, 999_999, 2**31, 2**63, 10**40):
        problem(alice("GET", f"/customers/{key}"), 404, "not_found")
        problem(alice("PATCH", f"/customers/{key}", {"size": 1}, if_match='"1"'), 404, "not_found")
        problem(alice("GET", f"/customers/{key}/history"), 404, "not_found")
        problem(alice("GET", f"/jobs/{key}"), 404, "not_found")
        problem(alice("POST", f"/changesets/{key}/undo"), 404, "not_found")


def test_a_method_that_is_not_known_says_which_are(alice: Program) -> None:
    answer = alice("DELETE", "/customers")
    problem(answer, 405, "method_not_allowed")
    assert {name.strip() for name in answer["Allow"].split(",")} == {"GET", "POST"}


@pytest.mark.parametrize(
    "body",
    [
        '{"name": ',
        "",
        "name=Acme",
        '{"name": NaN}',
        '{"name": "Acme", "amount": Infinity}',
        b'{"name": "\xff\xfe"}',
        '{"name": "\\ud800"}',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
    ids=[
        "cut off",
        "empty",
        "a form",
        "NaN",
        "Infinity",
        "no UTF-8",
        "half a character",
        "deep lists",
        "deep",
    ],
)
def test_a_body_that_is_no_json_is_refused(alice: Program, body: Any) -> None:
    answer = alice("POST", "/customers", body)
    problem(answer, 422 if body == "" else 400, "invalid" if body == "" else "malformed")


@pytest.mark.parametrize("body", [[], ["name"], "Acme", 7, None, True])
def test_a_body_of_another_shape_is_refused(alice: Program, body: Any) -> None:
    problem(alice("POST", "/customers", json.dumps(body)), 422, "invalid")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\0 \x07"),
        ("name", None),
        ("name", "x" * 201),
        ("name", {"zh": "华强"}),
        ("name", 7),
        ("size", -1),
        ("size", 2**31),
        ("size", 10**30),
        ("size", 3.7),
        ("size", "12"),
        ("size", True),
        ("amount", "many"),
        ("amount", "1e400"),
        ("amount", "1.005"),
        ("amount", "NaN"),
        ("amount", 10**17),
        ("email", "not an address"),
        ("website", "javascript:alert(1)"),
        ("birthday", "2026-02-30"),
        ("birthday", 20260102),
        ("birthday", "tomorrow"),
        ("kind", "tree"),
        ("kind", ""),
        ("owner", 999_999),
        ("owner", 2**70),
        ("owner", "root"),
        ("id", 7),
        ("version", 7),
        ("created_at", "2026-01-01T00:00:00Z"),
        ("name_key", "x"),
        ("deleted_in", 1),
    ],
)
def test_a_value_that_cannot_be_kept_is_named(alice: Program, field: str, value: Any) -> None:
    answer = alice("POST", "/customers", {"name": "Acme", field: value})
    told = problem(answer, 422, "invalid")
    assert {error["field"] for error in told["errors"]} == {field}
    assert all(error["message"] for error in told["errors"])


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-01T00:00Z", "x"]
)
def test_a_moment_that_is_none_is_refused(alice: Program, moment: str) -> None:
    customer = alice.get("/customers").json()["items"][0]["id"]
    answer = alice("POST", "/interactions", {"customer": customer, "summary": "x", "happened_at": moment})
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "happened_at"


def test_a_moment_without_an_offset_is_by_the_clock_of_whoever_writes_it(cast: Cast) -> None:
    cast.alice.user.time_zone = "Asia/Shanghai"
    cast.alice.user.save()
    customer = cast.alice.adds("customer", name="华强").pk
    interaction = {"customer": customer, "summary": "电话", "happened_at": "2026-03-31T14:30:00"}
    made = program_of(cast.alice)("POST", "/interactions", interaction).json()
    assert made["happened_at"] == "2026-03-31T06:30:00+00:00"


@pytest.mark.parametrize("place", [{"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": -181}])
def test_a_position_off_the_globe_is_refused(alice: Program, place: dict[str, float]) -> None:
    customer = alice.get("/customers").json()["items"][0]["id"]
    answer = alice("POST", "/places", {"customer": customer, "address": "x", **place})
    assert problem(answer, 422, "invalid")["errors"][0]["field"] in place


@pytest.mark.parametrize(
    ("where", "position"),
    [
        ('colour = "red"', 0),
        ("size >", 6),
        ('size > 5 and name = "', 20),
        ("size > 5 or (", 13),
        ("size = 'a'", 7),
        ("1 = 1", 0),
        ("size > 5; drop table customers", 8),
        ("name_key = 'x'", 0),
        ("owner__password = 'x'", 0),
    ],
)
def test_a_condition_that_cannot_be_read_says_where(alice: Program, where: str, position: int) -> None:
    told = problem(alice.get("/customers", where=where), 422, "condition")
    assert told["position"] == position
    assert told["errors"] == [{"field": "where", "message": told["detail"]}]


@pytest.mark.parametrize(
    ("language", "told_as"),
    [
        ("en", "There is no field “colour”."),
        ("zh-hans", "没有字段“colour”。"),
        ("zh-hant", "colour"),
        ("ko", "colour"),
    ],
)
def test_a_condition_is_refused_in_the_readers_language(
    cast: Cast, alice: Program, language: str, told_as: str
) -> None:
    User.objects.filter(pk=cast.alice.user.pk).update(language=language)
    told = problem(alice.get("/customers", where='colour = "red"'), 422, "condition")
    assert told["condition_code"] == "unknown_field"
    assert told_as in told["detail"]
    with override(language):
        assert told["detail"] == explain(
            ConditionError("unknown_field", 0, told["expected"], {"field": "colour"})
        )


@pytest.mark.parametrize(
    "where",
    [
        "(" * 5000 + "size = 1" + ")" * 5000,
        "not " * 5000 + "size = 1",
        " or ".join(["size = 1"] * 5000),
        "size in (" + ",".join(["1"] * 5000) + ")",
        'name contains "' + "x" * 20_000 + '"',
        'name = "\0"',
        "size = " + "9" * 500,
        "amount > 1" + "0" * 100,
        "updated_at > 0000-00-00",
        "updated_at > today + 99999999999999999999d",
        "\ufffe\u202e",
    ],
    ids=["brackets", "nots", "ors", "values", "text", "NUL", "whole", "money", "day", "offset", "odd signs"],
)
def test_a_hostile_condition_is_only_refused(alice: Program, where: str) -> None:
    problem(alice.get("/customers", where=where), 422, "condition")


def cursor_of(*values: Any) -> str:
    """A cursor as somebody might forge it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "====",
        "null",
        "\0",
        "四",
        cursor_of(),
        cursor_of(1),
        cursor_of("a", "b", 1),
        cursor_of({"$ne": 1}, 1),
        cursor_of([1], 1),
        cursor_of("x", 1),
        cursor_of(1e308, 1),
        cursor_of(10**30, 1),
        cursor_of(*[True, 1]),
        cursor_of(5, "1"),
        cursor_of(5, 2**70),
        cursor_of(5, None),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"[NaN, 1]").decode(),
    ],
)
def test_a_forged_cursor_is_only_refused(alice: Program, after: str) -> None:
    told = problem(alice.get("/customers", order="size", after=after), 422, "invalid")
    assert told["errors"][0]["field"] == "after"


@pytest.mark.parametrize("order", ["updated_at", "amount", "birthday", "name", "owner", "kind"])
@pytest.mark.parametrize("value", ["x\0", 5, True, {}, [], "NaN", "1E+999", "2026-01-01", 10**400])
def test_no_forged_value_in_a_cursor_breaks_any_kind_of_column(
    alice: Program, order: str, value: Any
) -> None:
    answer = alice.get("/customers", order=order, after=cursor_of(value, 1))
    assert answer.status_code in (200, 422), answer.content


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"order": "colour"}, "order"),
        ({"order": "owner__password"}, "order"),
        ({"order": "?"}, "order"),
        ({"order": "note"}, "order"),
        ({"order": "name,size,kind,amount,grade,source"}, "order"),
        ({"fields": "password"}, "fields"),
        ({"count": "yes"}, "count"),
        ({"q": "x" * 101}, "q"),
    ],
)
def test_a_list_that_cannot_be_is_refused(alice: Program, query: dict[str, str], field: str) -> None:
    told = problem(alice.get("/customers", **query), 422, "invalid")
    assert told["errors"][0]["field"] == field


def test_a_huge_limit_is_cut_and_odd_searches_find_what_they_find(alice: Program) -> None:
    assert len(alice.get("/customers", limit=10**9).json()["items"]) == 4
    for text, count in (("\0한빛\x07", 1), ("%", 0), ("_", 0), ("' OR 1=1 --", 0), ("華", 0), ("科技", 1)):
        assert len(alice.get("/customers", q=text).json()["items"]) == count, text


def test_a_body_larger_than_the_server_takes_is_refused(alice: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(alice("POST", "/customers", {"name": "Acme", "note": "x" * 2000}), 413, "too_large")


def test_a_fault_of_ours_is_logged_and_not_shown(
    alice: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("guanxi.records.api.reading.list_page", fall)
    told = problem(alice.get("/customers"), 500, "internal")
    assert "secret" not in json.dumps(told)
    assert "secret of the house" in caplog.text


def test_a_host_that_is_not_ours_is_refused_with_a_problem_too(db: None) -> None:
    problem(Client(headers={"host": "evil.example"}).get("/api/v1/me"), 400, "malformed")


def test_a_fault_before_any_route_is_a_problem_too(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_user: Any, **_: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("guanxi.access.middleware.actor_of", fall)
    browser = Client(raise_request_exception=False)
    browser.force_login(
        User.objects.get(username="alice"), backend="django.contrib.auth.backends.ModelBackend"
    )
    told = problem(browser.get("/api/v1/me"), 500, "internal")
    assert "secret" not in json.dumps(told)
