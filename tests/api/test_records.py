"""Records over HTTP: versions, refusals, masks, pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.client import Program, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HUAQIANG = {
    "name": "深圳市华强电子有限公司",
    "phone": "13800130001",
    "industry": "电子",
    "size": 120,
    "amount": "1200.5",
    "currency": "CNY",
}


@pytest.fixture
def alice(cast: Cast) -> Program:
    return program_of(cast.alice)


@pytest.fixture
def customer(alice: Program) -> Any:
    return alice("POST", "/customers", HUAQIANG).json()


def test_an_added_customer_is_answered_as_it_stands_with_its_place_version_and_change_set(
    alice: Program, cast: Cast
) -> None:
    answer = alice("POST", "/customers", HUAQIANG)
    made = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/customers/{made['id']}"
    assert answer["ETag"] == '"1"'
    assert answer["Guanxi-Changeset"].isdigit()
    assert made["amount"] == "1200.50"
    assert (made["owner"], made["team"]) == (cast.alice.user.pk, cast.alice.user.teams.get().pk)
    assert alice("GET", f"/customers/{made['id']}").json() == made


def test_patch_changes_what_is_given_and_raises_the_version(alice: Program, customer: Any) -> None:
    path = f"/customers/{customer['id']}"
    answer = alice("PATCH", path, {"size": 130}, if_match='"1"')
    assert answer.status_code == 200
    changed = answer.json()
    assert (answer["ETag"], changed["version"], changed["size"]) == ('"2"', 2, 130)
    assert {name for name in customer if customer[name] != changed[name]} == {"size", "version", "updated_at"}


def test_put_empties_what_is_not_given_but_not_who_answers_for_it(alice: Program, customer: Any) -> None:
    answer = alice("PUT", f"/customers/{customer['id']}", {"name": "华强"}, if_match='"1"').json()
    assert (answer["name"], answer["phone"], answer["size"], answer["amount"]) == ("华强", "", None, None)
    assert (answer["owner"], answer["team"]) == (customer["owner"], customer["team"])


@pytest.mark.parametrize(
    ("method", "body"), [("PATCH", {"size": 1}), ("PUT", {"name": "x"}), ("DELETE", None)]
)
def test_a_write_without_the_version_it_read_is_refused(
    alice: Program, customer: Any, method: str, body: Any
) -> None:
    answer = alice(method, f"/customers/{customer['id']}", body)
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")


@pytest.mark.parametrize(
    ("method", "body"), [("PATCH", {"size": 1}), ("PUT", {"name": "x"}), ("DELETE", None)]
)
@pytest.mark.parametrize("tag", ['"1"', '"99"', '"abc"', "nonsense", ""])
def test_a_write_on_an_old_version_is_refused_with_what_stands_now(
    alice: Program, customer: Any, method: str, body: Any, tag: str
) -> None:
    path = f"/customers/{customer['id']}"
    alice("PATCH", path, {"size": 7}, if_match='"1"')
    answer = alice(method, path, body, if_match=tag)
    assert answer.status_code == 412
    assert answer["ETag"] == '"2"'
    assert (answer.json()["code"], answer.json()["current"]) == ("stale", alice("GET", path).json())


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', "*"])
def test_a_current_tag_is_recognised_however_it_is_written(alice: Program, customer: Any, tag: str) -> None:
    path = f"/customers/{customer['id']}"
    assert alice("PATCH", path, {"size": 8}, if_match=tag).status_code == 200


def test_whoever_has_the_version_already_is_not_sent_it_again(alice: Program, customer: Any) -> None:
    path = f"/customers/{customer['id']}"
    again = alice("GET", path, if_none_match='"1"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", '"1"')
    assert alice("GET", path, if_none_match='"2"').status_code == 200


def test_delete_hides_the_record_and_undo_brings_it_back(alice: Program, customer: Any) -> None:
    path = f"/customers/{customer['id']}"
    gone = alice("DELETE", path, if_match='"1"')
    assert (gone.status_code, gone.content) == (204, b"")
    assert alice("GET", path).status_code == 404
    undone = alice("POST", f"/changesets/{gone['Guanxi-Changeset']}/undo")
    assert (undone.status_code, undone.json()["taken_back"]) == (200, {"customer": 1})
    assert alice("GET", path).json()["name"] == HUAQIANG["name"]
    again = alice("POST", f"/changesets/{gone['Guanxi-Changeset']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_a_phone_is_masked_for_whoever_may_not_change_the_record(
    cast: Cast, customer: Any, alice: Program
) -> None:
    path = f"/customers/{customer['id']}"
    seen = {
        name: program_of(person).get(path).json().get("phone") for name, person in cast.everyone().items()
    }
    seen["alice, reading only"] = program_of(cast.alice, read_only=True).get(path).json()["phone"]
    full, masked = "13800130001", "138****0001"
    assert seen == {
        "alice": full,
        "bob": masked,
        "charlie": None,
        "dana": full,
        "viola": masked,
        "root": full,
        "alice, reading only": masked,
    }


@pytest.mark.parametrize(
    "query",
    [
        {"where": 'phone = "13800130001"'},
        {"where": 'phone starts with "138"'},
        {"where": 'not phone = "13900000000"'},
        {"where": "not phone is empty"},
        {"where": 'size = 120 or phone = "x"'},
        {"q": "13800130001"},
        {"q": "1380013"},
        {"order": "phone"},
        {"order": "-phone,name"},
    ],
)
def test_a_masked_phone_is_not_learnt_by_asking(cast: Cast, customer: Any, query: dict[str, str]) -> None:
    def finds(program: Program) -> bool:
        return bool(program.get("/customers", **query).json()["items"])

    for person in (cast.alice, cast.dana, cast.root):
        assert finds(program_of(person)), person
    for person in (cast.bob, cast.viola, cast.charlie):
        assert not finds(program_of(person)), person
    for person in (cast.alice, cast.dana, cast.root):
        assert not finds(program_of(person, read_only=True)), person


def test_a_masked_phone_stays_masked_in_the_history(cast: Cast, customer: Any, alice: Program) -> None:
    path = f"/customers/{customer['id']}"
    alice("PATCH", path, {"phone": "13900139002"}, if_match='"1"')
    full = alice.get(f"{path}/history").json()["items"][0]
    seen = program_of(cast.bob).get(f"{path}/history").json()["items"][0]
    assert full["fields"]["phone"] == ["13800130001", "13900139002"]
    assert seen["fields"]["phone"] == ["138****0001", "139****9002"]
    assert set(seen["fields"]) == {"phone"}
    assert full["by"] == {"id": cast.alice.user.pk, "name": "Alice"}


def test_history_tells_of_the_record_alone_though_change_sets_hold_many(alice: Program) -> None:
    ids = [alice("POST", "/customers", {"name": f"客户{n}", "size": n}).json()["id"] for n in range(3)]
    gone = alice("DELETE", f"/customers/{ids[1]}", if_match="*")["Guanxi-Changeset"]
    alice("POST", f"/changesets/{gone}/undo")
    told = [
        [event["action"] for event in alice.get(f"/customers/{key}/history").json()["items"]] for key in ids
    ]
    assert told == [["create"], ["restore", "delete", "create"], ["create"]]


def test_pages_follow_each_other_without_gap_or_double(alice: Program) -> None:
    sizes = [5, None, 3, 5, None, 1, 3]
    for number, size in enumerate(sizes):
        alice("POST", "/customers", {"name": f"고객 {number}", "size": size})
    for order, expected in (
        ("size,name", [1, 3, 3, 5, 5, None, None]),
        ("-size,-name", [5, 5, 3, 3, 1, None, None]),
    ):
        found: list[Any] = []
        after = ""
        while after is not None:
            page = alice.get("/customers", order=order, limit=2, after=after).json()
            found += page["items"]
            after = page["next"]
        assert [item["size"] for item in found] == expected
        assert len({item["id"] for item in found}) == len(sizes)


def test_a_list_gives_only_the_fields_asked_for(alice: Program, customer: Any) -> None:
    page = alice.get("/customers", fields="name,size").json()
    assert page["items"] == [{"id": customer["id"], "version": 1, "name": HUAQIANG["name"], "size": 120}]
    assert alice.get("/customers", fields="name,colour").json()["errors"][0]["field"] == "fields"


def test_the_count_is_of_all_that_match(alice: Program) -> None:
    for number in range(4):
        alice("POST", "/customers", {"name": f"Acme {number}", "size": number})
    page = alice.get("/customers", where="size >= 2", limit=1).json()
    assert (page["count"], len(page["items"])) == (2, 1)
    assert alice.get("/customers", count="exact").json()["count"] == 4


def test_every_fault_of_a_body_is_named(alice: Program) -> None:
    answer = alice("POST", "/customers", {"kind": "tree", "size": "many", "colour": "red", "amount": [1]})
    problem = answer.json()
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {error["field"] for error in problem["errors"]} == {"name", "kind", "size", "colour", "amount"}
    assert (problem["code"], problem["status"]) == ("invalid", 422)


def test_a_part_hangs_only_on_a_customer_one_may_change(cast: Cast, customer: Any) -> None:
    contact = {"name": "王经理", "customer": customer["id"]}
    status = {
        name: program_of(person)("POST", "/contacts", contact).status_code
        for name, person in cast.everyone().items()
    }
    assert status == {"alice": 201, "bob": 403, "charlie": 422, "dana": 201, "viola": 403, "root": 201}
