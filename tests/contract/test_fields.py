"""Every field of every record type can do over HTTP what its declaration says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from guanxi.records.declaration import declared_type, record_type, record_types
from tests.api.client import Program, program_of
from tests.cast import Cast
from tests.contract.samples import condition_on, declared_fields, same, samples_of

pytestmark = pytest.mark.django_db

FALLS_BACK_ON_NOW = ("interaction", "happened_at")
EDITABLE = [pair for pair in declared_fields() if declared_type(pair[0]).by_name[pair[1]].editable]
EMPTIED: dict[tuple[str, str], tuple[Any, ...]] = {
    ("customer", "kind"): ("company",),
    ("contact", "is_key_person"): (False,),
    ("interaction", "kind"): ("note",),
    ("place", "kind"): ("work",),
    ("order", "state"): ("done",),
    ("product", "is_active"): (True,),
}
"""What an emptied field falls back on, where that is not nothing."""

COMPUTED = [pair for pair in declared_fields() if pair not in EDITABLE]


@pytest.mark.parametrize(("type_name", "name"), EDITABLE)
def test_a_field_is_created_read_found_sorted_changed_and_emptied(
    cast: Cast, type_name: str, name: str
) -> None:
    known = record_type(type_name)
    field = known.by_name[name]
    samples = samples_of(known, cast)
    first, second = samples.pair(field)
    root = program_of(cast.root)

    made = root("POST", f"/{known.plural}", samples.all())
    assert made.status_code == 201, made.content
    path = f"/{known.plural}/{made.json()['id']}"
    shown = root.get(path).json()
    assert same(field, shown[name], first)

    def found(where: str) -> bool:
        answer = root.get(f"/{known.plural}", where=where, fields=name, limit=500)
        assert answer.status_code == 200, answer.content
        items = {item["id"]: item for item in answer.json()["items"]}
        assert all(set(item) == {"id", "version", name} for item in items.values())
        return shown["id"] in items

    assert found(condition_on(field, first))
    assert not found(f"not {condition_on(field, first)}")
    assert not found(f"{name} is empty")

    changed = root("PATCH", path, {name: second}, if_match='"1"')
    assert changed.status_code == 200, changed.content
    assert same(field, changed.json()[name], second)
    assert found(condition_on(field, second))
    assert not found(condition_on(field, first))

    emptied = root("PATCH", path, {name: None}, if_match="*")
    if field.required:
        assert emptied.status_code == 422
        assert emptied.json()["errors"][0]["field"] == name
    elif (type_name, name) != FALLS_BACK_ON_NOW:
        assert emptied.status_code == 200, emptied.content
        assert emptied.json()[name] in EMPTIED.get((type_name, name), (None, ""))
    assert root("DELETE", path, if_match="*").status_code == 204
    assert root.get(path).status_code == 404


@pytest.mark.parametrize(("type_name", "name"), COMPUTED)
def test_a_computed_field_is_read_and_found_but_not_written(cast: Cast, type_name: str, name: str) -> None:
    known = record_type(type_name)
    samples = samples_of(known, cast)
    root = program_of(cast.root)
    made = root("POST", f"/{known.plural}", samples.all()).json()
    path = f"/{known.plural}/{made['id']}"
    assert name in root.get(path).json()
    items = [
        {item["id"] for item in root.get(f"/{known.plural}", where=where, limit=500).json()["items"]}
        for where in (f"{name} is empty", f"not {name} is empty")
    ]
    assert len([ids for ids in items if made["id"] in ids]) == 1
    for method, body in (("POST", {**samples.all(), name: made[name]}), ("PATCH", {name: made[name]})):
        answer = root(method, f"/{known.plural}" if method == "POST" else path, body, if_match="*")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)


def test_a_moment_that_is_emptied_is_now(cast: Cast) -> None:
    known = record_type("interaction")
    root = program_of(cast.root)
    made = root("POST", "/interactions", samples_of(known, cast).all()).json()
    before = datetime.now(UTC)
    emptied = root("PATCH", f"/interactions/{made['id']}", {"happened_at": None}, if_match="*").json()
    assert before <= datetime.fromisoformat(emptied["happened_at"]) <= datetime.now(UTC)


@pytest.mark.parametrize("known", record_types(), ids=lambda known: known.name)
def test_a_list_is_sorted_by_any_field_and_paged_through_or_says_that_it_cannot(
    cast: Cast, known: Any
) -> None:
    samples = samples_of(known, cast)
    root = program_of(cast.root)
    given = [
        samples.all(),
        {field.name: samples.pair(field)[1] for field in known.editable},
        {field.name: samples.pair(field)[0] for field in known.editable if field.required},
    ]
    for values in given:
        assert root("POST", f"/{known.plural}", values).status_code == 201
    everything = {item["id"] for item in root.get(f"/{known.plural}", limit=500).json()["items"]}
    for field in known.fields:
        for sign in ("", "-"):
            assert pages(root, known.plural, f"{sign}{field.name}") == (
                everything if field.sortable else None
            )


def pages(program: Program, plural: str, order: str) -> set[int] | None:
    """Return the ids of a list that is gone through two by two, each once; None when it cannot be sorted so."""
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        answer = program.get(f"/{plural}", order=order, limit=2, after=after, fields="id")
        if answer.status_code == 422:
            return None
        assert answer.status_code == 200, answer.content
        seen += [item["id"] for item in answer.json()["items"]]
        after = answer.json()["next"]
    assert len(seen) == len(set(seen)), order
    return set(seen)
