"""A POST with an `Idempotency-Key` is done once, however often and however concurrently it is sent."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from guanxi.access.idempotency import KEPT
from guanxi.access.models import ChangeSet, SavedAnswer
from guanxi.customers.models import Customer
from tests.api.at_once import AT_ONCE
from tests.api.client import program_of
from tests.cast import Cast
from tests.processes import own_home

ACME = {"name": "Acme Ltd", "size": 3, "amount": 10}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What came of requests at the same moment; on a database in a file, for one in memory knows no waiting."""
    with own_home(tmp_path_factory.mktemp("home")) as home:
        return json.loads(home.ask("from tests.api.at_once import tell; tell()"))


def told(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """What an answer says, in full."""
    names = ("ETag", "Location", "Guanxi-Changeset", "Content-Type")
    return answer.status_code, answer.content, {name: answer[name] for name in names if name in answer}


@pytest.mark.django_db
def test_the_same_key_gets_the_same_answer_and_adds_nothing(cast: Cast) -> None:
    alice = program_of(cast.alice)
    first = told(alice("POST", "/customers", ACME, idempotency_key="k1"))
    # The same values in another order, and after somebody changed the record: still the first answer.
    alice("PATCH", f"/customers/{Customer.objects.get().pk}", {"size": 4}, if_match="*")
    again = told(alice("POST", "/customers", dict(reversed(ACME.items())), idempotency_key="k1"))
    assert first[0] == 201
    assert first == again
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_or_with_another_each_request_counts(cast: Cast) -> None:
    alice = program_of(cast.alice)
    for key in ({}, {}, {"idempotency_key": "a"}, {"idempotency_key": "b"}):
        assert alice("POST", "/customers", ACME, **key).status_code == 201
    assert Customer.objects.count() == 4


@pytest.mark.django_db
def test_a_key_stands_for_one_request_of_one_person(cast: Cast) -> None:
    alice, bob = program_of(cast.alice), program_of(cast.bob)
    alice("POST", "/customers", ACME, idempotency_key="k")
    for path, body in (("/customers", {"name": "Other"}), ("/products", ACME), ("/customers/bulk", None)):
        sent = {"ids": [], "set": {"size": 1}} if body is None else body
        answer = alice("POST", path, sent, idempotency_key="k")
        if path == "/products":
            assert answer.status_code == 422
            continue
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert bob("POST", "/customers", ACME, idempotency_key="k").status_code == 201
    assert Customer.objects.count() == 2


@pytest.mark.django_db
def test_what_failed_keeps_nothing_and_may_be_tried_again(cast: Cast) -> None:
    alice = program_of(cast.alice)
    contact = {"name": "王经理", "customer": 999_999}
    assert alice("POST", "/contacts", contact, idempotency_key="k").status_code == 422
    assert not SavedAnswer.objects.exists()
    assert not ChangeSet.objects.exists()
    contact["customer"] = cast.alice.adds("customer", name="Acme").pk
    assert alice("POST", "/contacts", contact, idempotency_key="k").status_code == 201


@pytest.mark.django_db
def test_an_undo_and_a_bulk_change_are_done_once_too(cast: Cast) -> None:
    alice = program_of(cast.alice)
    row = cast.alice.adds("customer", name="Acme")
    bulk = {"ids": [row.pk], "set": {"size": 5}}
    jobs = {alice("POST", "/customers/bulk", bulk, idempotency_key="b").json()["id"] for _ in range(3)}
    assert len(jobs) == 1
    undos = [alice("POST", f"/changesets/{row.created_in_id}/undo", idempotency_key="u") for _ in range(3)]
    assert {undo.status_code for undo in undos} == {200}
    assert len({undo.content for undo in undos}) == 1


@pytest.mark.django_db
def test_old_answers_are_forgotten(cast: Cast) -> None:
    alice = program_of(cast.alice)
    alice("POST", "/customers", ACME, idempotency_key="old")
    SavedAnswer.objects.update(created_at=SavedAnswer.objects.get().created_at - KEPT - timedelta(seconds=1))
    alice("POST", "/customers", ACME, idempotency_key="new")
    assert list(SavedAnswer.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db
def test_a_key_is_of_reasonable_length(cast: Cast) -> None:
    answer = program_of(cast.alice)("POST", "/customers", ACME, idempotency_key="k" * 201)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_concurrent_repeats_are_done_once_and_all_get_the_answer(at_once: Any) -> None:
    answers = at_once["repeats"]["answers"]
    assert [answer[0] for answer in answers] == [201] * AT_ONCE
    assert all(answer == answers[0] for answer in answers)
    assert at_once["repeats"]["count"] == 1


def test_of_concurrent_edits_of_one_version_one_is_kept_and_the_others_are_told(at_once: Any) -> None:
    answers, stands = at_once["edits"]["answers"], at_once["edits"]["stands"]
    assert sorted(status for status, _ in answers) == [200] + [412] * (AT_ONCE - 1)
    assert stands["version"] == 2
    assert all(told == stands for _, told in answers)
