"""Who may do what over HTTP: every route, every person, against the table that review sees (permissions.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from guanxi.api.document import openapi_document
from guanxi.api.root import API, ROOT
from guanxi.duplicates.models import PossibleDuplicate
from guanxi.imports.models import Import, ReviewItem, SourceRow
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from guanxi.metrics.services import refresh
from guanxi.metrics.services.definitions import define_metric
from guanxi.records.declaration import record_types
from tests.api.client import Program, program_of
from tests.cast import Cast
from tests.contract.samples import samples_of

TABLE = Path(__file__).with_name("permissions.md")
METRIC = {
    "kind": "counted",
    "name": "large_orders",
    "label": "Large orders",
    "unit": "count",
    "fact": "orders",
    "aggregate": "count",
    "condition": "total > 10000",
}
OWNED = [known.plural for known in record_types() if known.parent]


def table() -> dict[str, dict[str, str]]:
    """Return the table: what each person gets for each route."""
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    head, _, *body = rows
    expected = {}
    for route, *cells in body:
        for plural in OWNED if "{owned}" in route else [""]:
            expected[route.replace("{owned}", plural)] = dict(zip(head[1:], cells, strict=True))
    return expected


def routes() -> Iterator[str]:
    """Every route of the API; the document itself is one too."""
    for path, item in openapi_document(API, ROOT)["paths"].items():
        for method in item:
            yield f"{method.upper()} {path.removeprefix(ROOT.rstrip('/'))}"
    yield "GET /openapi.json"


@dataclass(frozen=True)
class World:
    """Alice's records, and everybody's program."""

    cast: Cast
    programs: dict[str, Program]
    ids: dict[str, int]
    bodies: dict[str, dict[str, Any]]

    def ask(self, name: str, route: str) -> Any:
        """Let somebody ask for a route about Alice's records; whatever was done is taken back."""
        program = self.programs[name]
        method, path = route.split(" ")
        kind = path.split("/")[1]
        # `name` is a field, but none that holds a file: what is asked of one that does stands in test_custom_files.
        for part, value in {**self.ids, "record_id": self.ids.get(kind, 0), "field": "name"}.items():
            path = path.replace(f"{{{part}}}", str(value))
        point = transaction.savepoint()
        try:
            if route == "POST /imports" or (method == "POST" and route.endswith("/files/{field}")):
                return self.send_file(program, path)
            return program(method, path, self._body(method, route, kind), if_match="*")
        finally:
            transaction.savepoint_rollback(point)

    def _body(self, method: str, route: str, kind: str) -> Any:
        if route.endswith("/bulk"):
            return {"ids": [self.ids[kind]], "set": {next(iter(self.bodies[kind])): None}}
        if kind == "metrics":
            name = "another" if route == "POST /metrics" else METRIC["name"]
            return {"definition": {**METRIC, "name": name}} if method in ("POST", "PATCH") else None
        special: dict[str, Any] = {
            "POST /customers/{record_id}/merge": {"others": [self.ids["other_customer"]]},
            "PUT /duplicates/rule": {"rule": "complete"},
            "POST /duplicates/check": {"name": "华强"},
            "POST /duplicates/{pair_id}/merge": {},
            "POST /imports/review/{review_id}": {"decision": "skip"},
            "POST /map/select": {"point": [121.5, 31.2], "radius_m": 1000},
            "POST /pivot": {"fact": "customers", "rows": ["name"]},
            "POST /pivot/rows": {"fact": "customers", "rows": ["name"]},
        }
        if route in special:
            return special[route]
        return self.bodies.get(kind) if method in ("POST", "PUT", "PATCH") else None

    def send_file(self, program: Program, path: str) -> Any:
        """Let a program send a file."""
        file = SimpleUploadedFile("客户.csv", "客户名称\n华强\n".encode())
        headers = {"Authorization": f"Bearer {program.secret}"} if program.secret else {}
        return Client(raise_request_exception=False).post(
            f"{ROOT}{path[1:]}", {"file": file}, headers=headers
        )


@pytest.fixture
def world(cast: Cast) -> World:
    """Alice has one record of each type, a change set, a job, an import and a doubtful row."""
    alice = cast.alice
    customer = alice.adds("customer", name="深圳市华强电子有限公司").pk
    bodies: dict[str, dict[str, Any]] = {
        "customers": {"note": "x", "name": "华强"},
        "contacts": {"note": "x", "name": "王经理", "customer": customer},
        "interactions": {"note": "x", "summary": "电话", "customer": customer},
        "places": {"remark": "x", "address": "?", "customer": customer, "latitude": 31.2, "longitude": 121.5},
        "orders": {
            "note": "x",
            "customer": customer,
            "ordered_on": "2026-01-05",
            "total": "9",
            "currency": "CNY",
        },
        "products": {"code": "x", "name": "茶"},
    }
    ids = {"customers": customer, "zoom": 0, "column": 0, "row": 0}
    for known in record_types():
        if known.plural in OWNED:
            ids[known.plural] = alice.adds(known.name, **bodies[known.plural]).pk
    other = ids["other_customer"] = alice.adds("customer", name="另一家").pk
    ids["pair_id"] = PossibleDuplicate.objects.create(left_id=customer, right_id=other, probability=0.9).pk
    ids["products"] = cast.root.adds("product", name="茶").pk
    programs = {name: program_of(person) for name, person in cast.everyone().items()}
    programs |= {"nobody": Program(None), "reading": program_of(alice, read_only=True)}
    asked = programs["alice"]("POST", "/customers/bulk", {"ids": [customer], "set": {"note": "y"}})
    ids["job_id"] = asked.json()["id"]
    run_job(ids["job_id"], worker="test", clock=timezone.now)
    ids["changeset_id"] = Job.objects.get(pk=ids["job_id"]).changeset_id
    ids |= _import_of(cast, customer)
    define_metric(actor=cast.root.actor, definition=METRIC, now=timezone.now())
    refresh(actor=None, now=timezone.now())
    ids["name"] = METRIC["name"]
    return World(cast, programs, ids, bodies)


def _import_of(cast: Cast, customer: int) -> dict[str, int]:
    """An import of Alice's that is done, with a row of each kind."""
    world = World(cast, {}, {}, {})
    answer = world.send_file(program_of(cast.alice), "/imports")
    run_job(answer.json()["id"], worker="test", clock=timezone.now)
    source = Import.objects.get()
    row = SourceRow.objects.filter(source=source).first()
    assert row is not None
    review = ReviewItem.objects.create(row=row, reason="name", candidates=[customer])
    return {"import_id": source.pk, "review_id": review.pk}


def holds(answer: Any) -> bool:
    """Whether there is anything in an answer."""
    if "json" not in answer["Content-Type"]:
        return bool(answer.content)
    told = json.loads(answer.content)
    if isinstance(told, dict):
        return bool(told.get("items", True)) and bool(told.get("rows", True)) and told.get("count", 1) != 0
    return bool(told)


def test_every_route_is_in_the_table() -> None:
    assert set(table()) == set(routes()), (
        "add what is new to tests/contract/permissions.md, and remove what is gone"
    )


@pytest.mark.django_db
def test_everyone_gets_what_the_table_says(world: World) -> None:
    expected = table()
    found: dict[str, dict[str, str]] = {route: {} for route in expected}
    for route, cells in expected.items():
        for name in cells:
            answer = world.ask(name, route)
            found[route][name] = (
                "empty" if answer.status_code == 200 and not holds(answer) else str(answer.status_code)
            )
            if answer.status_code >= 400:
                assert answer["Content-Type"] == "application/problem+json", (route, name)
    differing = {route: (cells, found[route]) for route, cells in expected.items() if cells != found[route]}
    assert not differing, "\n".join(
        f"{route}: expected {a}, found {b}" for route, (a, b) in differing.items()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("known", record_types(), ids=lambda known: known.name)
def test_what_the_list_shows_is_what_can_be_read(cast: Cast, known: Any) -> None:
    """The list, the count and the single record agree for everybody, on records of everybody."""
    for person in (cast.alice, cast.bob, cast.charlie, cast.root):
        customer = person.adds("customer", name=f"{person.user} 客户").pk
        values = {**samples_of(known, cast).all(), "customer": customer}
        maker = cast.root if known.name == "product" else person
        editable = {field.name for field in known.editable} - {"owner", "team", "contact"}
        maker.adds(known.name, **{name: value for name, value in values.items() if name in editable})
    every = {item["id"] for item in program_of(cast.root).get(f"/{known.plural}", limit=500).json()["items"]}
    for person in cast.everyone().values():
        program = program_of(person)
        page = program.get(f"/{known.plural}", limit=500).json()
        shown = {item["id"] for item in page["items"]}
        read = {key for key in every if program.get(f"/{known.plural}/{key}").status_code == 200}
        assert shown == read
        assert page["count"] == len(read)
