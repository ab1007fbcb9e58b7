"""Doubles over HTTP and on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guanxi.cli.duplicates import duplicates
from guanxi.customers.models import Customer
from guanxi.duplicates.models import PairState, PossibleDuplicate
from tests.api.client import program_of
from tests.cast import Cast


def pair_of(cast: Cast) -> PossibleDuplicate:
    """Two customers of Alice's who may be one."""
    left = cast.alice.adds("customer", name="华强电子", phone="13800130001")
    right = cast.alice.adds("customer", name="华强电子", email="a@hq.cn")
    return PossibleDuplicate.objects.create(left=left, right=right, probability=0.9, reasons=["same_name"])


@pytest.mark.django_db
def test_a_program_merges_a_pair_and_takes_it_back(cast: Cast) -> None:
    pair, alice = pair_of(cast), program_of(cast.alice)
    listed = alice.get("/duplicates").json()
    assert listed["items"] == [
        {
            "id": pair.pk,
            "left": pair.left_id,
            "right": pair.right_id,
            "probability": 0.9,
            "reasons": ["same_name"],
        }
    ]
    done = alice("POST", f"/duplicates/{pair.pk}/merge", {"into": pair.left_id}).json()
    assert done["customer"] == pair.left_id
    gone = alice.get(f"/customers/{pair.right_id}")
    assert (gone.status_code, gone.json()["merged_into"]) == (404, pair.left_id)
    assert alice("POST", f"/duplicates/{pair.pk}/merge", {}).status_code == 404
    assert alice.get("/duplicates").json()["items"] == []
    alice("POST", f"/changesets/{done['changeset']}/undo")
    assert alice.get(f"/customers/{pair.right_id}").json()["email"] == "a@hq.cn"
    assert [item["id"] for item in alice.get("/duplicates").json()["items"]] == [pair.pk]


@pytest.mark.django_db
def test_whoever_may_not_see_the_survivor_learns_nothing_of_the_merge(cast: Cast) -> None:
    pair = pair_of(cast)
    program_of(cast.alice)("POST", f"/customers/{pair.left_id}/merge", {"others": [pair.right_id]})
    stranger = program_of(cast.charlie)
    told, of_none = (stranger.get(f"/customers/{key}").json() for key in (pair.right_id, 10**9))
    assert told == of_none


@pytest.mark.django_db
def test_what_is_said_twice_and_what_cannot_be_merged_is_told(cast: Cast) -> None:
    pair, alice = pair_of(cast), program_of(cast.alice)
    address = f"/customers/{pair.left_id}/merge"
    assert alice("POST", address, {"others": [pair.left_id]}).status_code == 422
    assert alice("POST", address, {"others": []}).status_code == 422
    assert alice("POST", address, {"others": [10**9]}).status_code == 404
    assert alice("POST", address, {"others": [pair.right_id]}).status_code == 200
    assert alice("POST", address, {"others": [pair.right_id]}).status_code == 409


@pytest.mark.django_db
def test_two_that_are_not_the_same_are_not_found_again(cast: Cast) -> None:
    pair, alice = pair_of(cast), program_of(cast.alice)
    assert alice("POST", f"/duplicates/{pair.pk}/separate").json() == {"id": pair.pk, "state": "separate"}
    found = CliRunner().invoke(duplicates, ["--json", "--user", cast.alice.user.username])
    assert json.loads(found.stdout) == {"pairs": [], "clusters": []}
    pair.refresh_from_db()
    assert pair.state == PairState.SEPARATE


@pytest.mark.django_db
def test_the_command_names_pairs_and_clusters(cast: Cast) -> None:
    rows = [
        cast.alice.adds("customer", name=f"华强{number}", tax_number="91310000MA1FL3XQ4T")
        for number in range(3)
    ]
    cast.alice.adds("customer", name="另一家")
    found = json.loads(CliRunner().invoke(duplicates, ["--json", "--user", cast.alice.user.username]).stdout)
    first, second, third = (row.pk for row in rows)
    assert found["clusters"] == [[first, second, third]]
    assert {(pair["left"], pair["right"]) for pair in found["pairs"]} == {
        (first, second),
        (first, third),
        (second, third),
    }
    assert Customer.objects.filter(deleted_in=None).count() == 4


@pytest.mark.django_db
def test_a_program_asks_before_it_adds_and_learns_what_its_owner_would(cast: Cast) -> None:
    row = cast.alice.adds(
        "customer", name="深圳市华强电子有限公司", phone="13800130001", tax_number="91440300708461136T"
    )
    typed = {"name": "华墙电子", "phone": "+86 138-0013-0001"}
    (told,) = program_of(cast.alice)("POST", "/duplicates/check", typed).json()["likely"]
    assert (told["id"], told["name"], told["may_change"]) == (row.pk, row.name, True)
    assert told["reasons"] == ["same_phone", "name_sounds_alike"]
    assert 0.9 < told["probability"] <= 1
    stranger = program_of(cast.charlie)
    assert stranger("POST", "/duplicates/check", typed).json() == {"likely": [], "is_elsewhere": True}
    assert stranger("POST", "/duplicates/check", {"name": "华墙电子"}).json() == {
        "likely": [],
        "is_elsewhere": False,
    }
    assert program_of(cast.viola)("POST", "/duplicates/check", typed).status_code == 403
    assert stranger("POST", "/duplicates/check", {"name": "x" * 201}).status_code == 422
    assert Customer.objects.count() == 1
