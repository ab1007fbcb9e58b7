"""Imports over HTTP, as contract.md promises them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanxi.access.services import create_token
from guanxi.customers.models import Customer
from guanxi.imports.models import Import, ReviewItem
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from tests.cast import NOW, Cast, Person

pytestmark = pytest.mark.django_db

LIST = "客户名称,联系人,电话\n华强电子,王经理,13800138000\n百利五金厂,李小姐,138****8000\n"


def header_of(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {create_token(user=person.user, name='test')[1]}"}


def post(person: Person, content: str = LIST, once: str = "", **form: Any) -> Any:
    headers = header_of(person) | ({"Idempotency-Key": once} if once else {})
    file = SimpleUploadedFile("list.csv", content.encode())
    return Client().post("/api/v1/imports", {"file": file, **form}, headers=headers)


def read(person: Person, address: str) -> Any:
    return Client().get(address, headers=header_of(person))


def work_off() -> None:
    for job in Job.objects.filter(state="queued"):
        run_job(job.pk, worker="test", clock=lambda: NOW)


def test_a_file_becomes_a_job_with_the_promised_result(cast: Cast) -> None:
    answer = post(cast.alice)
    assert answer.status_code == 202, answer.content
    assert answer.json()["state"] == "queued"
    work_off()
    job = read(cast.alice, answer.headers["Location"]).json()
    assert job["state"] == "done"
    assert job["changeset"]
    result = job["result"]
    assert {name: result[name] for name in ("rows", "added", "updated", "merged", "unchanged", "needs_review")} == {
        "rows": 2, "added": 1, "updated": 0, "merged": 0, "unchanged": 0, "needs_review": 0,
    }  # fmt: skip
    assert [(row["row"], row["column"]) for row in result["rejected"]] == [(3, "电话")]
    left = read(cast.alice, job["errors_url"])
    assert "138****8000" in left.content.decode("utf-8-sig")


def test_the_same_file_again_doubles_nothing(cast: Cast) -> None:
    post(cast.alice)
    work_off()
    post(cast.alice)
    work_off()
    assert Customer.objects.count() == 1
    assert Job.objects.latest("pk").result["unchanged"] == 1


def test_a_repeated_request_with_its_key_makes_one_job(cast: Cast) -> None:
    first, second = post(cast.alice, once="once"), post(cast.alice, once="once")
    assert first.json() == second.json()
    assert Import.objects.count() == Job.objects.count() == 1
    assert post(cast.alice, content="name\nOther\n", once="once").status_code == 422


def test_columns_and_key_can_be_said(cast: Cast) -> None:
    known = cast.alice.adds("customer", name="旧名", external_id="K-7")
    said = {"map": json.dumps({"foo": "name", "bar": "external_id"}), "key": "external_id"}
    assert post(cast.alice, "foo,bar\n新名,K-7\n二号,K-8\n三号,K-9\n", **said).status_code == 202
    work_off()
    known.refresh_from_db()
    assert known.name == "新名"


def test_dry_run_writes_nothing(cast: Cast) -> None:
    post(cast.alice, dry_run="true")
    work_off()
    assert not Customer.objects.exists()
    result = Job.objects.get().result
    assert result is not None
    (kind,) = result.pop("kinds")
    assert result == {"rows": 2, "faulty": 1, "columns": {"2": 1}}
    assert (kind["column"], kind["code"], kind["count"]) == (2, "phone_masked", 1)
    assert kind["examples"] == ["138****8000"]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("", {}), ("foo,bar\n1,2\n", {}), (LIST, {"map": "{"}), (LIST, {"map": '{"nix": "name"}'}),
        (LIST, {"type": "tree"}), (LIST, {"date_order": "ydm"}),
    ],
)  # fmt: skip
def test_bad_requests_are_problems_and_leave_nothing(cast: Cast, content: str, form: dict[str, str]) -> None:
    answer = post(cast.alice, content, **form)
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["errors"]
    assert not Job.objects.exists()


@pytest.mark.parametrize("name", ["bob", "charlie", "dana", "viola"])
def test_imports_of_others_are_not_there(cast: Cast, name: str) -> None:
    cast.alice.adds("customer", name="老华强", phone="13800138000")
    post(cast.alice)
    work_off()
    source, item = Import.objects.get(), ReviewItem.objects.get()
    person: Person = getattr(cast, name)
    assert read(person, f"/api/v1/imports/{source.pk}").status_code == 404
    assert read(person, f"/api/v1/imports/{source.pk}/rejected").status_code == 404
    assert read(person, "/api/v1/imports").json() == read(person, "/api/v1/imports/review").json() == []
    headers = header_of(person)
    for address in (f"/api/v1/imports/{source.pk}/undo", f"/api/v1/imports/review/{item.pk}"):
        answer = Client().post(
            address, {"decision": "skip"}, content_type="application/json", headers=headers
        )
        assert answer.status_code == 404


def test_who_only_looks_may_not_import(cast: Cast) -> None:
    assert post(cast.viola).status_code == 403
    assert not Import.objects.exists()


def test_review_and_undo(cast: Cast) -> None:
    known = cast.alice.adds("customer", name="老华强", phone="13800138000")
    post(cast.alice)
    work_off()
    (waiting,) = read(cast.alice, "/api/v1/imports/review").json()
    assert (waiting["reason"], waiting["candidates"]) == ("phone_other_name", [known.pk])
    headers = header_of(cast.alice)
    answer = Client().post(
        f"/api/v1/imports/review/{waiting['id']}",
        {"decision": "same", "customer": known.pk},
        content_type="application/json",
        headers=headers,
    )
    assert answer.json()["record"] == known.pk
    source = Import.objects.get()
    body = read(cast.alice, f"/api/v1/imports/{source.pk}").json()
    assert (body["mapping"]["客户名称"], body["undone"]) == ("name", False)
    undone = Client().post(f"/api/v1/imports/{source.pk}/undo", headers=headers)
    assert undone.status_code == 200
    assert not known.contacts.alive().exists()


def test_constants_and_rules_are_said_with_the_file(cast: Cast) -> None:
    rule = {"column": 2, "action": "blank", "fault": "phone_masked"}
    constants = {"industry": "电子"}
    answer = post(cast.alice, rules=json.dumps([rule]), constants=json.dumps(constants))
    assert answer.status_code == 202, answer.content
    work_off()
    assert read(cast.alice, answer.headers["Location"]).json()["result"]["added"] == 2
    assert set(Customer.objects.values_list("industry", flat=True)) == {"电子"}
    for wrong in ({"rules": "["}, {"rules": "{}"}, {"constants": "5"}, {"sender": "nobody"}):
        refused = post(cast.alice, **wrong)
        assert refused.status_code == 422, wrong
        assert [found["field"] for found in refused.json()["errors"]] == list(wrong)
