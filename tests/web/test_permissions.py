"""Every page × everybody: who gets what. The table is the review's: read it line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from tests.cast import NOW, Cast
from tests.imports.bringing import bring, receive

from guanxi.access.models import ApiToken, ChangeSet, Team
from guanxi.access.services import create_token
from guanxi.duplicates.models import PossibleDuplicate
from guanxi.duplicates.services import start_search
from guanxi.imports.models import Import, ReviewItem
from guanxi.imports.pages.running import begin_check
from guanxi.imports.services import add_rule, start_import
from guanxi.records.custom.definition import CustomKind, Definition
from guanxi.records.declaration import record_type
from guanxi.records.services.fields import define_field
from guanxi.records.services.views import save_view

pytestmark = pytest.mark.django_db

PEOPLE = ("alice", "bob", "charlie", "dana", "viola", "root")

# Alice owns customer C, contact N, both customers of pair D, job J, view V (not shared) and token K;
# she brought in I (not begun yet), R (waiting to run) and the doubtful row E; product P is root's. 302 of a POST: done.
TABLE = """
method path                          alice  bob    charlie dana   viola  root
GET    /                             200    200    200     200    200    200
GET    /palette/                     200    200    200     200    200    200
GET    /customers/                   200    200    200     200    200    200
GET    /contacts/                    200    200    200     200    200    200
GET    /places/                      200    200    200     200    200    200
GET    /interactions/                200    200    200     200    200    200
GET    /orders/                      200    200    200     200    200    200
GET    /products/                    200    200    200     200    200    200
GET    /customers/C/                 200    200    404     200    200    200
GET    /contacts/N/                  200    200    404     200    200    200
GET    /products/P/                  200    200    200     200    200    200
GET    /customers/C/timeline/        200    200    404     200    200    200
GET    /customers/C/file/name/       404    404    404     404    404    404
GET    /customers/C/audience/        200    200    404     200    200    200
GET    /customers/new/               200    200    200     200    403    200
GET    /products/new/                403    403    403     200    403    200
GET    /customers/C/edit/            200    403    404     200    403    200
GET    /products/P/edit/             403    403    403     200    403    200
GET    /customers/filter/            200    200    200     200    200    200
GET    /customers/complete/          200    200    200     200    200    200
GET    /contacts/pick/?field=customer 200   200    200     200    200    200
GET    /customers/rows/              200    200    200     200    200    200
POST   /customers/columns/           422    422    422     422    422    422
POST   /customers/columns/usual/     302    302    302     302    302    302
GET    /customers/cards/             404    404    404     404    404    404
GET    /customers/group/             200    200    200     200    200    200
GET    /customers/export.csv         200    200    200     200    200    200
GET    /customers/export.xlsx        200    200    200     200    200    200
POST   /customers/C/cell/name/       200    403    404     200    403    200
POST   /products/P/cell/name/        403    403    403     200    403    200
POST   /customers/C/edit/            302    403    404     302    403    302
POST   /contacts/new/?customer=C     302    422    422     302    403    302
POST   /customers/C/note/            200    403    404     200    403    200
POST   /customers/C/delete/          302    403    404     302    403    302
POST   /customers/bulk/delete        302    403    403     302    403    302
GET    /customers/bulk/edit/         200    200    200     200    403    200
POST   /customers/bulk/edit/         200    200    200     200    403    200
GET    /products/bulk/edit/          403    403    403     200    403    200
GET    /customers/bulk/work/J/       404    404    404     404    404    404
GET    /settings/merging/            403    403    403     403    403    200
POST   /settings/merging/            403    403    403     403    403    302
GET    /duplicates/                  200    200    200     200    200    200
GET    /duplicates/above/            200    200    200     200    200    200
POST   /duplicates/above/            302    302    302     302    403    302
GET    /duplicates/work/J/           200    404    404     404    404    200
POST   /duplicates/find/             302    302    302     302    403    302
GET    /duplicates/merge/?ids=C      200    200    404     200    200    200
POST   /duplicates/selected/         302    302    302     302    302    302
POST   /duplicates/D/merge/          302    403    404     302    403    302
POST   /duplicates/D/separate/       302    302    404     302    403    302
POST   /duplicates/D/undo/           404    404    404     404    404    302
POST   /customers/paste/             422    422    422     422    422    422
POST   /duplicates/warning/customers/ 200   200    200     200    403    200
POST   /duplicates/use/customers/C/  302    302    404     302    302    302
GET    /imports/                     200    200    200     200    200    200
POST   /imports/                     302    302    302     302    403    302
GET    /imports/I/                   302    404    404     404    404    302
GET    /imports/I/columns/           200    404    404     404    404    200
POST   /imports/I/columns/           302    404    404     404    404    302
GET    /imports/I/check/             200    404    404     404    404    200
POST   /imports/I/cell/2/0/          200    404    404     404    404    200
POST   /imports/I/rules/             302    404    404     404    404    302
POST   /imports/I/rules/0/drop/      302    404    404     404    404    302
POST   /imports/I/choices/           302    404    404     404    404    302
POST   /imports/I/sender/            302    404    404     404    404    302
POST   /imports/I/sender/forget/     302    404    404     404    404    302
POST   /imports/I/start/             302    404    404     404    404    302
GET    /imports/R/                   200    404    404     404    404    200
GET    /imports/R/progress/          200    404    404     404    404    200
POST   /imports/R/pause/             302    404    404     404    404    302
POST   /imports/R/go-on/             302    404    404     404    404    302
POST   /imports/R/stop/              302    404    404     404    404    302
POST   /imports/R/undo/              302    404    404     404    404    302
GET    /imports/R/rejected/          200    404    404     404    404    200
GET    /imports/review/              200    200    200     200    200    200
POST   /imports/review/E/            302    404    404     404    404    302
POST   /changes/S/undo/              302    404    404     404    404    302
POST   /customers/views/             302    302    302     302    302    302
POST   /views/V/                     302    404    404     404    404    404
POST   /views/V/delete/              302    404    404     404    404    404
GET    /settings/                    200    200    200     200    200    200
GET    /settings/tokens/             200    200    200     200    200    200
POST   /settings/tokens/K/revoke/    302    404    404     404    404    302
GET    /settings/fields/             403    403    403     302    403    302
GET    /settings/fields/customers/   403    403    403     200    403    200
GET    /settings/fields/customers/new/ 403  403    403     200    403    200
POST   /settings/fields/customers/try/ 403  403    403     200    403    200
GET    /settings/fields/customers/complete/ 403 403 403    200    403    200
GET    /settings/fields/customers/own/F/ 403 403   403     200    403    200
POST   /settings/fields/customers/own/F/ 403 403   403     302    403    302
POST   /settings/fields/customers/own/F/move/ 403 403 403  302    403    302
GET    /settings/fields/customers/own/F/remove/ 403 403 403 200   403    200
GET    /settings/people/             403    403    403     403    403    200
GET    /settings/people/new/         403    403    403     403    403    200
GET    /settings/people/U/           403    403    403     403    403    200
POST   /settings/people/U/           403    403    403     403    403    422
GET    /settings/teams/              403    403    403     403    403    200
POST   /settings/teams/              403    403    403     403    403    302
POST   /settings/teams/T/remove/     403    403    403     403    403    302
POST   /language/                    302    302    302     302    302    302
"""

ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
CASES = [
    (method, path, name, int(status))
    for method, path, *statuses in ROWS
    for name, status in zip(PEOPLE, statuses, strict=True)
]
FORMS = {
    "name": "New name",
    "value": "New name",
    "text": "Called.",
    "version": "1",
    "initial.name": "",
    "action": "delete",
    "next": "/",
    "language": "ko",
}

IMPORT_FORMS = {
    "/imports/I/columns/": {"column-0": "name", "region": "CN", "key": "", "on_fault": "reject"},
    "/imports/review/E/": {"decision": "separate"},
}


@pytest.fixture
def places(cast: Cast) -> dict[str, str]:
    """The numbers that stand in the table as letters."""
    customer = cast.alice.adds("customer", name="深圳市华强电子有限公司", phone="13800130001")
    contact = cast.alice.adds("contact", customer=customer.pk, name="王芳")
    other = cast.alice.adds("customer", name="深圳市华墙电子有限公司")
    pair = PossibleDuplicate.objects.create(left=customer, right=other)
    job = start_search(actor=cast.alice.actor, now=NOW)
    product = cast.root.adds("product", name="螺丝")
    known = record_type("customer")
    view = save_view(actor=cast.alice.actor, known=known, name="Mine", where="", columns=[], order="")
    token, _secret = create_token(user=cast.alice.user, name="till")
    team = Team.objects.create(name="Empty")
    numbers = {
        "C": customer,
        "D": pair,
        "J": job,
        "N": contact,
        "P": product,
        "V": view,
        "K": token,
        "U": cast.bob.user,
        "T": team,
    }
    field, _changeset = define_field(
        actor=cast.dana.actor,
        record_type="customer",
        definition=Definition(label="Budget", kind=CustomKind.INTEGER),
        now=timezone.now(),
    )
    return {
        "F": field.name,
        **{letter: str(row.pk) for letter, row in numbers.items()},
        "S": str(customer.created_in_id),
    }


def brought_in(cast: Cast) -> dict[str, str]:
    """The numbers of what Alice brought in, which only the pages of imports are asked for."""
    doubtful = bring(cast.alice, "客户名称,备注\n深圳市华强电子有限公司,华强要货\n")
    review = ReviewItem.objects.get(row__source__job=doubtful)
    return {"E": str(review.pk), "I": str(draft(cast).pk), "R": str(waiting(cast).pk)}


def draft(cast: Cast) -> Import:
    """A list that was checked, with a rule."""
    source = receive(cast.alice, "客户名称,电话\n华强物流,138\n", name="华强.csv")
    rule = {"column": 1, "action": "blank", "fault": "phone_too_short"}
    add_rule(actor=cast.alice.actor, import_id=source.pk, rule=rule)
    begin_check(cast.alice.actor, source.pk, now=NOW)
    return source


def waiting(cast: Cast) -> Import:
    """A list that waits for the worker."""
    source = receive(cast.alice, "客户名称,电话\n华强物流,13800138000\n", name="华强.csv")
    start_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    return source


def _address(path: str, places: dict[str, str]) -> str:
    parts = (places.get(part, part) for part in path.split("/"))
    address = "/".join(parts).replace("bulk/delete", "bulk/")
    return address.replace("customer=C", f"customer={places['C']}").replace("ids=C", f"ids={places['C']}")


def _form(path: str, places: dict[str, str]) -> dict[str, Any]:
    if path == "/imports/":
        return {"file": SimpleUploadedFile("list.csv", "客户名称\n新客户\n".encode())}
    extra = {"ids": places["C"]} if "bulk" in path else {"customer": places["C"]} if "new" in path else {}
    extra |= {"kind": "call"} if "note" in path else {}
    extra |= {"label": "Budget", "kind": "number"} if "fields" in path else {}
    extra |= IMPORT_FORMS.get(path, {})
    return {**FORMS, **extra}


@pytest.mark.parametrize(("method", "path", "name", "status"), CASES)
def test_who_gets_what(
    cast: Cast, places: dict[str, str], method: str, path: str, name: str, status: int
) -> None:
    browser: Client = getattr(cast, name).browser
    address = _address(path, places | (brought_in(cast) if path.startswith("/imports/") else {}))
    if method == "GET":
        answer = browser.get(address)
    else:
        answer = browser.post(address, _form(path, places), headers={"If-Match": '"1"'})
    assert answer.status_code == status, answer.content[:300]
    if status in (403, 404):
        body = b"".join(answer) if answer.streaming else answer.content
        assert "华强".encode() not in body


def test_a_refused_write_changes_nothing(cast: Cast, places: dict[str, str]) -> None:
    places |= brought_in(cast)
    before = (ChangeSet.objects.count(), ApiToken.objects.count(), Team.objects.count())
    for method, path, *statuses in ROWS:
        if method == "POST" and statuses[PEOPLE.index("viola")] in ("403", "404"):
            cast.viola.browser.post(_address(path, places), _form(path, places), headers={"If-Match": '"1"'})
    assert (ChangeSet.objects.count(), ApiToken.objects.count(), Team.objects.count()) == before


OPEN = ("accounts/", "api/", "^api", "healthz", "language/")


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for found in patterns:
        route = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from _routes(found.url_patterns, route)
        else:
            yield route


def _filled(route: str) -> str:
    words = {"<record_type:known>": "customers", "<str:file_format>": "csv", "own/<str:name>": "own/F"}
    for word, value in words.items():
        route = route.replace(word, value)
    parts = [
        "1" if part.startswith("<int:") else "name" if part.startswith("<") else part
        for part in route.split("/")
    ]
    return "/" + "/".join(parts)


def test_no_page_opens_without_signing_in() -> None:
    pages = [route for route in _routes(get_resolver().url_patterns) if not route.startswith(OPEN)]
    assert len(pages) > 25
    for route in pages:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(_filled(route))
            assert answer.status_code in (302, 405), route
            if answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/"), route


def test_every_page_of_ours_is_in_the_table() -> None:
    rooms = ("records", "access", "customers", "duplicates", "imports", "web")
    ours = tuple(f"guanxi.{room}.pages" for room in rooms)
    asked = {_shape(path.split("?", maxsplit=1)[0]) for _method, path, *_ in ROWS}
    for found in _patterns(get_resolver().url_patterns):
        if getattr(found[1].callback, "__module__", "").startswith(ours):
            assert _shape(_filled(found[0])) in asked, found[0]


def _patterns(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for found in patterns:
        route = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from _patterns(found.url_patterns, route)
        else:
            yield route, found


def _shape(path: str) -> str:
    """An address with numbers and types left out."""
    plurals = {"customers", "contacts", "places", "interactions", "orders", "products"}
    parts = path.replace("/bulk/delete", "/bulk/").split("/")
    parts = [
        "#" if part.isdigit() or len(part) == 1 else "type" if part in plurals else part for part in parts
    ]
    return "/".join(parts)
