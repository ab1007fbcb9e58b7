"""Files of custom fields: taken by what they are, shown by name, downloaded by whoever sees the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from tests.api.client import program_of
from tests.cast import NOW, Cast, Person
from tests.records.custom import define

from guanxi.conditions.context import Context
from guanxi.customers.models import Customer
from guanxi.records.declaration import record_type
from guanxi.records.queries import list_page, parse_where
from guanxi.records.services import undo_changeset, update_record

pytestmark = pytest.mark.django_db
CONTRACT = b"%PDF-1.7 contract"


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path) -> Iterator[Path]:
    """A home of the test's own."""
    backend = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    with override_settings(STORAGES={"default": backend, "staticfiles": backend}):
        yield tmp_path


def sent(content: bytes = CONTRACT, name: str = "合同 2026.pdf", **more: Any) -> dict[str, Any]:
    return {"name": "Acme", "contract": SimpleUploadedFile(name, content), **more}


def kept(uploads: Path) -> list[Path]:
    return [path for path in uploads.rglob("*") if path.is_file()]


def test_a_file_is_sent_with_the_form_and_downloaded_by_whoever_sees_the_record(
    cast: Cast, uploads: Path
) -> None:
    define(cast, "Contract", "file")
    assert cast.alice.browser.post("/customers/new/", sent()).status_code == 302
    row = Customer.objects.get()
    address = f"/customers/{row.pk}/file/contract/"
    page = cast.bob.browser.get(f"/customers/{row.pk}/").content.decode()
    assert f'<a href="{address}">合同 2026.pdf</a>' in page
    answer = cast.bob.browser.get(address)
    assert b"".join(answer.streaming_content) == CONTRACT
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert cast.charlie.browser.get(address).status_code == 404
    assert len(kept(uploads)) == 1


def test_a_sensitive_file_is_for_whoever_may_change_the_record(cast: Cast) -> None:
    define(cast, "Contract", "file", sensitive=True)
    cast.alice.browser.post("/customers/new/", sent())
    row = Customer.objects.get()
    page = cast.bob.browser.get(f"/customers/{row.pk}/").content.decode()
    assert "合同" not in page
    assert cast.bob.browser.get(f"/customers/{row.pk}/file/contract/").status_code == 403


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg onload=alert(1)>", "x.svg"),
        (b"MZ program", "invoice.pdf"),
        (b"", "empty.pdf"),
        (b"a\x00b", "notes.txt"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_and_not_kept(
    cast: Cast, uploads: Path, content: bytes, name: str
) -> None:
    define(cast, "Contract", "file")
    answer = cast.alice.browser.post("/customers/new/", sent(content, name))
    assert answer.status_code == 422
    assert 'id="error_contract"' in answer.content.decode()
    assert not kept(uploads)


def test_a_file_of_a_form_that_is_refused_is_not_kept(cast: Cast, uploads: Path) -> None:
    define(cast, "Contract", "file")
    assert cast.alice.browser.post("/customers/new/", sent(size="many")).status_code == 422
    assert not kept(uploads)


def test_a_file_is_replaced_taken_away_and_brought_back(cast: Cast) -> None:
    define(cast, "Contract", "file")
    alice = cast.alice.browser
    alice.post("/customers/new/", sent())
    row = Customer.objects.get()
    edit = f"/customers/{row.pk}/edit/"
    alice.post(edit, {"version": "1", "contract": SimpleUploadedFile("new.txt", "새 계약".encode())})
    row.refresh_from_db()
    assert row.custom["contract"]["name"] == "new.txt"
    assert "new.txt" in alice.get(edit).content.decode()
    written = update_record(
        actor=cast.alice.actor,
        known=record_type("customer"),
        record_id=row.pk,
        values={"contract": None},
        version=2,
        now=NOW,
    )
    assert alice.get(f"/customers/{row.pk}/file/contract/").status_code == 404
    assert written.changeset is not None
    undo_changeset(actor=cast.alice.actor, changeset_id=written.changeset.pk, now=NOW)
    answer = alice.get(f"/customers/{row.pk}/file/contract/")
    assert b"".join(answer.streaming_content).decode() == "새 계약"


def test_a_file_is_found_by_its_name(cast: Cast) -> None:
    define(cast, "Contract", "file")
    cast.alice.browser.post("/customers/new/", sent())
    cast.alice.adds("customer", name="Other")
    known = record_type("customer")
    for where, expected in (
        ('contract = "合同 2026.pdf"', ["Acme"]),
        ('contract starts with "合同"', ["Acme"]),
        ("contract is empty", ["Other"]),
    ):
        context = Context(now=NOW, zone=cast.alice.actor.zone)
        page = list_page(known, cast.alice.actor, context=context, where=parse_where(where, known))
        assert [row.name for row in page.rows] == expected


def test_a_program_sends_and_downloads_a_file(cast: Cast, uploads: Path) -> None:
    define(cast, "Contract", "file")
    row = cast.alice.adds("customer", name="Acme")
    address = f"/api/v1/customers/{row.pk}/files/contract"

    def send(person: Person, content: bytes = CONTRACT, version: int = 1) -> Any:
        headers = {"Authorization": f"Bearer {program_of(person).secret}", "If-Match": f'"{version}"'}
        file = SimpleUploadedFile("合同.pdf", content)
        return Client(raise_request_exception=False).post(address, {"file": file}, headers=headers)

    assert send(cast.charlie).status_code == 404
    assert send(cast.bob).status_code == 403
    assert send(cast.alice, b"MZ program").status_code == 422
    assert send(cast.alice, version=7).status_code == 412
    assert not kept(uploads)
    sent = send(cast.alice)
    assert (sent.status_code, sent.json()["name"], sent["ETag"]) == (200, "合同.pdf", '"2"')
    bob, charlie = program_of(cast.bob), program_of(cast.charlie)
    assert bob.get(f"/customers/{row.pk}").json()["contract"] == sent.json()
    path = f"/customers/{row.pk}/files/contract"
    assert b"".join(bob.get(path).streaming_content) == CONTRACT
    assert charlie.get(path).status_code == 404
    patched = program_of(cast.alice)("PATCH", f"/customers/{row.pk}", {"contract": None}, if_match='"2"')
    assert patched.json()["contract"] is None
    named = program_of(cast.alice)("PATCH", f"/customers/{row.pk}", {"contract": sent.json()}, if_match='"3"')
    assert named.status_code == 422
