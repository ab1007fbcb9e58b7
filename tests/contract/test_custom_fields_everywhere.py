"""A field that a team defines is everywhere at once: a face that forgets a kind is named here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Everything
from guanxi.customers.models import Customer
from guanxi.imports.own_fields import own_fields
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from guanxi.metrics.engine.shapes import shape_of
from guanxi.metrics.facts import fact_named
from guanxi.metrics.pivot import catalogue_of
from guanxi.records.custom.definition import CustomKind
from guanxi.records.custom.values import to_plain
from guanxi.records.declaration import FieldDeclaration, record_type
from guanxi.records.queries import parse_where
from guanxi.records.services.export import export_rows
from tests.api.client import Program, program_of
from tests.cast import NOW, Cast
from tests.imports.bringing import bring
from tests.records.custom import EVERY_KIND, define, define_every_kind

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Told:
    """A value of a kind: as a program sends it, as a list shows it, as a file writes it, and a condition that holds."""

    sent: Any
    shown: str
    cell: str
    asked: str
    other: Any
    """Another value, to change to."""


VALUES: Mapping[str, Told] = {
    "text": Told("large", "large", "large", 'contains "arg"', "small"),
    "long_text": Told("Met at the fair", "Met at the fair", "Met at the fair", 'contains "fair"', "No story"),
    "integer": Told(40, "40", "40", "> 39", 41),
    "number": Told(0.25, "0.25", "0.25", "< 1", 0.5),
    "money": Told("1200.50", "1,200.50", "1200.50 CNY", "= 1200.5", "7.00"),
    "boolean": Told(sent=True, shown="Yes", cell="是", asked="= true", other=False),
    "date": Told("2027-03-31", "2027", "2027-03-31", "> 2027-01-01", "2028-01-01"),
    "datetime": Told(
        "2026-03-31T14:30:00+00:00", "2026", "2026-03-31 14:30", "> 2026-01-01", "2026-04-01T00:00:00+00:00"
    ),
    "choice": Told("silver", "Silver", "Silver", '= "silver"', "金牌"),
    "choices": Told(["silver"], "Silver", "Silver", '= "silver"', ["金牌"]),
    "reference": Told("BOB", "Bob", "", "= BOB", "ALICE"),
    "phone": Told("400 800 1234", "400 800 1234", "400 800 1234", 'starts with "400"', "110"),
    "email": Told(
        "post@example.com", "post@example.com", "post@example.com", 'contains "example"', "a@example.com"
    ),
    "url": Told(
        "https://example.com/a",
        "example.com",
        "https://example.com/a",
        'contains "example"',
        "https://b.example",
    ),
}
DOUBLE = "double"
WITHOUT_IMPORT = {"reference"}
"""A person's or a record's number means nothing in somebody's list."""


@dataclass(frozen=True)
class Ground:
    """A customer that has a value in a field of every kind, and whoever looks."""

    cast: Cast
    program: Program
    customer: int
    names: Mapping[str, str]

    @property
    def fields(self) -> Mapping[str, FieldDeclaration]:
        return record_type("customer").by_name

    def page(self, address: str) -> str:
        """What a page says."""
        answer = self.cast.alice.browser.get(address)
        assert answer.status_code == 200, address
        text: str = answer.content.decode()
        return text

    def place(self, value: Any) -> Any:
        """A value with the number of the person it names."""
        people = {"BOB": self.cast.bob, "ALICE": self.cast.alice}
        if value in people if isinstance(value, str) else False:
            return people[value].user.pk
        return value

    def asked(self, kind: str) -> str:
        """The condition that holds of the customer."""
        return f"{self.names[kind]} {VALUES[kind].asked.replace('BOB', str(self.cast.bob.user.pk))}"


@pytest.fixture
def ground(cast: Cast) -> Ground:
    names = define_every_kind(cast)
    define(cast, "Double", "formula", formula="seats * 2")
    program = program_of(cast.alice)
    people = {"BOB": cast.bob.user.pk}
    sent = {
        names[kind]: people.get(told.sent, told.sent) if isinstance(told.sent, str) else told.sent
        for kind, told in VALUES.items()
    }
    made = program("POST", "/customers", {"name": "华强电子", **sent})
    assert made.status_code == 201, made.content
    program("POST", "/customers", {"name": "Empty"})
    return Ground(cast, program, made.json()["id"], names)


def test_every_kind_that_can_be_defined_is_asked_about_here() -> None:
    assert VALUES.keys() == EVERY_KIND.keys()
    assert {*VALUES, "formula", "file"} == {
        *CustomKind
    }  # a file is uploaded: tests/records/test_custom_files.py


def missing(ground: Ground, holds: Callable[[str, str], bool]) -> list[str]:
    """Return the kinds of which something does not hold."""
    return [kind for kind, name in ground.names.items() if not holds(kind, name)]


def test_it_is_in_everything_that_shows(ground: Ground) -> None:
    columns = ",".join([*ground.names.values(), DOUBLE])
    listed = ground.page(f"/customers/?columns={quote(columns)}")
    record = ground.page(f"/customers/{ground.customer}/")
    settings = ground.cast.dana.browser.get("/settings/fields/customers/").content.decode()
    for face, text in {"list": listed, "record": record}.items():
        assert missing(ground, lambda kind, _name: VALUES[kind].shown in text) == [], face  # noqa: B023
        assert "80" in text, face
    for face, text in {"list": listed, "record": record, "settings": settings}.items():
        labels = {name: str(ground.fields[name].label) for name in ground.names.values()}
        assert missing(ground, lambda _kind, name: labels[name] in text) == [], face  # noqa: B023


def test_it_is_exported(ground: Ground) -> None:
    columns = (*ground.names.values(), DOUBLE)
    known, actor = record_type("customer"), ground.cast.alice.actor
    rows = export_rows(known, actor, Everything(), columns=columns, now=NOW)
    content = b"".join(rows).decode("utf-8-sig")
    header, line = content.splitlines()[0], next(row for row in content.splitlines() if "Silver" in row)
    assert missing(ground, lambda _kind, name: str(ground.fields[name].label) in header) == []
    plain = line.replace(",", " ")
    written = {kind: told.shown.replace(",", "") for kind, told in VALUES.items()} | {"boolean": "True"}
    assert missing(ground, lambda kind, _name: written[kind] in plain) == []
    assert "80" in line


def test_it_can_be_asked_about(ground: Ground) -> None:
    known = record_type("customer")
    panel = ground.page("/customers/filter/")

    def found(kind: str, _name: str) -> bool:
        items = ground.program.get("/customers", where=ground.asked(kind)).json()["items"]
        return [item["id"] for item in items] == [ground.customer]

    def comes_back(kind: str, _name: str) -> bool:
        condition = parse_where(ground.asked(kind), known)
        return parse_where(format_condition(condition), known) == condition

    def offered(_kind: str, name: str) -> bool:
        answer = ground.cast.alice.browser.get(
            "/customers/complete/", {"where": name[:6], "at": len(name[:6])}
        )
        return name in {item["insert"] for item in answer.json()["items"]}

    faces = {
        "filter": found,
        "condition text": comes_back,
        "completion": offered,
        "builder": lambda _kind, name: f'"{name}"' in panel,
    }
    assert {face: missing(ground, holds) for face, holds in faces.items()} == {face: [] for face in faces}


def test_it_can_be_filled_in(ground: Ground) -> None:
    form = ground.page("/customers/new/")
    assert missing(ground, lambda _kind, name: f'name="{name}"' in form) == []
    assert f'name="{DOUBLE}"' not in form
    browser = ground.cast.alice.browser

    def edited(kind: str, name: str) -> bool:
        row = Customer.objects.get(pk=ground.customer)
        other = ground.place(VALUES[kind].other)
        text = ",".join(other) if isinstance(other, list) else str(other)
        answer = browser.post(
            f"/customers/{row.pk}/cell/{quote(name)}/",
            {"value": text},
            headers={"If-Match": f'"{row.version}"'},
        )
        return answer.status_code == 200 and _holds(ground, kind, other)

    assert missing(ground, edited) == []
    assert Customer.objects.get(pk=ground.customer).custom[DOUBLE] == 82


def _holds(ground: Ground, kind: str, value: Any) -> bool:
    kept = Customer.objects.get(pk=ground.customer).custom.get(ground.names[kind])
    return bool(kept == to_plain(value) or str(kept) == str(value))


def test_many_are_changed_at_once(ground: Ground) -> None:
    values = {ground.names[kind]: ground.place(told.other) for kind, told in VALUES.items()}
    asked = ground.program("POST", "/customers/bulk", {"where": "", "set": values})
    assert asked.status_code == 202, asked.content
    for job in Job.objects.filter(kind="bulk"):
        run_job(job.pk, worker="test", clock=lambda: NOW)
    assert missing(ground, lambda kind, _name: _holds(ground, kind, ground.place(VALUES[kind].other))) == []
    history = ground.program.get(f"/customers/{ground.customer}/history").content.decode()
    assert missing(ground, lambda _kind, name: f"{name}" in history) == []


def test_it_is_imported(ground: Ground) -> None:
    taken = {field.name for field in own_fields()}
    assert set(missing(ground, lambda _kind, name: name in taken)) == WITHOUT_IMPORT
    kinds = [kind for kind in VALUES if kind not in WITHOUT_IMPORT]
    header = ",".join(["客户名称", *(str(ground.fields[ground.names[kind]].label) for kind in kinds)])
    done = bring(ground.cast.alice, f"{header}\n百利五金,{','.join(VALUES[kind].cell for kind in kinds)}\n")
    assert done.result["added"] == 1, done.result
    first, second = (Customer.objects.get(name=name).custom for name in ("华强电子", "百利五金"))
    unlike = {kind for kind, name in ground.names.items() if first.get(name) != second.get(name)}
    assert unlike == WITHOUT_IMPORT
    assert second[DOUBLE] == 80


def test_it_is_counted(ground: Ground) -> None:
    fact = fact_named("customers")
    asked = shape_of(fact).schema.fields
    pivoted = catalogue_of(fact, {}).fields
    assert set(missing(ground, lambda _kind, name: name in asked)) == _hidden(ground)
    assert set(missing(ground, lambda _kind, name: name in pivoted)) == _hidden(ground)
    assert DOUBLE in asked
    assert DOUBLE in pivoted


def _hidden(ground: Ground) -> set[str]:
    return {kind for kind, name in ground.names.items() if ground.fields[name].sensitive}


def test_programs_read_and_are_told_of_it(ground: Ground) -> None:
    body = ground.program.get(f"/customers/{ground.customer}").json()
    schemas = ground.program.get("/openapi.json").json()["components"]["schemas"]
    properties = schemas["Customer"]["properties"]
    assert missing(ground, lambda _kind, name: body[name] is not None) == []
    assert missing(ground, lambda _kind, name: name in properties) == []
    assert body[DOUBLE] == 80
    assert DOUBLE in properties


def test_another_type_has_fields_of_its_own(cast: Cast) -> None:
    names = define_every_kind(cast, on="order")
    program = program_of(cast.alice)
    customer = cast.alice.adds("customer", name="华强电子")
    sent = {
        "customer": customer.pk,
        "ordered_on": "2026-10-01",
        "total": "1",
        "currency": "CNY",
        names["integer"]: 40,
    }
    made = program("POST", "/orders", sent)
    assert made.status_code == 201, made.content
    found = program.get("/orders", where=f"{names['integer']} > 39").json()["items"]
    assert [item["id"] for item in found] == [made.json()["id"]]
    assert names["integer"] in fact_named("orders").columns
    assert names["integer"] not in record_type("customer").by_name
